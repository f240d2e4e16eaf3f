CREATE TABLE summaries (
    video_id VARCHAR NOT NULL,
    scene INTEGER,
    status VARCHAR NOT NULL,
    reason VARCHAR,
    title VARCHAR,
    summary VARCHAR,
    language VARCHAR,
    n_shots INTEGER NOT NULL,
    n_questions INTEGER NOT NULL,
    model VARCHAR,
    prompt_version VARCHAR NOT NULL,
    prompt_tokens BIGINT NOT NULL,
    completion_tokens BIGINT NOT NULL,
    latency_s DOUBLE NOT NULL,
    asked VARCHAR NOT NULL
);
COMMENT ON TABLE summaries IS 'Summaries of scenes and programmes, made by a language model from the descriptions of their shots. To be escaped where they are shown.';
COMMENT ON COLUMN summaries.video_id IS 'The video';
COMMENT ON COLUMN summaries.scene IS 'The scene; null for the whole programme';
COMMENT ON COLUMN summaries.status IS 'ok; refused, cut_off, invalid as in descriptions; no_description (none of its shots has one)';
COMMENT ON COLUMN summaries.reason IS 'Why there is no summary; null where there is one';
COMMENT ON COLUMN summaries.title IS 'A headline';
COMMENT ON COLUMN summaries.summary IS 'The summary; of a scene with one described shot, that description';
COMMENT ON COLUMN summaries.language IS 'Language of the summary as the model states it (ISO 639-1)';
COMMENT ON COLUMN summaries.n_shots IS 'Described shots that it stands on';
COMMENT ON COLUMN summaries.n_questions IS 'Questions that it took: 0 for a scene with one described shot, more than 1 where the notes were too long for one';
COMMENT ON COLUMN summaries.model IS 'The model that answered, as the server names it';
COMMENT ON COLUMN summaries.prompt_version IS 'Prompt file and its version';
COMMENT ON COLUMN summaries.prompt_tokens IS 'Tokens of its questions';
COMMENT ON COLUMN summaries.completion_tokens IS 'Tokens of the answers';
COMMENT ON COLUMN summaries.latency_s IS 'Seconds of its questions together';
COMMENT ON COLUMN summaries.asked IS 'Fingerprint of prompt, model and notes that the summary is a function of';
