CREATE TABLE second_opinions (
    video_id VARCHAR NOT NULL,
    shot_id UUID NOT NULL,
    policy VARCHAR NOT NULL,
    policy_version INTEGER NOT NULL,
    question VARCHAR,
    answer_type VARCHAR,
    status VARCHAR NOT NULL,
    reason VARCHAR,
    flag BOOLEAN,
    score DOUBLE,
    choice VARCHAR,
    text VARCHAR,
    raised BOOLEAN,
    justification VARCHAR,
    quotes STRUCT(words VARCHAR, said BOOLEAN, start_s DOUBLE)[] NOT NULL,
    frames_s DOUBLE[] NOT NULL,
    is_supported BOOLEAN,
    shown_s DOUBLE[] NOT NULL,
    n_words INTEGER NOT NULL,
    model VARCHAR,
    prompt_version VARCHAR NOT NULL,
    prompt_tokens BIGINT NOT NULL,
    completion_tokens BIGINT NOT NULL,
    latency_s DOUBLE NOT NULL,
    answer VARCHAR,
    asked VARCHAR NOT NULL
);
COMMENT ON TABLE second_opinions IS 'What another model, or another run of the same one, answers about the shots in which findings raise something, under the policy that raised it, and about some of the others, drawn at random. Each run keeps its answers; where they differ is computed (findings_reviewed, finding_disagreements). Written by a machine, and to be escaped where it is shown.';
COMMENT ON COLUMN second_opinions.video_id IS 'The video';
COMMENT ON COLUMN second_opinions.shot_id IS 'The shot';
COMMENT ON COLUMN second_opinions.policy IS 'Name of the policy';
COMMENT ON COLUMN second_opinions.policy_version IS 'Version of the policy that was asked';
COMMENT ON COLUMN second_opinions.question IS 'Question of the policy; null in the one row of a shot that has no answers (status is not ok)';
COMMENT ON COLUMN second_opinions.answer_type IS 'flag, score, choice or text; null where question is';
COMMENT ON COLUMN second_opinions.status IS 'ok; nothing_to_judge (no words, and the question reads words only: not asked); refused, cut_off or invalid (an answer that is none); no_picture (the shot does not decode)';
COMMENT ON COLUMN second_opinions.reason IS 'Why there is no answer, or why it is about a part of the shot only';
COMMENT ON COLUMN second_opinions.flag IS 'Answer of a question of type flag';
COMMENT ON COLUMN second_opinions.score IS 'Answer of a question of type score, 0 to 1';
COMMENT ON COLUMN second_opinions.choice IS 'Answer of a question of type choice';
COMMENT ON COLUMN second_opinions.text IS 'Answer of a question of type text';
COMMENT ON COLUMN second_opinions.raised IS 'Whether a person should look: a flag that is true, a score from the policy''s threshold on; null for choices and texts';
COMMENT ON COLUMN second_opinions.justification IS 'Why, in a sentence of the model''s';
COMMENT ON COLUMN second_opinions.quotes IS 'Words that it rests on; said: whether they are in the transcript of the shot or of the moments around it; start_s: when';
COMMENT ON COLUMN second_opinions.frames_s IS 'Times of the pictures that it rests on';
COMMENT ON COLUMN second_opinions.is_supported IS 'False: words are quoted that nobody said, or nothing at all is named; true: every quote was said, or it rests on pictures alone; null where nothing is raised';
COMMENT ON COLUMN second_opinions.shown_s IS 'Times of the pictures that the model was shown';
COMMENT ON COLUMN second_opinions.n_words IS 'Words said in the shot';
COMMENT ON COLUMN second_opinions.model IS 'The model that answered, as the server names it; null where it was not asked';
COMMENT ON COLUMN second_opinions.prompt_version IS 'Prompt file and its version';
COMMENT ON COLUMN second_opinions.prompt_tokens IS 'Tokens of the request about this shot and policy, the same in each of their rows';
COMMENT ON COLUMN second_opinions.completion_tokens IS 'Tokens of its answer, the same in each of their rows';
COMMENT ON COLUMN second_opinions.latency_s IS 'Seconds until the whole answer was there, the same in each of their rows';
COMMENT ON COLUMN second_opinions.answer IS 'The first 2,000 characters of an answer that could not be used; null where it could';
COMMENT ON COLUMN second_opinions.asked IS 'Fingerprint of what the answer is a function of beside the pictures: policy, prompt, language, model, seed, words';
