CREATE TABLE descriptions (
    video_id VARCHAR NOT NULL,
    shot_id UUID NOT NULL,
    status VARCHAR NOT NULL,
    reason VARCHAR,
    title VARCHAR,
    description VARCHAR,
    objects STRUCT("label" VARCHAR, "action" VARCHAR, "left" DOUBLE, "top" DOUBLE, "right" DOUBLE, "bottom" DOUBLE)[],
    regions STRUCT("label" VARCHAR, "description" VARCHAR, "faithfulness" DOUBLE, "left" DOUBLE, "top" DOUBLE, "right" DOUBLE, "bottom" DOUBLE)[],
    setting VARCHAR,
    people_count INTEGER,
    visible_text VARCHAR,
    language VARCHAR,
    faithfulness DOUBLE,
    n_candidates INTEGER NOT NULL,
    frames_s DOUBLE[] NOT NULL,
    box_frame_s DOUBLE,
    model VARCHAR,
    prompt_version VARCHAR NOT NULL,
    prompt_tokens BIGINT NOT NULL,
    completion_tokens BIGINT NOT NULL,
    latency_s DOUBLE NOT NULL,
    answer VARCHAR,
    asked VARCHAR NOT NULL
);
COMMENT ON TABLE descriptions IS 'What a vision-language model says of each shot, and of each photo. Written by a machine: may be wrong, and is to be escaped where it is shown.';
COMMENT ON COLUMN descriptions.video_id IS 'The video, or the album';
COMMENT ON COLUMN descriptions.shot_id IS 'The shot, or the photo (photos.photo_id)';
COMMENT ON COLUMN descriptions.status IS 'ok; refused (the model or the server would not answer), cut_off (no end within the bounds), invalid (not of the schema), no_picture (the shot, or the photo, does not decode)';
COMMENT ON COLUMN descriptions.reason IS 'Why there is no description; null where there is one';
COMMENT ON COLUMN descriptions.title IS 'A headline of a few words';
COMMENT ON COLUMN descriptions.description IS 'Two to four sentences';
COMMENT ON COLUMN descriptions.objects IS 'People, animals and things: label, action, and the box as fractions of the picture at box_frame_s (null where the model gave none that can be one)';
COMMENT ON COLUMN descriptions.regions IS 'What the boxed parts of the picture at box_frame_s show, where the collection asks for it: label, a sentence, its cosine to that part (null where it was the only candidate), and the box as fractions of the picture';
COMMENT ON COLUMN descriptions.setting IS 'Where it takes place';
COMMENT ON COLUMN descriptions.people_count IS 'People that can be seen at most at one time';
COMMENT ON COLUMN descriptions.visible_text IS 'Writing that can be read in the picture, in its own language';
COMMENT ON COLUMN descriptions.language IS 'Language of the description as the model states it (ISO 639-1)';
COMMENT ON COLUMN descriptions.faithfulness IS 'Cosine of title and description to the shot, or the photo, in the space of the collection''s encoder: compare within one encoder only';
COMMENT ON COLUMN descriptions.n_candidates IS 'Descriptions that the kept one was chosen from';
COMMENT ON COLUMN descriptions.frames_s IS 'Presentation times of the pictures that were shown to the model; 0 of a photo';
COMMENT ON COLUMN descriptions.box_frame_s IS 'Time of the picture that the boxes are of; 0 of a photo';
COMMENT ON COLUMN descriptions.model IS 'The model that answered, as the server names it';
COMMENT ON COLUMN descriptions.prompt_version IS 'Prompt file and its version';
COMMENT ON COLUMN descriptions.prompt_tokens IS 'Tokens of the question, pictures included';
COMMENT ON COLUMN descriptions.completion_tokens IS 'Tokens of the answer, all candidates together';
COMMENT ON COLUMN descriptions.latency_s IS 'Seconds from the question to the whole answer, the wait in the server''s queue included';
COMMENT ON COLUMN descriptions.answer IS 'The first 2,000 characters of an answer that could not be used; null where it could';
COMMENT ON COLUMN descriptions.asked IS 'Fingerprint of what the answer is a function of beside the shot: prompt, language, model, parameters';
