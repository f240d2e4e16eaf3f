CREATE VIEW shared_footage AS
WITH present AS (
    SELECT r.*
    FROM reuses AS r
    JOIN videos AS v ON v.video_id = r.video_id AND v.sha256 = r.sha256 AND v.status = 'ready'
    JOIN videos AS o ON o.video_id = r.other_video_id AND o.sha256 = r.other_sha256 AND o.status = 'ready'
),
once AS (
    SELECT *
    FROM present
    WHERE video_id < other_video_id
    UNION ALL
    SELECT p.*
    FROM present AS p
    ANTI JOIN (SELECT video_id AS other_video_id, other_video_id AS video_id FROM present WHERE video_id < other_video_id)
        USING (video_id, other_video_id)
    WHERE p.video_id > p.other_video_id
)
SELECT video_id, start_s, end_s, other_video_id, other_start_s, other_end_s, score, mirrored FROM once
UNION ALL
SELECT other_video_id, other_start_s, other_end_s, video_id, start_s, end_s, score, mirrored FROM once;
COMMENT ON VIEW shared_footage IS 'Footage that two videos share, a row for each side of each pair: where it is in a video, and where in the other.';
COMMENT ON COLUMN shared_footage.video_id IS 'The video';
COMMENT ON COLUMN shared_footage.start_s IS 'Where the footage begins in it';
COMMENT ON COLUMN shared_footage.end_s IS 'Where it ends';
COMMENT ON COLUMN shared_footage.other_video_id IS 'The video that shows the same';
COMMENT ON COLUMN shared_footage.other_start_s IS 'Where it begins there';
COMMENT ON COLUMN shared_footage.other_end_s IS 'Where it ends there';
COMMENT ON COLUMN shared_footage.score IS 'How alike the pictures are, 0.8 to 1';
COMMENT ON COLUMN shared_footage.mirrored IS 'Whether one shows the mirror image of the other';
