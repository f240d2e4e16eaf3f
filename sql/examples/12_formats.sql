-- What formats does the archive hold? For a migration plan: hours by codec, picture size and scan.
SELECT
    video_codec,
    width || '×' || height AS picture,
    CASE WHEN is_interlaced THEN 'interlaced' ELSE 'progressive' END AS scan,
    count(*) AS n_videos,
    round(sum(duration_s) / 3600, 2) AS hours,
    round(sum(bytes) / 1e9, 2) AS gb
FROM videos
WHERE status = 'ready'
GROUP BY ALL
ORDER BY hours DESC, video_codec, scan;
