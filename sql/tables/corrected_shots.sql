CREATE TABLE corrected_shots (
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
    leader VARCHAR,
    machine_shot_id UUID NOT NULL
);
COMMENT ON TABLE corrected_shots IS 'The shots of those videos of which a person put a boundary right, all of each: what is searched of them. The machine''s own stay in shots; the view shots_corrected has the shots that count of every video.';
COMMENT ON COLUMN corrected_shots.video_id IS 'The video';
COMMENT ON COLUMN corrected_shots.shot IS 'Number of the shot, from 0 in order of time';
COMMENT ON COLUMN corrected_shots.shot_id IS 'Stable id, that of the machine''s shot where nobody touched it; also the id of the Qdrant point';
COMMENT ON COLUMN corrected_shots.scene IS 'Semantic scene of most of its time';
COMMENT ON COLUMN corrected_shots.class IS 'Semantic class of that scene';
COMMENT ON COLUMN corrected_shots.start_s IS 'Start in seconds';
COMMENT ON COLUMN corrected_shots.end_s IS 'End in seconds: the start of the next shot';
COMMENT ON COLUMN corrected_shots.start_timecode IS 'start_s as HH:MM:SS.mmm';
COMMENT ON COLUMN corrected_shots.end_timecode IS 'end_s as HH:MM:SS.mmm';
COMMENT ON COLUMN corrected_shots.source_timecode IS 'Start on the timecode track of the source, where it has one';
COMMENT ON COLUMN corrected_shots.n_frames IS 'Sampled frames in the shot, at least 1';
COMMENT ON COLUMN corrected_shots.keyframe_s IS 'Presentation time of the most typical frame';
COMMENT ON COLUMN corrected_shots.cohesion IS 'Mean cosine of its frames to the shot embedding, 1 for a still picture';
COMMENT ON COLUMN corrected_shots.leader IS 'As in shots, of the shot that it shares most time with';
COMMENT ON COLUMN corrected_shots.machine_shot_id IS 'The shot of the table shots that it shares most time with';
