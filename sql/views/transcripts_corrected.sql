CREATE VIEW transcripts_corrected AS
WITH given AS (
    SELECT
        video_id,
        segment,
        max(value) FILTER (field = 'text') AS text,
        max(value) FILTER (field = 'speaker') AS speaker,
        arg_max(corrected_by, corrected_at) AS corrected_by,
        max(corrected_at) AS corrected_at
    FROM placed_corrections
    WHERE state IN ('kept', 'moved') AND segment IS NOT NULL
    GROUP BY video_id, segment
)
SELECT
    t.video_id,
    t.segment,
    t.start_s,
    t.end_s,
    coalesce(g.speaker, t.speaker) AS speaker,
    coalesce(g.text, t.text) AS text,
    t.speaker AS machine_speaker,
    t.text AS machine_text,
    t.language,
    t.source,
    g.corrected_by,
    g.corrected_at
FROM transcripts AS t
LEFT JOIN given AS g ON g.video_id = t.video_id AND g.segment = t.segment
WHERE t.start_s IS NOT NULL
ORDER BY t.video_id, t.segment;
COMMENT ON VIEW transcripts_corrected IS 'What is said, one row per segment: as people put it right, with the transcript''s own words beside it.';
COMMENT ON COLUMN transcripts_corrected.video_id IS 'The video';
COMMENT ON COLUMN transcripts_corrected.segment IS 'Number of the segment, from 0 in order of start';
COMMENT ON COLUMN transcripts_corrected.start_s IS 'Start in seconds';
COMMENT ON COLUMN transcripts_corrected.end_s IS 'End in seconds';
COMMENT ON COLUMN transcripts_corrected.speaker IS 'The speaker that counts: a person''s word where there is one, else the source''s';
COMMENT ON COLUMN transcripts_corrected.text IS 'The words that count';
COMMENT ON COLUMN transcripts_corrected.machine_speaker IS 'What the sidecar, track or model says';
COMMENT ON COLUMN transcripts_corrected.machine_text IS 'What the sidecar, track or model says';
COMMENT ON COLUMN transcripts_corrected.language IS 'ISO 639-1, where it is known or was detected';
COMMENT ON COLUMN transcripts_corrected.source IS 'sidecar, embedded or server';
COMMENT ON COLUMN transcripts_corrected.corrected_by IS 'Name that the person gave who corrected last; null where nobody did';
COMMENT ON COLUMN transcripts_corrected.corrected_at IS 'When; null where nobody did';
