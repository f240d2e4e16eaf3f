CREATE VIEW class_shares AS
WITH scenes_of AS (
    SELECT video_id, class, count(*) AS n_scenes, min(start_s) AS first_s FROM scenes GROUP BY video_id, class
), shots_of AS (
    SELECT video_id, class, count(*) AS n_shots FROM shots GROUP BY video_id, class
)
SELECT
    c.video_id,
    v.collection,
    v.path,
    c.class,
    c.class = -1 AS is_noise,
    n.name_en,
    n.name_es,
    c.share,
    c.duration_s,
    c.n_frames,
    coalesce(sc.n_scenes, 0) AS n_scenes,
    coalesce(sh.n_shots, 0) AS n_shots,
    sc.first_s,
    c.medoid_s
FROM classes AS c
JOIN videos AS v USING (video_id)
LEFT JOIN scenes_of AS sc ON sc.video_id = c.video_id AND sc.class = c.class
LEFT JOIN shots_of AS sh ON sh.video_id = c.video_id AND sh.class = c.class
LEFT JOIN class_names AS n ON n.video_id = c.video_id AND n.class = c.class
ORDER BY c.video_id, c.share DESC, c.class;
COMMENT ON VIEW class_shares IS 'Which pictures a video is made of: its semantic classes by share of screen time, and how often each comes back.';
COMMENT ON COLUMN class_shares.video_id IS 'The video';
COMMENT ON COLUMN class_shares.collection IS 'Name of its collection';
COMMENT ON COLUMN class_shares.path IS 'Where the file is now, relative to the source of its collection';
COMMENT ON COLUMN class_shares.class IS 'Semantic class within the video, from 0 in order of first appearance; -1 for noise';
COMMENT ON COLUMN class_shares.is_noise IS 'Whether this is the rest of frames near to no other';
COMMENT ON COLUMN class_shares.name_en IS 'Its name in English, after the concepts that set it apart; null where nothing does';
COMMENT ON COLUMN class_shares.name_es IS 'The same in Spanish';
COMMENT ON COLUMN class_shares.share IS 'Screen time of the class over that of the video, 0 to 1';
COMMENT ON COLUMN class_shares.duration_s IS 'Screen time of the class in seconds';
COMMENT ON COLUMN class_shares.n_frames IS 'Sampled frames in the class';
COMMENT ON COLUMN class_shares.n_scenes IS 'Times that the video comes to this class: runs in time';
COMMENT ON COLUMN class_shares.n_shots IS 'Shots in those scenes';
COMMENT ON COLUMN class_shares.first_s IS 'Start of the first of those scenes in seconds';
COMMENT ON COLUMN class_shares.medoid_s IS 'Presentation time of the most typical frame';
