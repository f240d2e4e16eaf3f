-- What is new since last week? Videos that became ready, or failed, in the last seven days, the latest first.
SELECT ingested_at::DATE AS day, video_id, status, round(duration_s) AS duration_s, error_code
FROM videos
WHERE status != 'removed' AND ingested_at > now() - INTERVAL 7 DAY
ORDER BY ingested_at DESC, video_id;
