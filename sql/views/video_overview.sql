CREATE VIEW video_overview AS
SELECT
    v.video_id,
    v.collection,
    c.title AS collection_title,
    v.path,
    l.title,
    l.first_day,
    l.last_day,
    l.programme,
    l.tape,
    l.rights,
    v.status,
    v.duration_s,
    v.width,
    v.height,
    s.n_cuts,
    s.n_classes,
    s.n_scenes,
    s.n_shots,
    s.mean_shot_s,
    s.shots_per_minute,
    v.error_code,
    v.ingested_at
FROM videos AS v
LEFT JOIN video_statistics AS s USING (video_id)
LEFT JOIN listed AS l USING (video_id)
LEFT JOIN collections AS c ON c.collection = v.collection
ORDER BY v.video_id;
COMMENT ON VIEW video_overview IS 'One line per video: where it is, how long, what it is made of, or why it failed.';
COMMENT ON COLUMN video_overview.video_id IS 'The video';
COMMENT ON COLUMN video_overview.collection IS 'Name of its collection';
COMMENT ON COLUMN video_overview.collection_title IS 'Title of its collection';
COMMENT ON COLUMN video_overview.path IS 'Where the file is now, relative to the source of its collection';
COMMENT ON COLUMN video_overview.title IS 'Title in the archive''s list; null, as the five that follow, where it says nothing';
COMMENT ON COLUMN video_overview.first_day IS 'First day that its date may mean';
COMMENT ON COLUMN video_overview.last_day IS 'Last day that its date may mean';
COMMENT ON COLUMN video_overview.programme IS 'Programme or series';
COMMENT ON COLUMN video_overview.tape IS 'Number of the tape';
COMMENT ON COLUMN video_overview.rights IS 'Who has the rights';
COMMENT ON COLUMN video_overview.status IS 'ready, failed or removed';
COMMENT ON COLUMN video_overview.duration_s IS 'Length in seconds';
COMMENT ON COLUMN video_overview.width IS 'Display width in pixels';
COMMENT ON COLUMN video_overview.height IS 'Display height in pixels';
COMMENT ON COLUMN video_overview.n_cuts IS 'Hard cuts and gradual changes found; null unless ready';
COMMENT ON COLUMN video_overview.n_classes IS 'Semantic classes, noise not counted; null unless ready';
COMMENT ON COLUMN video_overview.n_scenes IS 'Semantic scenes; null unless ready';
COMMENT ON COLUMN video_overview.n_shots IS 'Semantic shots; null unless ready';
COMMENT ON COLUMN video_overview.mean_shot_s IS 'Mean length of a shot in seconds; null unless ready';
COMMENT ON COLUMN video_overview.shots_per_minute IS 'Shots per minute of video; null unless ready';
COMMENT ON COLUMN video_overview.error_code IS 'Stable code of the failure, see failures';
COMMENT ON COLUMN video_overview.ingested_at IS 'When the video last became ready or failed';
