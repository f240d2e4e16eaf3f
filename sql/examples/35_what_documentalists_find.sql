-- Of what each person asked in the documentalists' test: how much is among the first ten, and what was not there at all?
SELECT run, person, ranking, model, count(*) AS questions,
       round(avg((rank BETWEEN 1 AND 10)::INT), 3) AS r_at_10,
       count(*) FILTER (rank = 0) AS not_there,
       list(text ORDER BY judged_at) FILTER (rank = 0) AS asked_in_vain
FROM judgements
GROUP BY ALL
ORDER BY run, person, ranking, model;
