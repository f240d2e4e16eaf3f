CREATE VIEW shot_timeline AS
SELECT
    v.collection,
    c.title AS collection_title,
    s.video_id,
    v.path,
    s.shot,
    s.shot_id,
    s.scene,
    s.class,
    s.start_s,
    s.end_s,
    s.end_s - s.start_s AS duration_s,
    s.start_timecode,
    s.end_timecode,
    s.source_timecode,
    s.keyframe_s,
    s.n_frames,
    s.cohesion,
    s.leader
FROM shots AS s
JOIN videos AS v USING (video_id)
LEFT JOIN collections AS c ON c.collection = v.collection
ORDER BY s.video_id, s.shot;
COMMENT ON VIEW shot_timeline IS 'Every shot with the file that it is in: what an edit decision list or a player needs.';
COMMENT ON COLUMN shot_timeline.collection IS 'Name of the collection';
COMMENT ON COLUMN shot_timeline.collection_title IS 'Title of the collection';
COMMENT ON COLUMN shot_timeline.video_id IS 'The video';
COMMENT ON COLUMN shot_timeline.path IS 'Where the file is now, relative to the source of its collection';
COMMENT ON COLUMN shot_timeline.shot IS 'Number of the shot, from 0 in order of time';
COMMENT ON COLUMN shot_timeline.shot_id IS 'Stable id of the shot, also of its point in Qdrant';
COMMENT ON COLUMN shot_timeline.scene IS 'Semantic scene that the shot lies in';
COMMENT ON COLUMN shot_timeline.class IS 'Semantic class of that scene, -1 for noise';
COMMENT ON COLUMN shot_timeline.start_s IS 'Start in seconds, on the clock that a player shows';
COMMENT ON COLUMN shot_timeline.end_s IS 'End in seconds: the start of the next shot';
COMMENT ON COLUMN shot_timeline.duration_s IS 'Length in seconds';
COMMENT ON COLUMN shot_timeline.start_timecode IS 'start_s as HH:MM:SS.mmm';
COMMENT ON COLUMN shot_timeline.end_timecode IS 'end_s as HH:MM:SS.mmm';
COMMENT ON COLUMN shot_timeline.source_timecode IS 'Start on the timecode track of the source, where it has one';
COMMENT ON COLUMN shot_timeline.keyframe_s IS 'Presentation time of the most typical frame';
COMMENT ON COLUMN shot_timeline.n_frames IS 'Sampled frames in the shot';
COMMENT ON COLUMN shot_timeline.cohesion IS 'Mean cosine of its frames to the shot embedding, 1 for a still picture';
COMMENT ON COLUMN shot_timeline.leader IS 'What the shot is instead of a picture: black, colour or bars; null where it shows something';
