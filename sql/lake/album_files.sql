CREATE TABLE album_files (
    album VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    bytes BIGINT NOT NULL,
    mtime_ns BIGINT NOT NULL,
    sha256 VARCHAR
);
COMMENT ON TABLE album_files IS 'The files of an album (asset source_album), in order of name.';
COMMENT ON COLUMN album_files.album IS 'The album';
COMMENT ON COLUMN album_files.path IS 'Relative to the source of its collection, in the readable form of naming.readable';
COMMENT ON COLUMN album_files.bytes IS 'Size of the file';
COMMENT ON COLUMN album_files.mtime_ns IS 'Modification time of the file in nanoseconds of Unix time';
COMMENT ON COLUMN album_files.sha256 IS 'SHA-256 of the file; null where it could not be read';
