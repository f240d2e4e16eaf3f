CREATE TABLE placed_corrections (
    correction VARCHAR NOT NULL,
    video_id VARCHAR NOT NULL,
    field VARCHAR NOT NULL,
    start_s DOUBLE NOT NULL,
    end_s DOUBLE NOT NULL,
    value VARCHAR NOT NULL,
    corrected_by VARCHAR NOT NULL,
    corrected_at TIMESTAMPTZ NOT NULL,
    state VARCHAR NOT NULL,
    shot_id UUID,
    segment INTEGER,
    class INTEGER
);
COMMENT ON TABLE placed_corrections IS 'What people put right, one row per correction, never removed, and where each stands now. The machine''s own values stay in descriptions, transcripts and class_names; the views …_corrected show both.';
COMMENT ON COLUMN placed_corrections.correction IS 'Id of the correction';
COMMENT ON COLUMN placed_corrections.video_id IS 'The video';
COMMENT ON COLUMN placed_corrections.field IS 'title or description of a shot, text or speaker of a segment of the transcript, class_name, or boundary of shots';
COMMENT ON COLUMN placed_corrections.start_s IS 'Start of the shot or segment when it was corrected; of a class, the time of its most typical frame; of a boundary, the moment';
COMMENT ON COLUMN placed_corrections.end_s IS 'End of it';
COMMENT ON COLUMN placed_corrections.value IS 'What is right; of a boundary, here or none; empty where a correction was taken back';
COMMENT ON COLUMN placed_corrections.corrected_by IS 'Name that the person gave, may be empty';
COMMENT ON COLUMN placed_corrections.corrected_at IS 'When';
COMMENT ON COLUMN placed_corrections.state IS 'kept (counts, of the same times as then), moved (counts, of what holds its time since that was computed again), lost (nothing holds it, or the file has another content), superseded (a later one of the same counts), withdrawn (it takes back)';
COMMENT ON COLUMN placed_corrections.shot_id IS 'The shot of today that it is of; null where it is of none, or has no place';
COMMENT ON COLUMN placed_corrections.segment IS 'The segment of today''s transcript that it is of';
COMMENT ON COLUMN placed_corrections.class IS 'The class of today that it is of';
