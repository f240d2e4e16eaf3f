CREATE TABLE signatures (
    video_id VARCHAR NOT NULL,
    frame INTEGER NOT NULL,
    pts_s DOUBLE NOT NULL,
    shot INTEGER NOT NULL,
    grey BLOB NOT NULL,
    x0 REAL NOT NULL,
    y0 REAL NOT NULL,
    x1 REAL NOT NULL,
    y1 REAL NOT NULL,
    vector BLOB
);
COMMENT ON TABLE signatures IS 'What footage is known again by (asset reuses): the sampled frames as small grey pictures, leaders left out. Never in DuckDB.';
COMMENT ON COLUMN signatures.video_id IS 'The video';
COMMENT ON COLUMN signatures.frame IS 'Number of the sampled frame';
COMMENT ON COLUMN signatures.pts_s IS 'Presentation time in seconds';
COMMENT ON COLUMN signatures.shot IS 'The shot that it lies in';
COMMENT ON COLUMN signatures.grey IS '24 lines of 24 grey levels, without the bars around the picture';
COMMENT ON COLUMN signatures.x0 IS 'Left side of what is between the bars, as a fraction of the frame''s width';
COMMENT ON COLUMN signatures.y0 IS 'Upper side, as a fraction of its height';
COMMENT ON COLUMN signatures.x1 IS 'Right side, as a fraction of its width';
COMMENT ON COLUMN signatures.y1 IS 'Lower side, as a fraction of its height';
COMMENT ON COLUMN signatures.vector IS 'The embedding in whole numbers, the largest at 127; null but for the landmarks, which stand for their shot among all of the archive';
