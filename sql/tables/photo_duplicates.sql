CREATE TABLE photo_duplicates (
    collection VARCHAR NOT NULL,
    photo_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    of_id UUID NOT NULL,
    kept_id UUID NOT NULL,
    cosine REAL NOT NULL
);
COMMENT ON TABLE photo_duplicates IS 'Photos that another one stands for: copies, raw files beside their JPEG, and bursts. One row per photo that is folded away; the one that is shown has none.';
COMMENT ON COLUMN photo_duplicates.collection IS 'Name of the collection';
COMMENT ON COLUMN photo_duplicates.photo_id IS 'The photo that is folded away';
COMMENT ON COLUMN photo_duplicates.kind IS 'copy (the same exposure: re-encoded, resized, cropped, turned), raw_jpeg (the same exposure, the other format of the camera) or burst (another exposure, within moments)';
COMMENT ON COLUMN photo_duplicates.of_id IS 'What it is a duplicate of: the best of the same exposure, or of its burst';
COMMENT ON COLUMN photo_duplicates.kept_id IS 'The photo that is shown in its place: of_id, or, where that is one of a burst, the best of the burst';
COMMENT ON COLUMN photo_duplicates.cosine IS 'Cosine of the two embeddings, of photo_id and of_id';
