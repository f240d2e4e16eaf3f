-- Where does the camera hold longest? The longest shot of each of the ten videos that have the longest ones.
SELECT video_id, start_timecode, round(duration_s, 1) AS duration_s, round(cohesion, 3) AS cohesion
FROM shot_timeline
QUALIFY row_number() OVER (PARTITION BY video_id ORDER BY duration_s DESC, shot) = 1
ORDER BY duration_s DESC
LIMIT 10;
