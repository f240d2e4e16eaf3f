CREATE TABLE visible_texts (
    video_id VARCHAR NOT NULL,
    shot_id UUID NOT NULL,
    pts_s DOUBLE NOT NULL,
    end_s DOUBLE NOT NULL,
    read_s DOUBLE NOT NULL,
    text VARCHAR NOT NULL,
    x0 REAL NOT NULL,
    y0 REAL NOT NULL,
    x1 REAL NOT NULL,
    y1 REAL NOT NULL,
    confidence REAL NOT NULL,
    kind VARCHAR NOT NULL
);
COMMENT ON TABLE visible_texts IS 'Lines of letters that were read in the pictures: a line that goes on from picture to picture is one row, over a cut one in each shot. In photos each line is a row.';
COMMENT ON COLUMN visible_texts.video_id IS 'The video, or the album';
COMMENT ON COLUMN visible_texts.shot_id IS 'The shot, or the photo (photos.photo_id)';
COMMENT ON COLUMN visible_texts.pts_s IS 'Time of the first sampled picture that shows it; 0 of a photo, as end_s and read_s';
COMMENT ON COLUMN visible_texts.end_s IS 'Time of the first one that no longer does, or end of the shot';
COMMENT ON COLUMN visible_texts.read_s IS 'Time of the picture that it was read in, and that its box is of';
COMMENT ON COLUMN visible_texts.text IS 'The line as it was read; a timecode, which changes, as it was at read_s. What is written in a picture may be hostile: to be escaped where it is shown';
COMMENT ON COLUMN visible_texts.x0 IS 'Left side of its box, as a fraction of the picture''s width';
COMMENT ON COLUMN visible_texts.y0 IS 'Upper side, as a fraction of its height';
COMMENT ON COLUMN visible_texts.x1 IS 'Right side, as a fraction of its width';
COMMENT ON COLUMN visible_texts.y1 IS 'Lower side, as a fraction of its height';
COMMENT ON COLUMN visible_texts.confidence IS 'How sure the reader is of its letters, 0 to 1';
COMMENT ON COLUMN visible_texts.kind IS 'lower_third, title, credit, slate, timecode or other, by form, place, movement and what stands beside it; of a photo other';
