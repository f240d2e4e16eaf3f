-- Answers of models until their table is in the lake, so that another machine asks only what is missing. On one machine:
-- files of ARCHIVE_HOME.
CREATE TABLE answers (
    journal TEXT NOT NULL,           -- stage and video
    fingerprint TEXT NOT NULL,       -- of what the answer is a function of, beside the key
    key TEXT NOT NULL,
    entry TEXT NOT NULL,             -- JSON
    PRIMARY KEY (journal, fingerprint, key)
);
