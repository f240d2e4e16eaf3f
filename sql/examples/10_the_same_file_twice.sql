-- Which files are in the archive more than once? Same content, byte by byte (SHA-256), whatever they are called.
SELECT
    sha256[:12] AS content,
    count(*) AS n_copies,
    list(video_id ORDER BY video_id) AS videos,
    round((count(*) - 1) * any_value(bytes) / 1e6, 1) AS wasted_mb
FROM videos
WHERE status <> 'removed' AND sha256 IS NOT NULL
GROUP BY sha256
HAVING count(*) > 1
ORDER BY wasted_mb DESC;
