CREATE VIEW shots_corrected AS
SELECT *, shot_id AS machine_shot_id
FROM shots
WHERE video_id NOT IN (SELECT DISTINCT video_id FROM corrected_shots)
UNION ALL BY NAME
FROM corrected_shots
ORDER BY video_id, shot;
COMMENT ON VIEW shots_corrected IS 'The shots that count, which are those that search knows: the machine''s and, of videos of which a person put a boundary right, those between the right ones.';
COMMENT ON COLUMN shots_corrected.video_id IS 'The video';
COMMENT ON COLUMN shots_corrected.shot IS 'Number of the shot, from 0 in order of time';
COMMENT ON COLUMN shots_corrected.shot_id IS 'Stable id, that of the machine''s shot where nobody touched it';
COMMENT ON COLUMN shots_corrected.scene IS 'Semantic scene of most of its time';
COMMENT ON COLUMN shots_corrected.class IS 'Semantic class of that scene';
COMMENT ON COLUMN shots_corrected.start_s IS 'Start in seconds';
COMMENT ON COLUMN shots_corrected.end_s IS 'End in seconds: the start of the next shot';
COMMENT ON COLUMN shots_corrected.start_timecode IS 'start_s as HH:MM:SS.mmm';
COMMENT ON COLUMN shots_corrected.end_timecode IS 'end_s as HH:MM:SS.mmm';
COMMENT ON COLUMN shots_corrected.source_timecode IS 'Start on the timecode track of the source, where it has one';
COMMENT ON COLUMN shots_corrected.n_frames IS 'Sampled frames in the shot, at least 1';
COMMENT ON COLUMN shots_corrected.keyframe_s IS 'Presentation time of the most typical frame';
COMMENT ON COLUMN shots_corrected.cohesion IS 'Mean cosine of its frames to the shot embedding, 1 for a still picture';
COMMENT ON COLUMN shots_corrected.leader IS 'What the shot is instead of a picture: black, colour or bars; null where it shows something';
COMMENT ON COLUMN shots_corrected.machine_shot_id IS 'The shot of the table shots that it is, or shares most time with';
