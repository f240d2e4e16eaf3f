CREATE VIEW latest_scores AS
SELECT collection, evaluated_at, truth, model, system, task, level, language, tolerance, metric, value, n
FROM evaluations
WHERE width IS NULL AND person IS NULL
QUALIFY evaluated_at = max(evaluated_at) OVER (PARTITION BY collection, truth, CASE WHEN task = 'judged' THEN model END)
ORDER BY collection, truth, system, task, level, language, tolerance, metric;
COMMENT ON VIEW latest_scores IS 'The newest evaluation of every collection against each truth, all queries of everybody together; of a run of the documentalists'' test that of each encoder.';
COMMENT ON COLUMN latest_scores.collection IS 'The collection that was judged';
COMMENT ON COLUMN latest_scores.evaluated_at IS 'When';
COMMENT ON COLUMN latest_scores.truth IS 'What it was judged against';
COMMENT ON COLUMN latest_scores.model IS 'Encoder of the collection at that time';
COMMENT ON COLUMN latest_scores.system IS 'archive_pipeline, a variant of it, or another tool on the same files';
COMMENT ON COLUMN latest_scores.task IS 'What was scored; see the table evaluations';
COMMENT ON COLUMN latest_scores.level IS 'Retrieval: whether the right shot or the right video is looked for';
COMMENT ON COLUMN latest_scores.language IS 'Retrieval by words: en, es, und (not said)';
COMMENT ON COLUMN latest_scores.tolerance IS 'Hard cuts: source frames by which a found one may be off';
COMMENT ON COLUMN latest_scores.metric IS 'Name of the figure';
COMMENT ON COLUMN latest_scores.value IS 'The figure; shares are 0 to 1';
COMMENT ON COLUMN latest_scores.n IS 'How much it rests on';
