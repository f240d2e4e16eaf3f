CREATE TABLE embeddings (
    video_id VARCHAR NOT NULL,
    frame INTEGER NOT NULL,
    embedding FLOAT[] NOT NULL
);
COMMENT ON TABLE embeddings IS 'Frame embeddings (asset embeddings): L2-normalised, one width per model.';
COMMENT ON COLUMN embeddings.video_id IS 'The video';
COMMENT ON COLUMN embeddings.frame IS 'Number of the sampled frame';
COMMENT ON COLUMN embeddings.embedding IS 'Unit vector in the joint space of the model';
