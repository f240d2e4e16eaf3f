CREATE VIEW collection_totals AS
SELECT
    v.collection,
    any_value(c.title) AS title,
    count(*) AS n_videos,
    count(*) FILTER (v.status = 'ready') AS n_ready,
    count(*) FILTER (v.status = 'failed') AS n_failed,
    count(*) FILTER (v.status = 'removed') AS n_removed,
    sum(v.duration_s) FILTER (v.status = 'ready') / 3600 AS hours,
    sum(s.n_shots)::BIGINT AS n_shots,
    sum(s.duration_s) / sum(s.n_shots) AS mean_shot_s,
    sum(s.duration_s) / sum(s.frames_s + s.embeddings_s + s.semantics_s + s.index_s) AS realtime_factor,
    max(v.ingested_at) AS last_ingested_at
FROM videos AS v
LEFT JOIN video_statistics AS s USING (video_id)
LEFT JOIN collections AS c ON c.collection = v.collection
GROUP BY v.collection
ORDER BY v.collection;
COMMENT ON VIEW collection_totals IS 'How much there is of each collection: videos by status, hours, shots, and what they cost to process.';
COMMENT ON COLUMN collection_totals.collection IS 'Name of the collection';
COMMENT ON COLUMN collection_totals.title IS 'Title for people; null when the collection is configured no more';
COMMENT ON COLUMN collection_totals.n_videos IS 'Videos, whatever became of them';
COMMENT ON COLUMN collection_totals.n_ready IS 'Videos with results';
COMMENT ON COLUMN collection_totals.n_failed IS 'Videos that failed, see failures';
COMMENT ON COLUMN collection_totals.n_removed IS 'Videos whose file is gone from the source';
COMMENT ON COLUMN collection_totals.hours IS 'Length of the ready videos in hours';
COMMENT ON COLUMN collection_totals.n_shots IS 'Semantic shots of the ready videos';
COMMENT ON COLUMN collection_totals.mean_shot_s IS 'Mean length of a shot in seconds';
COMMENT ON COLUMN collection_totals.realtime_factor IS 'Length of the videos over the seconds spent on them: 10 means an hour of video in six minutes';
COMMENT ON COLUMN collection_totals.last_ingested_at IS 'When a video of the collection last became ready or failed';
