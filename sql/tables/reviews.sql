CREATE TABLE reviews (
    review VARCHAR NOT NULL,
    video_id VARCHAR NOT NULL,
    shot_id UUID NOT NULL,
    policy VARCHAR NOT NULL,
    question VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    note VARCHAR NOT NULL,
    reviewer VARCHAR NOT NULL,
    reviewed_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE reviews IS 'What people said of findings: one row per review, never computed again and never removed. The latest of a finding counts.';
COMMENT ON COLUMN reviews.review IS 'Id of the review';
COMMENT ON COLUMN reviews.video_id IS 'The video';
COMMENT ON COLUMN reviews.shot_id IS 'The shot';
COMMENT ON COLUMN reviews.policy IS 'Name of the policy, whatever its version';
COMMENT ON COLUMN reviews.question IS 'Question of the policy';
COMMENT ON COLUMN reviews.state IS 'confirmed, dismissed or unsure';
COMMENT ON COLUMN reviews.note IS 'What the reviewer wrote, may be empty';
COMMENT ON COLUMN reviews.reviewer IS 'Name that the reviewer gave, may be empty';
COMMENT ON COLUMN reviews.reviewed_at IS 'When';
