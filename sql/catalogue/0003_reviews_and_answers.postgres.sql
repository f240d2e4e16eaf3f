-- What people said of findings; only ever added. On one machine: files in the lake.
CREATE TABLE reviews (
    review TEXT PRIMARY KEY,
    line TEXT NOT NULL,              -- JSON, as a line of those files
    number BIGINT GENERATED ALWAYS AS IDENTITY
);
-- Answers of models until their table is in the lake, so that another machine asks only what is missing.
CREATE TABLE answers (
    journal TEXT NOT NULL,           -- stage and video
    fingerprint TEXT NOT NULL,       -- of what the answer is a function of, beside the key
    key TEXT NOT NULL,
    entry TEXT NOT NULL,             -- JSON
    PRIMARY KEY (journal, fingerprint, key)
);
