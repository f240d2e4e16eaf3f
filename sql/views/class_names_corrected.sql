CREATE VIEW class_names_corrected AS
WITH given AS (
    SELECT video_id, class, value, corrected_by, corrected_at
    FROM placed_corrections
    WHERE state IN ('kept', 'moved') AND field = 'class_name'
)
SELECT
    c.video_id,
    c.class,
    coalesce(g.value, n.name_en) AS name_en,
    coalesce(g.value, n.name_es) AS name_es,
    n.name_en AS machine_name_en,
    n.name_es AS machine_name_es,
    g.corrected_by,
    g.corrected_at
FROM classes AS c
LEFT JOIN class_names AS n ON n.video_id = c.video_id AND n.class = c.class
LEFT JOIN given AS g ON g.video_id = c.video_id AND g.class = c.class
WHERE n.class IS NOT NULL OR g.class IS NOT NULL
ORDER BY c.video_id, c.class;
COMMENT ON VIEW class_names_corrected IS 'What semantic classes are called: the name that a person gave, which counts in every language, with the machine''s beside it. Classes without any name are left out.';
COMMENT ON COLUMN class_names_corrected.video_id IS 'The video';
COMMENT ON COLUMN class_names_corrected.class IS 'Number of the class';
COMMENT ON COLUMN class_names_corrected.name_en IS 'The name that counts, for people who read English';
COMMENT ON COLUMN class_names_corrected.name_es IS 'The same in Spanish';
COMMENT ON COLUMN class_names_corrected.machine_name_en IS 'What sets the class apart from the rest of its video; null where nothing does';
COMMENT ON COLUMN class_names_corrected.machine_name_es IS 'The same in Spanish';
COMMENT ON COLUMN class_names_corrected.corrected_by IS 'Name that the person gave; null where nobody did';
COMMENT ON COLUMN class_names_corrected.corrected_at IS 'When; null where nobody did';
