-- How often is the model right? For each question, what people confirmed of what they looked at.
SELECT policy, question, count(*) FILTER (raised) AS n_raised,
       count(*) FILTER (review_state = 'confirmed') AS n_confirmed,
       count(*) FILTER (review_state = 'dismissed') AS n_dismissed,
       round(n_confirmed / nullif(n_confirmed + n_dismissed, 0), 2) AS precision
FROM findings_reviewed
GROUP BY ALL
HAVING n_raised > 0
ORDER BY n_raised DESC;
