-- What people put right, the last first, beside what the machine says; where it is lost, nothing holds its time now.
SELECT
    c.video_id,
    c.field,
    c.start_s,
    c.value,
    CASE c.field
        WHEN 'title' THEN d.title
        WHEN 'description' THEN d.description
        WHEN 'text' THEN t.text
        WHEN 'speaker' THEN t.speaker
        WHEN 'class_name' THEN n.name_en
    END AS machine_value,
    c.corrected_by,
    c.corrected_at,
    c.state
FROM placed_corrections AS c
LEFT JOIN shots_corrected AS s ON s.shot_id = c.shot_id
LEFT JOIN descriptions AS d ON d.shot_id = s.machine_shot_id
LEFT JOIN transcripts AS t ON t.video_id = c.video_id AND t.segment = c.segment
LEFT JOIN class_names AS n ON n.video_id = c.video_id AND n.class = c.class
WHERE c.state IN ('kept', 'moved', 'lost')
ORDER BY c.corrected_at DESC
LIMIT 100;
