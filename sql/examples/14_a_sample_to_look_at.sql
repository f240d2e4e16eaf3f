-- Thirty shots to look at by hand, the same ones every time: for judging quality or for annotation.
-- To hand them to somebody: COPY (SELECT …) TO 'sample.csv';
SELECT shot_id, video_id, start_timecode, end_timecode, keyframe_s
FROM shot_timeline
ORDER BY md5(shot_id::VARCHAR)
LIMIT 30;
