CREATE VIEW unflagged_samples AS
WITH first AS (
    SELECT video_id, shot_id, policy, policy_version FROM findings WHERE status = 'ok'
    GROUP BY ALL HAVING NOT coalesce(bool_or(raised), false)
),
second AS (
    SELECT video_id, shot_id, policy, policy_version, coalesce(bool_or(raised), false) AS raised
    FROM second_opinions WHERE status = 'ok' GROUP BY video_id, shot_id, policy, policy_version
)
SELECT v.collection, f.policy, f.policy_version, count(*) AS n_drawn, count(*) FILTER (s.raised) AS n_raised
FROM second AS s
JOIN first AS f USING (video_id, shot_id, policy, policy_version)
JOIN videos AS v USING (video_id)
GROUP BY v.collection, f.policy, f.policy_version
ORDER BY v.collection, f.policy, f.policy_version;
COMMENT ON VIEW unflagged_samples IS 'What a first run may have missed: of the shots that it did not flag some are drawn at random and asked about once more.';
COMMENT ON COLUMN unflagged_samples.collection IS 'Name of the collection';
COMMENT ON COLUMN unflagged_samples.policy IS 'Name of the policy';
COMMENT ON COLUMN unflagged_samples.policy_version IS 'Version of the policy that was asked';
COMMENT ON COLUMN unflagged_samples.n_drawn IS 'Shots that the first run did not flag and that were asked about once more';
COMMENT ON COLUMN unflagged_samples.n_raised IS 'Of these, shots in which the second answer raises something';
