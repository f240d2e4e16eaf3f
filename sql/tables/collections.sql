CREATE TABLE collections (
    collection VARCHAR PRIMARY KEY,
    kind VARCHAR,
    title VARCHAR,
    source VARCHAR,
    fps DOUBLE,
    model VARCHAR,
    schedule VARCHAR
);
COMMENT ON TABLE collections IS 'One row per collection: a set of videos or photos with one source folder, sampling rate, model and schedule.';
COMMENT ON COLUMN collections.collection IS 'Name of the collection';
COMMENT ON COLUMN collections.kind IS 'videos or photos';
COMMENT ON COLUMN collections.title IS 'Title for people';
COMMENT ON COLUMN collections.source IS 'Folder where its videos or photos lie';
COMMENT ON COLUMN collections.fps IS 'Frames sampled per second; null for photos';
COMMENT ON COLUMN collections.model IS 'Encoder of its embeddings';
COMMENT ON COLUMN collections.schedule IS 'Cron line with time zone, watch, or null for manual';
