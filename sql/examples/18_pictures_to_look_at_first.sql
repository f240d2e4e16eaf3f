-- Scores of content_warnings are no verdicts: here are the shots where each is highest, for a person to look at.
SELECT concept, c.video_id, start_timecode, round(score, 3) AS score
FROM concepts AS c
JOIN shots USING (shot_id)
WHERE vocabulary = 'content_warnings'
QUALIFY row_number() OVER (PARTITION BY concept ORDER BY score DESC, c.video_id, start_s) <= 10
ORDER BY concept, score DESC;
