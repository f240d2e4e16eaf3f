-- Which pictures does a video return to again and again? Studios, presenters, interview set-ups.
-- medoid_s is where to look at a typical frame.
SELECT video_id, class, n_scenes, round(duration_s, 1) AS screen_time_s, round(100 * share) AS percent, round(medoid_s, 1) AS medoid_s
FROM class_shares
WHERE NOT is_noise AND n_scenes >= 3
ORDER BY n_scenes DESC, screen_time_s DESC
LIMIT 20;
