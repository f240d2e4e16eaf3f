-- SQLite, not DuckDB: the catalogue of ARCHIVE_HOME, written by many processes at once.
CREATE TABLE IF NOT EXISTS videos (
    collection TEXT NOT NULL,
    name BLOB NOT NULL,              -- path when first seen: with the collection, the video's identity
    path BLOB NOT NULL,              -- where the file is now, relative to the source
    bytes INTEGER NOT NULL,
    mtime_ns INTEGER,                -- null: not known (after a rebuild), an equal size then counts as unchanged
    sha256 TEXT,                     -- null: the content that bytes and mtime_ns belong to was not read yet
    status TEXT NOT NULL CHECK (status IN ('new', 'ready', 'failed', 'removed')),
    pending INTEGER NOT NULL,        -- 1: work was asked for and has not ended
    plan TEXT,                       -- fingerprint of what was done to this content
    stage TEXT,
    error_code TEXT,
    message TEXT,
    permanent INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    finished_at REAL,                -- Unix time
    sequence INTEGER NOT NULL,       -- of the last change that DuckDB must see; 0: none yet
    PRIMARY KEY (collection, name)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS one_video_per_path ON videos (collection, path) WHERE status <> 'removed';
CREATE INDEX IF NOT EXISTS videos_by_sequence ON videos (sequence);
-- Counts what changes the set of videos or their places, so that a plan made from an older state is refused.
CREATE TABLE IF NOT EXISTS revisions (collection TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID;
-- SHA-256 of files that are not registered yet, so that a look that ran out of time goes on where it was.
CREATE TABLE IF NOT EXISTS digests (
    collection TEXT NOT NULL,
    path BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (collection, path)
) WITHOUT ROWID;
-- Begins at the clock's milliseconds: a rebuilt catalogue is then ahead of every snapshot made from the lost one.
CREATE TABLE IF NOT EXISTS counter (sequence INTEGER NOT NULL);
INSERT INTO counter SELECT CAST(strftime('%s', 'now') AS INTEGER) * 1000 WHERE NOT EXISTS (SELECT 1 FROM counter);
-- What became of the analyses of videos, each on its own; a video without a row was not analysed yet.
CREATE TABLE IF NOT EXISTS analyses (
    collection TEXT NOT NULL,
    name BLOB NOT NULL,
    analysis TEXT NOT NULL,          -- name of the stage
    status TEXT NOT NULL CHECK (status IN ('done', 'failed')),
    plan TEXT NOT NULL,              -- fingerprint of the parameters and of the video that they were applied to
    error_code TEXT,
    message TEXT,
    permanent INTEGER,
    attempts INTEGER NOT NULL,       -- failed ones since the last success
    finished_at REAL NOT NULL,       -- Unix time
    PRIMARY KEY (collection, name, analysis)
) WITHOUT ROWID;
