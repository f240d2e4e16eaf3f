-- What recurs across programmes? Groups of shots that look alike, those in most videos first, with a typical moment of each.
SELECT collection, coalesce(name_en, 'no name') AS name, n_videos, n_shots, round(duration_s / 60, 1) AS minutes, medoid_video_id, medoid_keyframe_s
FROM shot_groups
WHERE level = 'group' AND n_videos > 1
ORDER BY n_videos DESC, n_shots DESC
LIMIT 50;
