CREATE VIEW objects AS
SELECT video_id, shot_id, pts_s, label, score, x0, y0, x1, y1, CAST(NULL AS VARCHAR) AS "action", detector AS source
FROM detections
UNION ALL
SELECT
    d.video_id,
    d.shot_id,
    d.box_frame_s,
    seen.label,
    NULL,
    CAST(seen."left" AS REAL),
    CAST(seen.top AS REAL),
    CAST(seen."right" AS REAL),
    CAST(seen.bottom AS REAL),
    nullif(seen."action", ''),
    'VLM'
FROM descriptions AS d, unnest(d.objects) AS unnested(seen)
WHERE seen."left" IS NOT NULL;
COMMENT ON VIEW objects IS 'Everything that has a box in a shot, or a photo: what detectors found and what a VLM boxed in its descriptions. Times width and height of the video, or the photo, boxes are in its pixels.';
COMMENT ON COLUMN objects.video_id IS 'The video, or the album';
COMMENT ON COLUMN objects.shot_id IS 'The shot, or the photo';
COMMENT ON COLUMN objects.pts_s IS 'Time of the picture that the box is of; 0 of a photo';
COMMENT ON COLUMN objects.label IS 'What it is, in the words of its source: to be escaped where it is shown';
COMMENT ON COLUMN objects.score IS 'How sure the detector is, 0 to 1; null where a VLM says it';
COMMENT ON COLUMN objects.x0 IS 'Left side of the box, as a fraction of the picture''s width';
COMMENT ON COLUMN objects.y0 IS 'Upper side, as a fraction of its height';
COMMENT ON COLUMN objects.x1 IS 'Right side, as a fraction of its width';
COMMENT ON COLUMN objects.y1 IS 'Lower side, as a fraction of its height';
COMMENT ON COLUMN objects."action" IS 'What it does, where a VLM says so';
COMMENT ON COLUMN objects.source IS 'Name of the detector, or VLM';
