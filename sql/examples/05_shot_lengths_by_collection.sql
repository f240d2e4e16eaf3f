-- How fast are the collections cut? Mean and median shot length (film studies' ASL and MSL), and the spread.
SELECT
    collection,
    count(*) AS n_shots,
    round(avg(duration_s), 2) AS mean_shot_s,
    round(median(duration_s), 2) AS median_shot_s,
    round(quantile_cont(duration_s, 0.1), 2) AS p10_s,
    round(quantile_cont(duration_s, 0.9), 2) AS p90_s
FROM shot_timeline
GROUP BY collection
ORDER BY mean_shot_s;
