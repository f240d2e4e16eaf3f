CREATE TABLE cuts (
    video_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    start_s DOUBLE NOT NULL,
    end_s DOUBLE NOT NULL,
    source_frame BIGINT NOT NULL,
    score DOUBLE NOT NULL
);
COMMENT ON TABLE cuts IS 'Picture changes found while decoding: hard cuts at a frame, gradual ones as an interval.';
COMMENT ON COLUMN cuts.video_id IS 'The video';
COMMENT ON COLUMN cuts.kind IS 'hard or gradual';
COMMENT ON COLUMN cuts.start_s IS 'Hard: time of the first frame of the new shot; gradual: where the change begins';
COMMENT ON COLUMN cuts.end_s IS 'Hard: the same as start_s; gradual: where the change is complete';
COMMENT ON COLUMN cuts.source_frame IS 'Number of the source frame (from 0, in order of presentation) at start_s';
COMMENT ON COLUMN cuts.score IS 'Confidence of the detector, 0 to 1';
