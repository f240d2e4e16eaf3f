CREATE TABLE concepts (
    video_id VARCHAR NOT NULL,
    shot_id UUID NOT NULL,
    vocabulary VARCHAR NOT NULL,
    concept VARCHAR NOT NULL,
    score REAL NOT NULL,
    rank INTEGER NOT NULL,
    holds BOOLEAN NOT NULL
);
COMMENT ON TABLE concepts IS 'What shots show, by the phrases of vocabularies: the best concepts of each shot and all that hold.';
COMMENT ON COLUMN concepts.video_id IS 'The video';
COMMENT ON COLUMN concepts.shot_id IS 'The shot';
COMMENT ON COLUMN concepts.vocabulary IS 'Name of the vocabulary file';
COMMENT ON COLUMN concepts.concept IS 'Entry of the vocabulary';
COMMENT ON COLUMN concepts.score IS 'Probability within the vocabulary, 0 to 1; for vocabularies of kind similarity, such as content_warnings, the cosine of picture and text, which is no verdict';
COMMENT ON COLUMN concepts.rank IS 'Place among the entries of the vocabulary (among those with the same parent), from 1';
COMMENT ON COLUMN concepts.holds IS 'Whether the score reaches the threshold of the vocabulary; never for kind similarity';
