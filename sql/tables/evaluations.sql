CREATE TABLE evaluations (
    evaluation VARCHAR NOT NULL,
    collection VARCHAR NOT NULL,
    evaluated_at TIMESTAMPTZ NOT NULL,
    truth VARCHAR NOT NULL,
    model VARCHAR NOT NULL,
    fps DOUBLE NOT NULL,
    seed INTEGER NOT NULL,
    n_videos INTEGER NOT NULL,
    system VARCHAR NOT NULL,
    task VARCHAR NOT NULL,
    level VARCHAR,
    language VARCHAR,
    width INTEGER,
    tolerance INTEGER,
    metric VARCHAR NOT NULL,
    value DOUBLE NOT NULL,
    n INTEGER NOT NULL,
    person VARCHAR,
    low DOUBLE,
    high DOUBLE
);
COMMENT ON TABLE evaluations IS 'Scores of collections against a known truth: one row per figure of each `archive-pipeline evaluate`.';
COMMENT ON COLUMN evaluations.evaluation IS 'Name of the evaluation: when it ran, and a few random letters';
COMMENT ON COLUMN evaluations.collection IS 'The collection that was judged';
COMMENT ON COLUMN evaluations.evaluated_at IS 'When';
COMMENT ON COLUMN evaluations.truth IS 'What it was judged against';
COMMENT ON COLUMN evaluations.model IS 'Encoder of the collection at that time';
COMMENT ON COLUMN evaluations.fps IS 'Frames sampled per second at that time';
COMMENT ON COLUMN evaluations.seed IS 'Draws the queries from the truth; the same seed asks the same';
COMMENT ON COLUMN evaluations.n_videos IS 'Videos of the truth that are ready in the collection';
COMMENT ON COLUMN evaluations.system IS 'archive_pipeline, a variant of it, or another tool on the same files; of judged questions the ranking, as in `judgements`';
COMMENT ON COLUMN evaluations.task IS 'hard_cuts, gradual_transitions, semantic_boundaries, shots, classes, scenes, text_to_shot, image_to_shot, text_image_to_shot; words_said_to_shot, words_seen_to_shot, words_both_to_shot, words_all_to_shot (by where the words of the query are); sequences_to_pair; nothing_near_absent, nothing_near_present (share of questions of which is said that nothing comes near); reuses, reuses_<disturbance>; concepts_<vocabulary>; visible_texts, visible_texts_<kind>; judged (by people, of a run of the documentalists'' test; `system` is then the ranking)';
COMMENT ON COLUMN evaluations.level IS 'Retrieval: whether the right shot or the right video is looked for';
COMMENT ON COLUMN evaluations.language IS 'Retrieval by words: en, es, und (not said)';
COMMENT ON COLUMN evaluations.width IS 'Attributes that the queries name, 1 (broad) to 4; null for all queries together';
COMMENT ON COLUMN evaluations.tolerance IS 'Hard cuts: source frames by which a found one may be off';
COMMENT ON COLUMN evaluations.metric IS 'precision, recall, f1, v_measure, adjusted_rand_index, shots_per_minute, r_at_1 … r_at_50, mrr; not_there, credited; times_within_half_s; top_1 and top_1_held_out (of shots with a combination that training never saw); found, character_error, kind_right of lines in the picture';
COMMENT ON COLUMN evaluations.value IS 'The figure; shares are 0 to 1';
COMMENT ON COLUMN evaluations.n IS 'How much it rests on: true boundaries or shots, queries, or videos';
COMMENT ON COLUMN evaluations.person IS 'Of judged questions, whose they are; null: everybody''s';
COMMENT ON COLUMN evaluations.low IS 'The figure is above it with 95 % confidence; null where that is not known';
COMMENT ON COLUMN evaluations.high IS 'The figure is below it with 95 % confidence; null where that is not known';
