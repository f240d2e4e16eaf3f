CREATE VIEW slowest_videos AS
WITH costs AS (
    SELECT *, frames_s + embeddings_s + semantics_s + index_s AS total_s FROM video_statistics
)
SELECT
    s.video_id,
    v.collection,
    v.path,
    s.duration_s,
    s.total_s,
    s.realtime_factor,
    CASE greatest(s.frames_s, s.embeddings_s, s.semantics_s, s.index_s)
        WHEN s.frames_s THEN 'frames'
        WHEN s.embeddings_s THEN 'embeddings'
        WHEN s.semantics_s THEN 'semantics'
        ELSE 'index'
    END AS slowest_part,
    s.frames_s,
    s.embeddings_s,
    s.semantics_s,
    s.index_s
FROM costs AS s
JOIN videos AS v USING (video_id)
ORDER BY s.realtime_factor, s.video_id;
COMMENT ON VIEW slowest_videos IS 'What each video cost to process, the slowest for its length first.';
COMMENT ON COLUMN slowest_videos.video_id IS 'The video';
COMMENT ON COLUMN slowest_videos.collection IS 'Name of its collection';
COMMENT ON COLUMN slowest_videos.path IS 'Where the file is now, relative to the source of its collection';
COMMENT ON COLUMN slowest_videos.duration_s IS 'Length in seconds';
COMMENT ON COLUMN slowest_videos.total_s IS 'Seconds spent on it, all parts together';
COMMENT ON COLUMN slowest_videos.realtime_factor IS 'duration_s over total_s: below 1 it took longer than watching it';
COMMENT ON COLUMN slowest_videos.slowest_part IS 'Where most of the time went: frames, embeddings, semantics or index';
COMMENT ON COLUMN slowest_videos.frames_s IS 'Seconds spent decoding, sampling and finding cuts';
COMMENT ON COLUMN slowest_videos.embeddings_s IS 'Seconds spent in the encoder';
COMMENT ON COLUMN slowest_videos.semantics_s IS 'Seconds spent on classes, scenes and shots';
COMMENT ON COLUMN slowest_videos.index_s IS 'Seconds spent writing to Qdrant';
