-- Which photos are there more than once, and what do their copies take? Bursts, which are photos of their own, are left out.
SELECT k.collection, k.path AS kept, count(*) AS n_copies, round(sum(p.bytes) / 1e6, 3) AS megabytes, list(p.path ORDER BY p.path) AS copies
FROM photo_duplicates AS d
JOIN photos AS p ON p.photo_id = d.photo_id
JOIN photos AS k ON k.photo_id = d.of_id
WHERE d.kind = 'copy'
GROUP BY ALL
ORDER BY megabytes DESC, kept;
