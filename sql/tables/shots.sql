CREATE TABLE shots (
    video_id VARCHAR NOT NULL,
    shot INTEGER NOT NULL,
    shot_id UUID NOT NULL,
    scene INTEGER NOT NULL,
    class INTEGER NOT NULL,
    start_s DOUBLE NOT NULL,
    end_s DOUBLE NOT NULL,
    start_timecode VARCHAR NOT NULL,
    end_timecode VARCHAR NOT NULL,
    source_timecode VARCHAR,
    n_frames INTEGER NOT NULL,
    keyframe_s DOUBLE NOT NULL,
    cohesion DOUBLE NOT NULL,
    leader VARCHAR
);
COMMENT ON TABLE shots IS 'Semantic shots: what is searched. They tile the video from its first frame to the end of its last.';
COMMENT ON COLUMN shots.video_id IS 'The video';
COMMENT ON COLUMN shots.shot IS 'Number of the shot, from 0 in order of time';
COMMENT ON COLUMN shots.shot_id IS 'Stable id (uuid5 of video_id, sha256, start and end in ms); also the id of the Qdrant point';
COMMENT ON COLUMN shots.scene IS 'Semantic scene that the shot lies in';
COMMENT ON COLUMN shots.class IS 'Semantic class of that scene';
COMMENT ON COLUMN shots.start_s IS 'Start in seconds: on a hard cut, the time of the first source frame after it';
COMMENT ON COLUMN shots.end_s IS 'End in seconds: the start of the next shot';
COMMENT ON COLUMN shots.start_timecode IS 'start_s as HH:MM:SS.mmm';
COMMENT ON COLUMN shots.end_timecode IS 'end_s as HH:MM:SS.mmm';
COMMENT ON COLUMN shots.source_timecode IS 'Start on the timecode track of the source, where it has one';
COMMENT ON COLUMN shots.n_frames IS 'Sampled frames in the shot, at least 1';
COMMENT ON COLUMN shots.keyframe_s IS 'Presentation time of the most typical frame (medoid) that is neither blank nor inside a transition, where there is one';
COMMENT ON COLUMN shots.cohesion IS 'Mean cosine of its frames to the shot embedding, 1 for a still picture';
COMMENT ON COLUMN shots.leader IS 'What the shot is instead of a picture: black, colour (any other single one) or bars; null where it shows something';
