CREATE VIEW class_quality AS
WITH shares AS (
    SELECT
        video_id,
        max(share) FILTER (class >= 0) AS largest_class_share,
        exp(-sum(share * ln(share)) FILTER (class >= 0 AND share > 0)
            / sum(share) FILTER (class >= 0 AND share > 0)
            + ln(sum(share) FILTER (class >= 0 AND share > 0))) AS effective_classes
    FROM classes
    GROUP BY video_id
), cohesions AS (
    SELECT
        video_id,
        sum(cohesion * (end_s - start_s)) / nullif(sum(end_s - start_s), 0) AS mean_cohesion
    FROM shots
    GROUP BY video_id
)
SELECT
    s.video_id,
    v.collection,
    v.path,
    s.n_classes,
    1 - s.unclustered_share AS coverage,
    sh.largest_class_share,
    sh.effective_classes,
    s.n_scenes / nullif(s.n_classes, 0) AS scenes_per_class,
    co.mean_cohesion
FROM video_statistics AS s
JOIN videos AS v USING (video_id)
LEFT JOIN shares AS sh ON sh.video_id = s.video_id
LEFT JOIN cohesions AS co ON co.video_id = s.video_id
ORDER BY coverage, s.video_id;
COMMENT ON VIEW class_quality IS 'How well the semantic classes describe each video, the least covered first: where to look when parameters are tuned.';
COMMENT ON COLUMN class_quality.video_id IS 'The video';
COMMENT ON COLUMN class_quality.collection IS 'Name of its collection';
COMMENT ON COLUMN class_quality.path IS 'Where the file is now, relative to the source of its collection';
COMMENT ON COLUMN class_quality.n_classes IS 'Semantic classes, noise not counted';
COMMENT ON COLUMN class_quality.coverage IS 'Share of the frames that belong to a class, 0 to 1';
COMMENT ON COLUMN class_quality.largest_class_share IS 'Screen time of the largest class over that of the video; near 1 the classes tell nothing apart';
COMMENT ON COLUMN class_quality.effective_classes IS 'Exponential of the entropy of screen time over classes: as many equal classes would be as diverse (Hill number of order 1)';
COMMENT ON COLUMN class_quality.scenes_per_class IS 'How often the video returns to a class on average; 1 when nothing comes back';
COMMENT ON COLUMN class_quality.mean_cohesion IS 'Mean cosine of the frames to the embedding of their shot, weighted by length';
