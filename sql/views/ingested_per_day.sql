CREATE VIEW ingested_per_day AS
SELECT
    v.ingested_at::DATE AS day,
    v.collection,
    count(*) FILTER (v.status = 'ready') AS n_ready,
    count(*) FILTER (v.status = 'failed') AS n_failed,
    coalesce(sum(v.duration_s) FILTER (v.status = 'ready'), 0) / 3600 AS hours,
    coalesce(sum(s.n_shots), 0)::BIGINT AS n_shots
FROM videos AS v
LEFT JOIN video_statistics AS s USING (video_id)
WHERE v.ingested_at IS NOT NULL AND v.status <> 'removed'
GROUP BY day, v.collection
ORDER BY day, v.collection;
COMMENT ON VIEW ingested_per_day IS 'How an ingest advances: videos, hours and shots by the day when they were last worked on.';
COMMENT ON COLUMN ingested_per_day.day IS 'Day in the time zone of the session';
COMMENT ON COLUMN ingested_per_day.collection IS 'Name of the collection';
COMMENT ON COLUMN ingested_per_day.n_ready IS 'Videos that last became ready that day';
COMMENT ON COLUMN ingested_per_day.n_failed IS 'Videos that last failed that day';
COMMENT ON COLUMN ingested_per_day.hours IS 'Length of those ready in hours';
COMMENT ON COLUMN ingested_per_day.n_shots IS 'Shots of those ready';
