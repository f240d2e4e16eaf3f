CREATE TABLE failures (
    video_id VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    error_code VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    permanent BOOLEAN NOT NULL,
    attempts INTEGER NOT NULL,
    last_seen TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE failures IS 'Why videos and albums failed: one row per failed one, gone when it succeeds.';
COMMENT ON COLUMN failures.video_id IS 'The video, or the album';
COMMENT ON COLUMN failures.stage IS 'The asset that failed';
COMMENT ON COLUMN failures.error_code IS 'Stable code, for example no_video_stream';
COMMENT ON COLUMN failures.message IS 'What is wrong and what to do, as a sentence';
COMMENT ON COLUMN failures.permanent IS 'Whether trying again without changing anything is pointless';
COMMENT ON COLUMN failures.attempts IS 'Runs that failed since the last success';
COMMENT ON COLUMN failures.last_seen IS 'When it last failed';
