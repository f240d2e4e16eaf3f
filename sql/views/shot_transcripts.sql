CREATE VIEW shot_transcripts AS
SELECT
    t.video_id,
    s.shot,
    s.shot_id,
    t.segment,
    t.start_s,
    t.end_s,
    t.speaker,
    t.text,
    t.language,
    t.source,
    least(t.end_s, s.end_s) - greatest(t.start_s, s.start_s) AS within_s,
    t.start_s >= s.start_s OR s.shot = 0 AS begins_here
FROM transcripts AS t
JOIN shots AS s ON s.video_id = t.video_id AND t.start_s < s.end_s AND t.end_s > s.start_s
ORDER BY t.video_id, s.shot, t.segment;
COMMENT ON VIEW shot_transcripts IS 'What is said in each shot: a segment that goes on over a cut is there for every shot that it touches.';
COMMENT ON COLUMN shot_transcripts.video_id IS 'The video';
COMMENT ON COLUMN shot_transcripts.shot IS 'Number of the shot, from 0 in order of time';
COMMENT ON COLUMN shot_transcripts.shot_id IS 'Stable id of the shot, also of its point in Qdrant';
COMMENT ON COLUMN shot_transcripts.segment IS 'Number of the segment in its video';
COMMENT ON COLUMN shot_transcripts.start_s IS 'Start of the whole segment in seconds';
COMMENT ON COLUMN shot_transcripts.end_s IS 'End of the whole segment in seconds';
COMMENT ON COLUMN shot_transcripts.speaker IS 'Who speaks, where the source names somebody';
COMMENT ON COLUMN shot_transcripts.text IS 'The words of the whole segment';
COMMENT ON COLUMN shot_transcripts.language IS 'ISO 639-1, where it is known or was detected';
COMMENT ON COLUMN shot_transcripts.source IS 'sidecar, embedded or server';
COMMENT ON COLUMN shot_transcripts.within_s IS 'Seconds of the segment that lie in this shot';
COMMENT ON COLUMN shot_transcripts.begins_here IS 'Whether the segment begins in this shot: true in one shot for each segment, so that words can be counted once';
