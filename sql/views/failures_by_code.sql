CREATE VIEW failures_by_code AS
SELECT
    f.error_code,
    f.stage,
    f.permanent,
    count(*) AS n_videos,
    list_sort(list(DISTINCT v.collection)) AS collections,
    min(f.video_id) AS example_video_id,
    arg_min(f.message, f.video_id) AS example_message,
    max(f.last_seen) AS last_seen
FROM failures AS f
JOIN (
    SELECT video_id, collection FROM videos
    UNION ALL
    SELECT album, collection FROM albums
) AS v USING (video_id)
GROUP BY f.error_code, f.stage, f.permanent
ORDER BY n_videos DESC, f.error_code, f.stage;
COMMENT ON VIEW failures_by_code IS 'Why videos failed, the most frequent reason first, with an example of each.';
COMMENT ON COLUMN failures_by_code.error_code IS 'Stable code, for example no_video_stream';
COMMENT ON COLUMN failures_by_code.stage IS 'The asset that failed';
COMMENT ON COLUMN failures_by_code.permanent IS 'Whether trying again without changing anything is pointless';
COMMENT ON COLUMN failures_by_code.n_videos IS 'Videos, or albums, that failed so';
COMMENT ON COLUMN failures_by_code.collections IS 'The collections that they are in';
COMMENT ON COLUMN failures_by_code.example_video_id IS 'One of the videos, or albums';
COMMENT ON COLUMN failures_by_code.example_message IS 'What is wrong with that one and what to do';
COMMENT ON COLUMN failures_by_code.last_seen IS 'When it last happened';
