CREATE VIEW findings_reviewed AS
WITH latest AS (
    SELECT * FROM reviews
    QUALIFY row_number() OVER (PARTITION BY shot_id, policy, question ORDER BY reviewed_at DESC, review) = 1
)
SELECT
    v.collection,
    f.video_id,
    s.shot,
    f.shot_id,
    s.start_s,
    s.end_s,
    s.start_timecode,
    s.keyframe_s,
    f.policy,
    f.policy_version,
    f.question,
    f.answer_type,
    f.flag,
    f.score,
    f.choice,
    f.text,
    f.raised,
    f.justification,
    f.quotes,
    f.frames_s,
    f.is_supported,
    f.model,
    greatest(coalesce(f.score, f.flag::DOUBLE), coalesce(o.score, o.flag::DOUBLE)) AS strength,
    1 + (o.shot_id IS NOT NULL)::INTEGER AS n_asked,
    CASE WHEN f.raised IS NOT NULL THEN f.raised::INTEGER + coalesce(o.raised, false)::INTEGER END AS n_raised,
    f.raised <> o.raised OR f.choice <> o.choice AS differs,
    coalesce(r.state, 'open') AS review_state,
    r.note AS review_note,
    r.reviewer,
    r.reviewed_at
FROM findings AS f
JOIN shots AS s ON s.shot_id = f.shot_id
JOIN videos AS v ON v.video_id = f.video_id
LEFT JOIN second_opinions AS o
    ON o.shot_id = f.shot_id AND o.policy = f.policy AND o.question = f.question
    AND o.policy_version = f.policy_version AND o.status = 'ok'
LEFT JOIN latest AS r ON r.shot_id = f.shot_id AND r.policy = f.policy AND r.question = f.question
WHERE f.status = 'ok';
COMMENT ON VIEW findings_reviewed IS 'Every answer to a question of a policy, with its shot and what a person last said of it.';
COMMENT ON COLUMN findings_reviewed.collection IS 'Name of the collection';
COMMENT ON COLUMN findings_reviewed.video_id IS 'The video';
COMMENT ON COLUMN findings_reviewed.shot IS 'Number of the shot, from 0 in order of time';
COMMENT ON COLUMN findings_reviewed.shot_id IS 'Stable id of the shot';
COMMENT ON COLUMN findings_reviewed.start_s IS 'Start of the shot in seconds';
COMMENT ON COLUMN findings_reviewed.end_s IS 'End of the shot in seconds';
COMMENT ON COLUMN findings_reviewed.start_timecode IS 'start_s as HH:MM:SS.mmm';
COMMENT ON COLUMN findings_reviewed.keyframe_s IS 'Presentation time of the most typical frame';
COMMENT ON COLUMN findings_reviewed.policy IS 'Name of the policy';
COMMENT ON COLUMN findings_reviewed.policy_version IS 'Version of the policy that was asked';
COMMENT ON COLUMN findings_reviewed.question IS 'Question of the policy';
COMMENT ON COLUMN findings_reviewed.answer_type IS 'flag, score, choice or text';
COMMENT ON COLUMN findings_reviewed.flag IS 'Answer of a question of type flag';
COMMENT ON COLUMN findings_reviewed.score IS 'Answer of a question of type score, 0 to 1';
COMMENT ON COLUMN findings_reviewed.choice IS 'Answer of a question of type choice';
COMMENT ON COLUMN findings_reviewed.text IS 'Answer of a question of type text';
COMMENT ON COLUMN findings_reviewed.raised IS 'Whether a person should look';
COMMENT ON COLUMN findings_reviewed.justification IS 'Why, in a sentence of the model''s';
COMMENT ON COLUMN findings_reviewed.quotes IS 'Words that it rests on, and whether and when they were said';
COMMENT ON COLUMN findings_reviewed.frames_s IS 'Times of the pictures that it rests on';
COMMENT ON COLUMN findings_reviewed.is_supported IS 'False: words are quoted that nobody said, or nothing at all is named';
COMMENT ON COLUMN findings_reviewed.model IS 'The model that answered';
COMMENT ON COLUMN findings_reviewed.strength IS 'The higher score of the two that were asked, a flag as 0 or 1; null for choices and texts';
COMMENT ON COLUMN findings_reviewed.n_asked IS 'Answers that there are: 1 or 2';
COMMENT ON COLUMN findings_reviewed.n_raised IS 'How many of them raise it; null for choices and texts';
COMMENT ON COLUMN findings_reviewed.differs IS 'Whether one raises it and the other does not, or they choose otherwise; null for texts and where only one was asked (finding_disagreements has both answers)';
COMMENT ON COLUMN findings_reviewed.review_state IS 'open, confirmed, dismissed or unsure';
COMMENT ON COLUMN findings_reviewed.review_note IS 'What the reviewer wrote';
COMMENT ON COLUMN findings_reviewed.reviewer IS 'Name that the reviewer gave';
COMMENT ON COLUMN findings_reviewed.reviewed_at IS 'When it was last reviewed; null where review_state is open';
