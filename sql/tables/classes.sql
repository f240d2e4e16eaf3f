CREATE TABLE classes (
    video_id VARCHAR NOT NULL,
    class INTEGER NOT NULL,
    n_frames INTEGER NOT NULL,
    duration_s DOUBLE NOT NULL,
    share DOUBLE NOT NULL,
    medoid_s DOUBLE NOT NULL
);
COMMENT ON TABLE classes IS 'Semantic classes: sets of frames of one video that look alike, whatever their time.';
COMMENT ON COLUMN classes.video_id IS 'The video';
COMMENT ON COLUMN classes.class IS 'Number of the class, from 0 in order of first appearance; -1 for noise';
COMMENT ON COLUMN classes.n_frames IS 'Sampled frames in the class';
COMMENT ON COLUMN classes.duration_s IS 'Screen time of the class in seconds';
COMMENT ON COLUMN classes.share IS 'Screen time of the class over that of the video, 0 to 1';
COMMENT ON COLUMN classes.medoid_s IS 'Presentation time of the most typical frame';
