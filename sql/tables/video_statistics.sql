CREATE TABLE video_statistics (
    video_id VARCHAR NOT NULL,
    duration_s DOUBLE NOT NULL,
    n_frames INTEGER NOT NULL,
    n_cuts INTEGER NOT NULL,
    n_classes INTEGER NOT NULL,
    n_scenes INTEGER NOT NULL,
    n_shots INTEGER NOT NULL,
    mean_shot_s DOUBLE NOT NULL,
    shots_per_minute DOUBLE NOT NULL,
    unclustered_share DOUBLE NOT NULL,
    frames_s DOUBLE NOT NULL,
    embeddings_s DOUBLE NOT NULL,
    semantics_s DOUBLE NOT NULL,
    index_s DOUBLE NOT NULL,
    realtime_factor DOUBLE NOT NULL
);
COMMENT ON TABLE video_statistics IS 'One row per ready video: its shape, and what it cost to process.';
COMMENT ON COLUMN video_statistics.video_id IS 'The video';
COMMENT ON COLUMN video_statistics.duration_s IS 'Length in seconds';
COMMENT ON COLUMN video_statistics.n_frames IS 'Sampled frames';
COMMENT ON COLUMN video_statistics.n_cuts IS 'Hard cuts and gradual changes found';
COMMENT ON COLUMN video_statistics.n_classes IS 'Semantic classes, noise not counted';
COMMENT ON COLUMN video_statistics.n_scenes IS 'Semantic scenes';
COMMENT ON COLUMN video_statistics.n_shots IS 'Semantic shots';
COMMENT ON COLUMN video_statistics.mean_shot_s IS 'Mean length of a shot in seconds';
COMMENT ON COLUMN video_statistics.shots_per_minute IS 'Shots per minute of video';
COMMENT ON COLUMN video_statistics.unclustered_share IS 'Share of the frames that belong to no class (noise), 0 to 1';
COMMENT ON COLUMN video_statistics.frames_s IS 'Seconds spent decoding, sampling and finding cuts';
COMMENT ON COLUMN video_statistics.embeddings_s IS 'Seconds spent in the encoder';
COMMENT ON COLUMN video_statistics.semantics_s IS 'Seconds spent on classes, scenes and shots';
COMMENT ON COLUMN video_statistics.index_s IS 'Seconds spent writing to Qdrant';
COMMENT ON COLUMN video_statistics.realtime_factor IS 'duration_s over the seconds spent: 10 means an hour of video in six minutes';
