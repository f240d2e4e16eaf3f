CREATE TABLE listed (
    video_id VARCHAR NOT NULL,
    title VARCHAR,
    date VARCHAR,
    first_day DATE,
    last_day DATE,
    programme VARCHAR,
    tape VARCHAR,
    rights VARCHAR,
    other STRUCT(heading VARCHAR, "value" VARCHAR)[] NOT NULL
);
COMMENT ON TABLE listed IS 'What the archive says of its videos in a list of its own: one row per video that is ready and has a row there.';
COMMENT ON COLUMN listed.video_id IS 'The video';
COMMENT ON COLUMN listed.title IS 'Title';
COMMENT ON COLUMN listed.date IS 'Date as it is written there';
COMMENT ON COLUMN listed.first_day IS 'First day that the date may mean: of 1987 the 1st of January; null where it is no date';
COMMENT ON COLUMN listed.last_day IS 'Last day that the date may mean: of 1987 the 31st of December';
COMMENT ON COLUMN listed.programme IS 'Programme or series';
COMMENT ON COLUMN listed.tape IS 'Number of the tape, or what it is kept by';
COMMENT ON COLUMN listed.rights IS 'Who has the rights';
COMMENT ON COLUMN listed.other IS 'All other columns that are not blank, in their order: heading and value';
