CREATE TABLE frame_classes (
    video_id VARCHAR NOT NULL,
    frame INTEGER NOT NULL,
    class INTEGER NOT NULL
);
COMMENT ON TABLE frame_classes IS 'The class of every sampled frame as clustered (asset classes), before diarization.';
COMMENT ON COLUMN frame_classes.video_id IS 'The video';
COMMENT ON COLUMN frame_classes.frame IS 'Number of the sampled frame';
COMMENT ON COLUMN frame_classes.class IS 'Semantic class, -1 for noise';
