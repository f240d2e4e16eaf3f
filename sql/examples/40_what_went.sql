-- What went in the last thirty days? Videos whose files were taken out of their source, the latest first.
SELECT removed_at::DATE AS day, collection, count(*) AS n_videos, sum(bytes) AS n_bytes, list(video_id ORDER BY video_id)[:5] AS some
FROM videos
WHERE removed_at > now() - INTERVAL 30 DAY
GROUP BY ALL
ORDER BY day DESC, collection;
