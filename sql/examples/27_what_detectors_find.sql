-- What do detectors find in each collection? Shots and screen time with at least one, and the most that is seen at once.
SELECT v.collection, c.source, c.label, count(*) AS n_shots, round(sum(s.end_s - s.start_s)) AS seconds, max(c.n) AS most_at_once
FROM objects_per_shot AS c
JOIN shots AS s USING (shot_id)
JOIN videos AS v ON v.video_id = c.video_id
WHERE c.source <> 'VLM'
GROUP BY ALL
ORDER BY v.collection, c.source, n_shots DESC, c.label
LIMIT 200;
