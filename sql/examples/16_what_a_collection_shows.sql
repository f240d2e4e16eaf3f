-- What does each collection show? Concepts of the vocabularies by screen time, the most frequent first.
SELECT collection, vocabulary, concept, n_shots, n_videos, round(duration_s / 60, 1) AS minutes, round(share_of_time, 3) AS share
FROM concept_shares
ORDER BY collection, vocabulary, minutes DESC;
