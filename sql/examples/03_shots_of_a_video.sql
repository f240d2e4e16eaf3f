-- The shots of one video, as a list to read along in a player.
-- Change the pattern; % stands for anything.
SELECT shot, start_timecode, end_timecode, round(duration_s, 2) AS duration_s, class, scene, shot_id
FROM shot_timeline
WHERE path LIKE '%tape 01%'
ORDER BY video_id, shot;
