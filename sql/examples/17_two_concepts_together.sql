-- Which concepts of two vocabularies come together? Shots that show both, and how much more often than by chance.
WITH held AS (SELECT shot_id, vocabulary || '/' || concept AS concept, vocabulary FROM concepts WHERE holds),
n AS (SELECT concept, count(*) AS n_shots FROM held GROUP BY concept),
every AS (SELECT count(DISTINCT shot_id) AS n_shots FROM concepts)
SELECT a.concept AS one, b.concept AS other, count(*) AS n_shots,
       round(count(*) * any_value(every.n_shots) / (any_value(na.n_shots) * any_value(nb.n_shots)), 2) AS times_chance
FROM held AS a
JOIN held AS b ON a.shot_id = b.shot_id AND a.vocabulary < b.vocabulary
JOIN n AS na ON na.concept = a.concept
JOIN n AS nb ON nb.concept = b.concept
CROSS JOIN every
GROUP BY a.concept, b.concept
ORDER BY n_shots DESC, one, other
LIMIT 30;
