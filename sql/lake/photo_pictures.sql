CREATE TABLE photo_pictures (
    album VARCHAR NOT NULL,
    photo_id UUID NOT NULL,
    jpeg BLOB NOT NULL
);
COMMENT ON TABLE photo_pictures IS 'The ready photos as they are searched and shown (asset photos), in the order of photos. Never in DuckDB.';
COMMENT ON COLUMN photo_pictures.album IS 'The album';
COMMENT ON COLUMN photo_pictures.photo_id IS 'The photo';
COMMENT ON COLUMN photo_pictures.jpeg IS 'Upright, sRGB, transparency on white, shortest side at most 336';
