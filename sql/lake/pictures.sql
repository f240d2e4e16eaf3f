CREATE TABLE pictures (
    video_id VARCHAR NOT NULL,
    frame INTEGER NOT NULL,
    pts_s DOUBLE NOT NULL,
    source_frame BIGINT NOT NULL,
    leader VARCHAR,
    jpeg BLOB
);
COMMENT ON TABLE pictures IS 'The sampled frames (asset frames), streamed in row groups. Never in DuckDB.';
COMMENT ON COLUMN pictures.video_id IS 'The video';
COMMENT ON COLUMN pictures.frame IS 'Number of the sampled frame, from 0';
COMMENT ON COLUMN pictures.pts_s IS 'Presentation time in seconds, on the clock that a player shows';
COMMENT ON COLUMN pictures.source_frame IS 'Number of the source frame, from 0 in order of presentation';
COMMENT ON COLUMN pictures.leader IS 'What it is instead of a picture: black, colour (any other single one) or bars; null where it shows something';
COMMENT ON COLUMN pictures.jpeg IS 'The picture in display orientation, shortest side at most 336; null where the retention dropped it';
