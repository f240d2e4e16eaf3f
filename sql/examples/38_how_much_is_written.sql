-- In how many shots is something to read? By kind of writing, of the videos whose writing was read.
WITH looked_at AS (
    SELECT v.collection, s.shot_id
    FROM shots_corrected AS s
    JOIN videos AS v USING (video_id)
    JOIN analyses AS a USING (video_id)
    WHERE a.analysis = 'visible_text' AND a.status = 'done'
),
sums AS (SELECT collection, count(*) AS n_looked_at FROM looked_at GROUP BY collection)
SELECT collection, t.kind, count(DISTINCT shot_id) AS n_shots,
       round(100 * count(DISTINCT shot_id) / any_value(n_looked_at)) AS percent_of_shots
FROM looked_at
JOIN sums USING (collection)
JOIN visible_texts AS t USING (shot_id)
GROUP BY collection, t.kind
ORDER BY collection, n_shots DESC;
