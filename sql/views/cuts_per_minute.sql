CREATE VIEW cuts_per_minute AS
WITH minutes AS (
    SELECT
        video_id,
        collection,
        path,
        start_s,
        end_s,
        unnest(range(floor(start_s / 60)::BIGINT, greatest(ceil(end_s / 60), floor(start_s / 60) + 1)::BIGINT)) AS minute
    FROM videos
    WHERE status = 'ready' AND end_s IS NOT NULL
), found AS (
    SELECT
        video_id,
        floor(start_s / 60)::BIGINT AS minute,
        count(*) FILTER (kind = 'hard') AS n_hard,
        count(*) FILTER (kind = 'gradual') AS n_gradual
    FROM cuts
    GROUP BY ALL
), counted AS (
    SELECT
        m.video_id,
        m.collection,
        m.path,
        m.minute,
        least(m.end_s, 60 * (m.minute + 1)) - greatest(m.start_s, 60 * m.minute) AS covered_s,
        coalesce(f.n_hard, 0) AS n_hard,
        coalesce(f.n_gradual, 0) AS n_gradual
    FROM minutes AS m
    LEFT JOIN found AS f ON f.video_id = m.video_id AND f.minute = m.minute
)
SELECT *, 60 * (n_hard + n_gradual) / nullif(covered_s, 0) AS cuts_per_minute
FROM counted
ORDER BY video_id, minute;
COMMENT ON VIEW cuts_per_minute IS 'Cutting pace over time: the picture changes in every minute of every ready video, minutes without any included.';
COMMENT ON COLUMN cuts_per_minute.video_id IS 'The video';
COMMENT ON COLUMN cuts_per_minute.collection IS 'Name of its collection';
COMMENT ON COLUMN cuts_per_minute.path IS 'Where the file is now, relative to the source of its collection';
COMMENT ON COLUMN cuts_per_minute.minute IS 'Minute on the clock that a player shows, from 0';
COMMENT ON COLUMN cuts_per_minute.covered_s IS 'Seconds of the minute that the video covers: 60 but for the first and the last';
COMMENT ON COLUMN cuts_per_minute.n_hard IS 'Hard cuts';
COMMENT ON COLUMN cuts_per_minute.n_gradual IS 'Gradual changes that begin in the minute';
COMMENT ON COLUMN cuts_per_minute.cuts_per_minute IS 'Picture changes a minute, the part that is covered extrapolated';
