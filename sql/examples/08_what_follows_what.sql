-- Which class of pictures follows which? Shot and reverse shot shows as a pair that goes both ways.
WITH steps AS (
    SELECT video_id, class AS from_class, lead(class) OVER (PARTITION BY video_id ORDER BY scene) AS to_class
    FROM scenes
)
SELECT video_id, from_class, to_class, count(*) AS n_times
FROM steps
WHERE to_class IS NOT NULL
GROUP BY ALL
ORDER BY n_times DESC, video_id, from_class, to_class
LIMIT 20;
