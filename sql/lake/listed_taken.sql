CREATE TABLE listed_taken (
    video VARCHAR NOT NULL,
    digest VARCHAR NOT NULL
);
COMMENT ON TABLE listed_taken IS 'Which rows of the archive''s list of a collection were taken over: one file per collection.';
COMMENT ON COLUMN listed_taken.video IS 'Partition key of the video';
COMMENT ON COLUMN listed_taken.digest IS 'SHA-256 of what was written of it into listed';
