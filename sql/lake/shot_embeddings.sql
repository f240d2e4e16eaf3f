CREATE TABLE shot_embeddings (
    video_id VARCHAR NOT NULL,
    shot_id UUID NOT NULL,
    embedding FLOAT[] NOT NULL
);
COMMENT ON TABLE shot_embeddings IS 'Shot embeddings (asset shots): mean of the frame embeddings, re-normalised.';
COMMENT ON COLUMN shot_embeddings.video_id IS 'The video';
COMMENT ON COLUMN shot_embeddings.shot_id IS 'The shot';
COMMENT ON COLUMN shot_embeddings.embedding IS 'Unit vector in the joint space of the model';
