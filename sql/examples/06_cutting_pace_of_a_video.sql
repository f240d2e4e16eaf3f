-- How does the pace of a video change from minute to minute? A bar for every minute.
SELECT minute, n_hard, n_gradual, bar(cuts_per_minute, 0, 40, 40) AS pace
FROM cuts_per_minute
WHERE video_id = (SELECT video_id FROM video_statistics ORDER BY duration_s DESC, video_id LIMIT 1)
ORDER BY minute;
