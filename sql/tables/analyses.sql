CREATE TABLE analyses (
    video_id VARCHAR NOT NULL,
    analysis VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    error_code VARCHAR,
    message VARCHAR,
    attempts INTEGER NOT NULL,
    finished_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE analyses IS 'What became of the analyses of each video and album (jobs describe_video, describe_album): one row per video, or album, and analysis that was tried.';
COMMENT ON COLUMN analyses.video_id IS 'The video, or the album';
COMMENT ON COLUMN analyses.analysis IS 'concepts, objects, visible_text, reuses, transcript, descriptions, summaries, findings, second_opinions; of an album photo_objects, photo_visible_text, photo_descriptions';
COMMENT ON COLUMN analyses.status IS 'done, or failed: then rows of an earlier success stay';
COMMENT ON COLUMN analyses.error_code IS 'Why it failed, stable: vlm_unreachable, …';
COMMENT ON COLUMN analyses.message IS 'Why it failed, as a sentence';
COMMENT ON COLUMN analyses.attempts IS 'Failed runs since the last success';
COMMENT ON COLUMN analyses.finished_at IS 'When it last ended';
