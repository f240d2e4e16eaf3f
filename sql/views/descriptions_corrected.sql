CREATE VIEW descriptions_corrected AS
WITH given AS (
    SELECT
        shot_id,
        max(value) FILTER (field = 'title') AS title,
        max(value) FILTER (field = 'description') AS description,
        arg_max(corrected_by, corrected_at) AS corrected_by,
        max(corrected_at) AS corrected_at
    FROM placed_corrections
    WHERE state IN ('kept', 'moved') AND shot_id IS NOT NULL
    GROUP BY shot_id
)
SELECT
    s.video_id,
    s.shot,
    s.shot_id,
    s.start_s,
    s.end_s,
    coalesce(g.title, d.title) AS title,
    coalesce(g.description, d.description) AS description,
    d.title AS machine_title,
    d.description AS machine_description,
    d.language,
    d.model,
    g.corrected_by,
    g.corrected_at
FROM shots_corrected AS s
LEFT JOIN descriptions AS d ON d.shot_id = s.machine_shot_id AND d.video_id = s.video_id AND d.status = 'ok'
LEFT JOIN given AS g ON g.shot_id = s.shot_id
WHERE d.shot_id IS NOT NULL OR g.shot_id IS NOT NULL
ORDER BY s.video_id, s.shot;
COMMENT ON VIEW descriptions_corrected IS 'Title and description of each shot that has any: as people put them right, with the model''s own beside them.';
COMMENT ON COLUMN descriptions_corrected.video_id IS 'The video';
COMMENT ON COLUMN descriptions_corrected.shot IS 'Number of the shot, from 0 in order of time';
COMMENT ON COLUMN descriptions_corrected.shot_id IS 'Stable id of the shot';
COMMENT ON COLUMN descriptions_corrected.start_s IS 'Start of the shot in seconds';
COMMENT ON COLUMN descriptions_corrected.end_s IS 'End of the shot in seconds';
COMMENT ON COLUMN descriptions_corrected.title IS 'The title that counts: a person''s where there is one, else the model''s';
COMMENT ON COLUMN descriptions_corrected.description IS 'The description that counts';
COMMENT ON COLUMN descriptions_corrected.machine_title IS 'What the model says of the machine''s shot; null where it described nothing';
COMMENT ON COLUMN descriptions_corrected.machine_description IS 'What the model says of the machine''s shot; null where it described nothing';
COMMENT ON COLUMN descriptions_corrected.language IS 'Language of the model''s description (ISO 639-1)';
COMMENT ON COLUMN descriptions_corrected.model IS 'The model; null where none described the shot';
COMMENT ON COLUMN descriptions_corrected.corrected_by IS 'Name that the person gave who corrected last; null where nobody did';
COMMENT ON COLUMN descriptions_corrected.corrected_at IS 'When; null where nobody did';
