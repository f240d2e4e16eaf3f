CREATE TABLE albums (
    album VARCHAR NOT NULL,
    collection VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    bytes BIGINT,
    n_photos INTEGER,
    n_failed INTEGER,
    photos_s DOUBLE,
    embeddings_s DOUBLE,
    index_s DOUBLE,
    status VARCHAR NOT NULL,
    error_code VARCHAR,
    error VARCHAR,
    ingested_at TIMESTAMPTZ,
    removed_at TIMESTAMPTZ
);
COMMENT ON TABLE albums IS 'One row per album of the photo collections, whatever became of it: a folder, or a part of a large one.';
COMMENT ON COLUMN albums.album IS '<collection>/<folder when first seen>/; stays when the folder is moved';
COMMENT ON COLUMN albums.collection IS 'Name of the collection that the album belongs to';
COMMENT ON COLUMN albums.path IS 'Where the folder is now, relative to the source of its collection';
COMMENT ON COLUMN albums.bytes IS 'Size of its photos in bytes';
COMMENT ON COLUMN albums.n_photos IS 'Photos that can be searched';
COMMENT ON COLUMN albums.n_failed IS 'Photos that failed, see photos';
COMMENT ON COLUMN albums.photos_s IS 'Seconds that the last run spent reading and decoding';
COMMENT ON COLUMN albums.embeddings_s IS 'Seconds that it spent in the encoder';
COMMENT ON COLUMN albums.index_s IS 'Seconds that it spent writing to Qdrant';
COMMENT ON COLUMN albums.status IS 'ready, failed or removed';
COMMENT ON COLUMN albums.error_code IS 'Stable code of the failure of the album as a whole, see failures';
COMMENT ON COLUMN albums.error IS 'What is wrong and what to do, as a sentence';
COMMENT ON COLUMN albums.ingested_at IS 'When the album last became ready or failed';
COMMENT ON COLUMN albums.removed_at IS 'When the folder was found gone from its source, where status is removed; null of removals before that was written down, and of what came back';
