-- How did retrieval and the shots develop from one evaluation to the next?
SELECT collection, evaluated_at, model,
       round(max(value) FILTER (task = 'hard_cuts' AND metric = 'f1' AND tolerance = 1), 3) AS hard_cuts_f1,
       round(max(value) FILTER (task = 'shots' AND metric = 'f1'), 3) AS shots_f1,
       round(max(value) FILTER (task = 'classes' AND metric = 'v_measure'), 3) AS classes_v,
       round(max(value) FILTER (task = 'text_to_shot' AND level = 'shot' AND language = 'en' AND metric = 'r_at_10'), 3) AS r10_en,
       round(max(value) FILTER (task = 'text_to_shot' AND level = 'shot' AND language = 'es' AND metric = 'r_at_10'), 3) AS r10_es
FROM evaluations
WHERE system = 'archive_pipeline' AND width IS NULL
GROUP BY ALL
ORDER BY collection, evaluated_at;
