CREATE TABLE outcomes (
    video_id VARCHAR NOT NULL,
    collection VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    sha256 VARCHAR,
    bytes BIGINT,
    mtime_ns BIGINT,
    status VARCHAR NOT NULL,
    plan VARCHAR,
    stage VARCHAR,
    error_code VARCHAR,
    message VARCHAR,
    permanent BOOLEAN,
    attempts INTEGER NOT NULL,
    finished_at TIMESTAMPTZ NOT NULL,
    removed_at TIMESTAMPTZ
);
COMMENT ON TABLE outcomes IS 'What became of a video the last time it was worked on: one row.';
COMMENT ON COLUMN outcomes.video_id IS 'The video';
COMMENT ON COLUMN outcomes.collection IS 'Its collection';
COMMENT ON COLUMN outcomes.path IS 'Where the file is, relative to the source of its collection, in the readable form of naming.readable';
COMMENT ON COLUMN outcomes.sha256 IS 'SHA-256 of the file, where it could be read';
COMMENT ON COLUMN outcomes.bytes IS 'Size of the file';
COMMENT ON COLUMN outcomes.mtime_ns IS 'Modification time of the file in nanoseconds of Unix time';
COMMENT ON COLUMN outcomes.status IS 'ready, failed or removed';
COMMENT ON COLUMN outcomes.plan IS 'Fingerprint of the parameters and code versions under which the video was worked on';
COMMENT ON COLUMN outcomes.stage IS 'The asset that failed';
COMMENT ON COLUMN outcomes.error_code IS 'Stable code of the failure';
COMMENT ON COLUMN outcomes.message IS 'What is wrong and what to do';
COMMENT ON COLUMN outcomes.permanent IS 'Whether trying again without changing anything is pointless';
COMMENT ON COLUMN outcomes.attempts IS 'Runs that failed since the last success';
COMMENT ON COLUMN outcomes.finished_at IS 'When';
COMMENT ON COLUMN outcomes.removed_at IS 'When the file of a removed video was found gone; null before that was written down';
