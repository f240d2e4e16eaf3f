CREATE VIEW objects_per_shot AS
WITH in_a_picture AS (
    SELECT video_id, shot_id, source, label, pts_s, count(*) AS n FROM objects GROUP BY ALL
)
SELECT p.video_id, s.shot, p.shot_id, p.source, p.label, max(p.n) AS n
FROM in_a_picture AS p
JOIN shots AS s USING (shot_id)
GROUP BY p.video_id, s.shot, p.shot_id, p.source, p.label;
COMMENT ON VIEW objects_per_shot IS 'How many of each thing can be seen at once in a shot, by who found them.';
COMMENT ON COLUMN objects_per_shot.video_id IS 'The video';
COMMENT ON COLUMN objects_per_shot.shot IS 'Number of the shot, from 0 in order of time';
COMMENT ON COLUMN objects_per_shot.shot_id IS 'The shot';
COMMENT ON COLUMN objects_per_shot.source IS 'Name of the detector, or VLM';
COMMENT ON COLUMN objects_per_shot.label IS 'What it is, in the words of its source';
COMMENT ON COLUMN objects_per_shot.n IS 'Boxes with that label in one picture; 0 has no row';
