-- What is seen most often in each collection, as the model names it: an object counts once a shot.
SELECT v.collection, lower(seen.label) AS label, count(DISTINCT d.shot_id) AS n_shots
FROM descriptions AS d
JOIN videos AS v USING (video_id),
    unnest(d.objects) AS unnested(seen)
GROUP BY ALL
ORDER BY v.collection, n_shots DESC, label
LIMIT 50;
