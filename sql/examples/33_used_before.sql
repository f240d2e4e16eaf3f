-- Which videos share most footage: programmes and their rushes, repeats, trailers, pictures of the same agency.
SELECT
    video_id,
    other_video_id,
    count(*) AS stretches,
    round(sum(end_s - start_s), 1) AS seconds,
    bool_or(mirrored) AS mirrored
FROM shared_footage
WHERE video_id < other_video_id
GROUP BY video_id, other_video_id
ORDER BY seconds DESC
LIMIT 50;
