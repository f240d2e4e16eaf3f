CREATE TABLE photo_readings (
    album VARCHAR NOT NULL,
    photo_id UUID NOT NULL,
    error_code VARCHAR,
    error VARCHAR
);
COMMENT ON TABLE photo_readings IS 'The ready photos in which writing was looked for (asset photo_visible_text), those without any, too.';
COMMENT ON COLUMN photo_readings.album IS 'The album';
COMMENT ON COLUMN photo_readings.photo_id IS 'The photo';
COMMENT ON COLUMN photo_readings.error_code IS 'Why it could not be read, stable; null where it was';
COMMENT ON COLUMN photo_readings.error IS 'The same as a sentence; null where it was read';
