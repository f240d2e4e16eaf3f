CREATE TABLE decoding (
    video_id VARCHAR NOT NULL,
    n_source_frames BIGINT NOT NULL,
    start_s DOUBLE NOT NULL,
    end_s DOUBLE NOT NULL,
    decoded_share DOUBLE NOT NULL,
    warnings VARCHAR[] NOT NULL
);
COMMENT ON TABLE decoding IS 'What decoding found (asset frames): one row.';
COMMENT ON COLUMN decoding.video_id IS 'The video';
COMMENT ON COLUMN decoding.n_source_frames IS 'Frames decoded';
COMMENT ON COLUMN decoding.start_s IS 'Presentation time of the first decoded frame';
COMMENT ON COLUMN decoding.end_s IS 'End of the last decoded frame';
COMMENT ON COLUMN decoding.decoded_share IS 'Decoded span over the duration that the container promises, at most 1, times the share of pictures that decode whole';
COMMENT ON COLUMN decoding.warnings IS 'What the decoder complained about, the first few distinct lines';
