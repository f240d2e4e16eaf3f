CREATE TABLE photos (
    photo_id UUID NOT NULL,
    album VARCHAR NOT NULL,
    collection VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    sha256 VARCHAR,
    bytes BIGINT NOT NULL,
    format VARCHAR,
    width INTEGER,
    height INTEGER,
    orientation INTEGER,
    taken_at TIMESTAMP,
    latitude DOUBLE,
    longitude DOUBLE,
    camera VARCHAR,
    title VARCHAR,
    caption VARCHAR,
    keywords VARCHAR[],
    creator VARCHAR,
    rights VARCHAR,
    perceptual_hash BLOB,
    status VARCHAR NOT NULL,
    error_code VARCHAR,
    error VARCHAR
);
COMMENT ON TABLE photos IS 'One row per photo, whatever became of it: what the file says and where it lies.';
COMMENT ON COLUMN photos.photo_id IS 'Stable id (uuid5 of the path when first seen and the sha256); also the id of the Qdrant point';
COMMENT ON COLUMN photos.album IS 'The album: <collection>/<folder when first seen>/, a large folder''s other parts <folder>//1/, <folder>//2/; see albums';
COMMENT ON COLUMN photos.collection IS 'Name of the collection that the photo belongs to';
COMMENT ON COLUMN photos.path IS 'Where the file is now, relative to the source of its collection';
COMMENT ON COLUMN photos.sha256 IS 'SHA-256 of the file, hexadecimal; null where it could not be read';
COMMENT ON COLUMN photos.bytes IS 'Size of the file in bytes';
COMMENT ON COLUMN photos.format IS 'What the file is, whatever it is called: JPEG, PNG, TIFF, WEBP, AVIF, GIF, BMP, HEIF, JXL, JP2, PSD or RAW';
COMMENT ON COLUMN photos.width IS 'Display width in pixels: orientation applied';
COMMENT ON COLUMN photos.height IS 'Display height in pixels: orientation applied';
COMMENT ON COLUMN photos.orientation IS 'Orientation as the file says (EXIF 1 to 8; 1 is upright), applied to the picture';
COMMENT ON COLUMN photos.taken_at IS 'When it was taken, by the camera''s clock (no time zone)';
COMMENT ON COLUMN photos.latitude IS 'Where it was taken, in degrees north';
COMMENT ON COLUMN photos.longitude IS 'Where it was taken, in degrees east';
COMMENT ON COLUMN photos.camera IS 'Make and model of the camera';
COMMENT ON COLUMN photos.title IS 'Title or headline (XMP, IPTC)';
COMMENT ON COLUMN photos.caption IS 'Caption or description (XMP, IPTC, EXIF)';
COMMENT ON COLUMN photos.keywords IS 'Keywords (XMP, IPTC), in their order, each once; empty where there are none';
COMMENT ON COLUMN photos.creator IS 'Photographer (XMP, IPTC, EXIF)';
COMMENT ON COLUMN photos.rights IS 'Copyright notice (XMP, IPTC, EXIF)';
COMMENT ON COLUMN photos.perceptual_hash IS 'How it looks, for finding near-duplicates (media/perceptual_hash.py)';
COMMENT ON COLUMN photos.status IS 'ready or failed';
COMMENT ON COLUMN photos.error_code IS 'Stable code of the failure, for example photo_damaged';
COMMENT ON COLUMN photos.error IS 'What is wrong and what to do, as a sentence';
