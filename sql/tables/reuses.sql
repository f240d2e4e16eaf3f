CREATE TABLE reuses (
    video_id VARCHAR NOT NULL,
    start_s DOUBLE NOT NULL,
    end_s DOUBLE NOT NULL,
    other_video_id VARCHAR NOT NULL,
    other_start_s DOUBLE NOT NULL,
    other_end_s DOUBLE NOT NULL,
    score REAL NOT NULL,
    mirrored BOOLEAN NOT NULL,
    sha256 VARCHAR NOT NULL,
    other_sha256 VARCHAR NOT NULL
);
COMMENT ON TABLE reuses IS 'Footage that two videos share, as it was found when the first of them was compared with what there was: look at the view shared_footage, which has both sides of every pair, and no files that changed since.';
COMMENT ON COLUMN reuses.video_id IS 'The video that was compared';
COMMENT ON COLUMN reuses.start_s IS 'Where the footage begins in it; at a cut of either video where one is near';
COMMENT ON COLUMN reuses.end_s IS 'Where it ends';
COMMENT ON COLUMN reuses.other_video_id IS 'The video that shows the same';
COMMENT ON COLUMN reuses.other_start_s IS 'Where it begins there; of a picture that stands still any part of the other shot may be meant';
COMMENT ON COLUMN reuses.other_end_s IS 'Where it ends there';
COMMENT ON COLUMN reuses.score IS 'How alike the pictures are, 0.8 to 1';
COMMENT ON COLUMN reuses.mirrored IS 'Whether one shows the mirror image of the other';
COMMENT ON COLUMN reuses.sha256 IS 'Content of the video at that time';
COMMENT ON COLUMN reuses.other_sha256 IS 'Content of the other video at that time';
