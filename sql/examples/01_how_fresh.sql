-- How fresh is what I am looking at?
-- The database is a snapshot, at most about a minute old while an ingest runs. Open it again for newer results.
SELECT
    published_at,
    now() - published_at AS age,
    (SELECT count(*) FROM videos WHERE status = 'ready') AS n_ready
FROM _published;
