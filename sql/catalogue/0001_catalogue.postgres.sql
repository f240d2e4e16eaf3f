-- The catalogue that many machines share: 0001_catalogue.sqlite.sql in Postgres' words. There a column says what it is.
CREATE TABLE videos (
    collection TEXT COLLATE "C" NOT NULL,
    name BYTEA NOT NULL,
    path BYTEA NOT NULL,
    bytes BIGINT NOT NULL,
    mtime_ns BIGINT,
    sha256 TEXT,
    status TEXT NOT NULL CHECK (status IN ('new', 'ready', 'failed', 'removed')),
    pending BOOLEAN NOT NULL,
    plan TEXT,
    stage TEXT,
    error_code TEXT,
    message TEXT,
    permanent BOOLEAN,
    attempts INTEGER NOT NULL DEFAULT 0,
    finished_at DOUBLE PRECISION,
    sequence BIGINT NOT NULL,
    PRIMARY KEY (collection, name)
);
CREATE UNIQUE INDEX one_video_per_path ON videos (collection, path) WHERE status <> 'removed';
CREATE INDEX videos_by_sequence ON videos (sequence);
CREATE TABLE revisions (collection TEXT COLLATE "C" PRIMARY KEY, revision BIGINT NOT NULL);
CREATE TABLE digests (
    collection TEXT COLLATE "C" NOT NULL,
    path BYTEA NOT NULL,
    bytes BIGINT NOT NULL,
    mtime_ns BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (collection, path)
);
-- Whoever changes the catalogue locks this row first: numbers become visible in their order, and none is missed.
CREATE TABLE counter (sequence BIGINT NOT NULL);
INSERT INTO counter VALUES (floor(extract(epoch FROM clock_timestamp())) * 1000);
CREATE TABLE analyses (
    collection TEXT COLLATE "C" NOT NULL,
    name BYTEA NOT NULL,
    analysis TEXT COLLATE "C" NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('done', 'failed')),
    plan TEXT NOT NULL,
    error_code TEXT,
    message TEXT,
    permanent BOOLEAN,
    attempts INTEGER NOT NULL,
    finished_at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (collection, name, analysis)
);
