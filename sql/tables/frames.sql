CREATE TABLE frames (
    video_id VARCHAR NOT NULL,
    frame INTEGER NOT NULL,
    pts_s DOUBLE NOT NULL,
    class INTEGER NOT NULL,
    scene INTEGER NOT NULL,
    shot INTEGER NOT NULL
);
COMMENT ON TABLE frames IS 'One row per sampled frame, with the class, scene and shot that it belongs to.';
COMMENT ON COLUMN frames.video_id IS 'The video';
COMMENT ON COLUMN frames.frame IS 'Number of the sampled frame in its video, from 0';
COMMENT ON COLUMN frames.pts_s IS 'Presentation time in seconds, on the clock that a player shows';
COMMENT ON COLUMN frames.class IS 'Semantic class, from 0; -1 for frames near to no other (noise)';
COMMENT ON COLUMN frames.scene IS 'Semantic scene, from 0 in order of time';
COMMENT ON COLUMN frames.shot IS 'Semantic shot, from 0 in order of time';
