CREATE VIEW descriptions_by_status AS
SELECT
    v.collection,
    d.status,
    d.model,
    d.prompt_version,
    count(*) AS n_shots,
    count(DISTINCT d.video_id) AS n_videos,
    sum(d.prompt_tokens)::BIGINT AS prompt_tokens,
    sum(d.completion_tokens)::BIGINT AS completion_tokens,
    sum(d.latency_s) AS answered_s,
    avg(d.latency_s) AS mean_latency_s,
    avg(d.faithfulness) AS mean_faithfulness
FROM descriptions AS d
JOIN (
    SELECT video_id, collection FROM videos
    UNION ALL
    SELECT album, collection FROM albums
) AS v USING (video_id)
GROUP BY ALL
ORDER BY v.collection, n_shots DESC;
COMMENT ON VIEW descriptions_by_status IS 'What became of the questions about shots and photos, and what the answers cost, by collection, model and prompt.';
COMMENT ON COLUMN descriptions_by_status.collection IS 'Name of the collection';
COMMENT ON COLUMN descriptions_by_status.status IS 'ok, refused, cut_off, invalid or no_picture';
COMMENT ON COLUMN descriptions_by_status.model IS 'The model that answered';
COMMENT ON COLUMN descriptions_by_status.prompt_version IS 'Prompt file and its version';
COMMENT ON COLUMN descriptions_by_status.n_shots IS 'Shots, or photos';
COMMENT ON COLUMN descriptions_by_status.n_videos IS 'Videos, or albums';
COMMENT ON COLUMN descriptions_by_status.prompt_tokens IS 'Tokens of the questions, pictures included';
COMMENT ON COLUMN descriptions_by_status.completion_tokens IS 'Tokens of the answers';
COMMENT ON COLUMN descriptions_by_status.answered_s IS 'Seconds of all answers one after the other; many were given at once';
COMMENT ON COLUMN descriptions_by_status.mean_latency_s IS 'Seconds to an answer, the wait in the server''s queue included';
COMMENT ON COLUMN descriptions_by_status.mean_faithfulness IS 'Mean cosine of description and picture; compare within one encoder only';
