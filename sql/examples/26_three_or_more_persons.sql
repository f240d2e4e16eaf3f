-- Shots with three or more persons, as a detector counts them, the fullest first; any label of the detector will do.
SELECT c.video_id, s.start_timecode, s.end_timecode, c.n AS persons, c.source, c.shot_id
FROM objects_per_shot AS c
JOIN shots AS s USING (shot_id)
WHERE c.label = 'person' AND c.n >= 3 AND c.source <> 'VLM'
ORDER BY persons DESC, c.video_id, s.start_timecode
LIMIT 100;
