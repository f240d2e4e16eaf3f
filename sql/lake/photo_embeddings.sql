CREATE TABLE photo_embeddings (
    album VARCHAR NOT NULL,
    photo_id UUID NOT NULL,
    embedding FLOAT[] NOT NULL
);
COMMENT ON TABLE photo_embeddings IS 'Photo embeddings (asset photo_embeddings): L2-normalised, one width per model; in the order of photo_pictures.';
COMMENT ON COLUMN photo_embeddings.album IS 'The album';
COMMENT ON COLUMN photo_embeddings.photo_id IS 'The photo';
COMMENT ON COLUMN photo_embeddings.embedding IS 'Unit vector in the joint space of the model';
