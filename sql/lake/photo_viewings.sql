CREATE TABLE photo_viewings (
    album VARCHAR NOT NULL,
    photo_id UUID NOT NULL,
    error_code VARCHAR,
    error VARCHAR
);
COMMENT ON TABLE photo_viewings IS 'The ready photos in which objects were looked for (asset photo_objects), those without any, too.';
COMMENT ON COLUMN photo_viewings.album IS 'The album';
COMMENT ON COLUMN photo_viewings.photo_id IS 'The photo';
COMMENT ON COLUMN photo_viewings.error_code IS 'Why it could not be looked at, stable; null where it was';
COMMENT ON COLUMN photo_viewings.error IS 'The same as a sentence; null where it was looked at';
