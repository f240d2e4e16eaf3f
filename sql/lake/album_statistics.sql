CREATE TABLE album_statistics (
    album VARCHAR NOT NULL,
    n_photos INTEGER NOT NULL,
    n_failed INTEGER NOT NULL,
    photos_s DOUBLE NOT NULL,
    embeddings_s DOUBLE NOT NULL,
    index_s DOUBLE NOT NULL
);
COMMENT ON TABLE album_statistics IS 'What an album holds and what its last run cost (asset album_statistics): one row; published in albums.';
COMMENT ON COLUMN album_statistics.album IS 'The album';
COMMENT ON COLUMN album_statistics.n_photos IS 'Photos that can be searched';
COMMENT ON COLUMN album_statistics.n_failed IS 'Photos that failed';
COMMENT ON COLUMN album_statistics.photos_s IS 'Seconds spent reading and decoding';
COMMENT ON COLUMN album_statistics.embeddings_s IS 'Seconds spent in the encoder';
COMMENT ON COLUMN album_statistics.index_s IS 'Seconds spent writing to Qdrant';
