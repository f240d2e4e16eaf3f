CREATE VIEW credits AS
SELECT
    video_id,
    shot_id,
    row_number() OVER (PARTITION BY video_id ORDER BY pts_s, y0, x0) AS line,
    text,
    pts_s,
    end_s,
    x0,
    confidence
FROM visible_texts
WHERE kind = 'credit';
COMMENT ON VIEW credits IS 'The credits of each video, line by line, in the order in which they come.';
COMMENT ON COLUMN credits.video_id IS 'The video';
COMMENT ON COLUMN credits.shot_id IS 'The shot';
COMMENT ON COLUMN credits.line IS 'Number of the line in its video, from 1';
COMMENT ON COLUMN credits.text IS 'The line; of two columns, each is a line';
COMMENT ON COLUMN credits.pts_s IS 'From when it is to be seen, in seconds';
COMMENT ON COLUMN credits.end_s IS 'Until when';
COMMENT ON COLUMN credits.x0 IS 'Left side, as a fraction of the picture''s width: it tells the column';
COMMENT ON COLUMN credits.confidence IS 'How sure the reader is of its letters, 0 to 1';
