CREATE VIEW finding_disagreements AS
SELECT
    v.collection,
    f.video_id,
    s.shot,
    f.shot_id,
    s.start_s,
    s.start_timecode,
    f.policy,
    f.question,
    f.answer_type,
    f.model AS first_model,
    coalesce(f.choice, f.score::VARCHAR, f.flag::VARCHAR) AS first_answer,
    f.justification AS first_justification,
    o.model AS second_model,
    coalesce(o.choice, o.score::VARCHAR, o.flag::VARCHAR) AS second_answer,
    o.justification AS second_justification
FROM findings AS f
JOIN second_opinions AS o
    ON o.video_id = f.video_id AND o.shot_id = f.shot_id AND o.policy = f.policy AND o.question = f.question
    AND o.policy_version = f.policy_version AND o.status = 'ok'
JOIN shots AS s ON s.shot_id = f.shot_id AND s.video_id = f.video_id
JOIN videos AS v ON v.video_id = f.video_id
WHERE f.status = 'ok' AND (f.raised <> o.raised OR f.choice <> o.choice)
ORDER BY f.video_id, s.shot, f.policy, f.question;
COMMENT ON VIEW finding_disagreements IS 'Where two models, or two runs of one, answer a question about a shot differently: one raises it and the other does not, or they choose otherwise.';
COMMENT ON COLUMN finding_disagreements.collection IS 'Name of the collection';
COMMENT ON COLUMN finding_disagreements.video_id IS 'The video';
COMMENT ON COLUMN finding_disagreements.shot IS 'Number of the shot, from 0 in order of time';
COMMENT ON COLUMN finding_disagreements.shot_id IS 'Stable id of the shot';
COMMENT ON COLUMN finding_disagreements.start_s IS 'Start of the shot in seconds';
COMMENT ON COLUMN finding_disagreements.start_timecode IS 'start_s as HH:MM:SS.mmm';
COMMENT ON COLUMN finding_disagreements.policy IS 'Name of the policy';
COMMENT ON COLUMN finding_disagreements.question IS 'Question of the policy';
COMMENT ON COLUMN finding_disagreements.answer_type IS 'flag, score or choice';
COMMENT ON COLUMN finding_disagreements.first_model IS 'The model that answered first';
COMMENT ON COLUMN finding_disagreements.first_answer IS 'Its flag, score or choice, as text';
COMMENT ON COLUMN finding_disagreements.first_justification IS 'Why, in its own words';
COMMENT ON COLUMN finding_disagreements.second_model IS 'The model that answered second: another one, or the same once more';
COMMENT ON COLUMN finding_disagreements.second_answer IS 'Its flag, score or choice, as text';
COMMENT ON COLUMN finding_disagreements.second_justification IS 'Why, in its own words';
