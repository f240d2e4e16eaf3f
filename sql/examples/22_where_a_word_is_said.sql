-- Where is a word said? The moment, the shot that it begins in, and who says it.
SELECT t.video_id, s.start_timecode AS shot, round(t.start_s, 1) AS said_at_s, t.speaker, t.text
FROM shot_transcripts AS t
JOIN shots AS s USING (shot_id)
WHERE t.begins_here AND t.text ILIKE '%water%'
ORDER BY t.video_id, t.start_s;
