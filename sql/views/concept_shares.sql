CREATE VIEW concept_shares AS
WITH scored AS (
    SELECT DISTINCT v.collection, c.vocabulary, c.video_id, c.shot_id
    FROM concepts AS c
    JOIN videos AS v USING (video_id)
), totals AS (
    SELECT collection, vocabulary, count(*) AS n_scored, sum(s.end_s - s.start_s) AS scored_s
    FROM scored
    JOIN shots AS s USING (shot_id)
    GROUP BY collection, vocabulary
), held AS (
    SELECT
        v.collection,
        c.vocabulary,
        c.concept,
        count(*) AS n_shots,
        count(DISTINCT c.video_id) AS n_videos,
        sum(s.end_s - s.start_s) AS duration_s,
        avg(c.score) AS mean_score
    FROM concepts AS c
    JOIN shots AS s USING (shot_id)
    JOIN videos AS v ON v.video_id = c.video_id
    WHERE c.holds
    GROUP BY v.collection, c.vocabulary, c.concept
)
SELECT
    h.collection,
    h.vocabulary,
    h.concept,
    h.n_shots,
    h.n_videos,
    h.duration_s,
    h.n_shots / t.n_scored AS share_of_shots,
    h.duration_s / t.scored_s AS share_of_time,
    h.mean_score
FROM held AS h
JOIN totals AS t USING (collection, vocabulary)
ORDER BY h.collection, h.vocabulary, h.n_shots DESC, h.concept;
COMMENT ON VIEW concept_shares IS 'What a collection shows: for each concept that holds somewhere, how many shots and how much screen time. Shares of a vocabulary need not make a whole: in a shot none of its concepts may hold, or several.';
COMMENT ON COLUMN concept_shares.collection IS 'Name of the collection';
COMMENT ON COLUMN concept_shares.vocabulary IS 'Name of the vocabulary file';
COMMENT ON COLUMN concept_shares.concept IS 'Entry of the vocabulary';
COMMENT ON COLUMN concept_shares.n_shots IS 'Shots in which it holds';
COMMENT ON COLUMN concept_shares.n_videos IS 'Videos with such a shot';
COMMENT ON COLUMN concept_shares.duration_s IS 'Screen time of those shots in seconds';
COMMENT ON COLUMN concept_shares.share_of_shots IS 'Over all shots of the collection that were scored with the vocabulary, 0 to 1';
COMMENT ON COLUMN concept_shares.share_of_time IS 'Over the screen time of all those shots, 0 to 1';
COMMENT ON COLUMN concept_shares.mean_score IS 'Mean score of the shots in which it holds';
