CREATE TABLE detections (
    video_id VARCHAR NOT NULL,
    shot_id UUID NOT NULL,
    pts_s DOUBLE NOT NULL,
    detector VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    score REAL NOT NULL,
    x0 REAL NOT NULL,
    y0 REAL NOT NULL,
    x1 REAL NOT NULL,
    y1 REAL NOT NULL
);
COMMENT ON TABLE detections IS 'What an object detector found in the keyframe of each shot, and in each photo; where it found nothing there is no row. The view objects has it beside what a VLM boxed.';
COMMENT ON COLUMN detections.video_id IS 'The video, or the album';
COMMENT ON COLUMN detections.shot_id IS 'The shot, or the photo';
COMMENT ON COLUMN detections.pts_s IS 'Time of the picture that was looked at; 0 of a photo';
COMMENT ON COLUMN detections.detector IS 'Name of the detector, as ARCHIVE_DETECTORS and the collection call it';
COMMENT ON COLUMN detections.label IS 'One of the detector''s labels, in its own language';
COMMENT ON COLUMN detections.score IS 'How sure the detector is, 0 to 1; scores of two detectors do not compare';
COMMENT ON COLUMN detections.x0 IS 'Left side of the box, as a fraction of the picture''s width';
COMMENT ON COLUMN detections.y0 IS 'Upper side, as a fraction of its height';
COMMENT ON COLUMN detections.x1 IS 'Right side, as a fraction of its width';
COMMENT ON COLUMN detections.y1 IS 'Lower side, as a fraction of its height';
