CREATE VIEW latest_scores AS
SELECT collection, evaluated_at, truth, model, system, task, level, language, tolerance, metric, value, n
FROM evaluations
WHERE width IS NULL
QUALIFY evaluated_at = max(evaluated_at) OVER (PARTITION BY collection, truth)
ORDER BY collection, truth, system, task, level, language, tolerance, metric;
COMMENT ON VIEW latest_scores IS 'The newest evaluation of every collection against each truth, all queries together.';
