CREATE TABLE points (
    video_id VARCHAR NOT NULL,
    space VARCHAR NOT NULL,
    n_points INTEGER NOT NULL,
    beside VARCHAR NOT NULL
);
COMMENT ON TABLE points IS 'Where the shots of a video were indexed (asset qdrant_points): one row.';
COMMENT ON COLUMN points.video_id IS 'The video';
COMMENT ON COLUMN points.space IS 'Qdrant collection, one per encoder';
COMMENT ON COLUMN points.n_points IS 'Points written, one per shot';
COMMENT ON COLUMN points.beside IS 'Fingerprint of the concepts and words that were stored beside the vectors';
