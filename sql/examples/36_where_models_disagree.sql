-- Where do two models, or two runs of one, disagree? Of what either raised: how often both did, and how often one alone.
SELECT policy, question, count(*) AS raised, count(*) FILTER (n_raised = 2) AS two_of_two,
       count(*) FILTER (n_raised = 1) AS one_of_two, round(count(*) FILTER (n_raised = 1) / count(*), 3) AS share_that_differs
FROM findings_reviewed
WHERE n_asked = 2 AND n_raised > 0
GROUP BY ALL
ORDER BY share_that_differs DESC, policy, question;
