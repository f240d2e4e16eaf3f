CREATE TABLE corrections (
    correction VARCHAR NOT NULL,
    video_id VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    field VARCHAR NOT NULL,
    start_s DOUBLE NOT NULL,
    end_s DOUBLE NOT NULL,
    value VARCHAR NOT NULL,
    corrected_by VARCHAR NOT NULL,
    corrected_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE corrections IS 'What people put right of a video: one line per correction, never removed. Where each stands now is computed when it is read (placed_corrections).';
COMMENT ON COLUMN corrections.correction IS 'Id of the correction';
COMMENT ON COLUMN corrections.video_id IS 'The video';
COMMENT ON COLUMN corrections.sha256 IS 'The content that it was made of: of another one it says nothing';
COMMENT ON COLUMN corrections.field IS 'title or description of a shot, text or speaker of a segment of the transcript, class_name, or boundary of shots';
COMMENT ON COLUMN corrections.start_s IS 'Start of the shot or segment when it was corrected; of a class, the time of its most typical frame; of a boundary, the moment';
COMMENT ON COLUMN corrections.end_s IS 'End of it';
COMMENT ON COLUMN corrections.value IS 'What is right; of a boundary, here or none; empty where a correction was taken back';
COMMENT ON COLUMN corrections.corrected_by IS 'Name that the person gave, may be empty';
COMMENT ON COLUMN corrections.corrected_at IS 'When';
