PRAGMA user_version = 2;
BEGIN TRANSACTION;
CREATE TABLE analyses (
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
INSERT INTO "analyses" VALUES('tapes',X'72656164792E6D7034','descriptions','done','how',NULL,NULL,NULL,0,1.79586443680655789378e+09);
INSERT INTO "analyses" VALUES('tapes',X'72656164792E6D7034','findings','failed','how','vlm_gone','No answer.',0,1,1.79586443680716109283e+09);
CREATE TABLE counter (sequence INTEGER NOT NULL);
INSERT INTO "counter" VALUES(1795864436007);
CREATE TABLE digests (
    collection TEXT NOT NULL,
    path BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (collection, path)
) WITHOUT ROWID;
INSERT INTO "digests" VALUES('tapes',X'756E726567697374657265642E6D7034',5,6,'digest');
CREATE TABLE revisions (collection TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "revisions" VALUES('tapes',2);
CREATE TABLE videos (
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
INSERT INTO "videos" VALUES('tapes',X'6661696C65642E6D7034',X'6661696C65642E6D7034',10,1,NULL,'failed',0,'plan','frames','no_frames','No frame decodes.',1,1,1.7958644368032169342e+09,1795864436002);
INSERT INTO "videos" VALUES('tapes',X'676F6E652E6D7034',X'676F6E652E6D7034',10,1,NULL,'removed',0,NULL,NULL,NULL,NULL,NULL,0,1.79586443680543804161e+09,1795864436005);
INSERT INTO "videos" VALUES('tapes',X'6E65772E6D7034',X'6E65772E6D7034',10,1,NULL,'new',1,NULL,NULL,NULL,NULL,NULL,0,NULL,0);
INSERT INTO "videos" VALUES('tapes',X'72656164792E6D7034',X'72656164792E6D7034',11,12,'sha','ready',0,'plan',NULL,NULL,NULL,NULL,0,1.79586443680251193043e+09,1795864436007);
INSERT INTO "videos" VALUES('tapes',X'FF0A276F6464272E6D7034',X'FF0A276F6464272E6D7034',13,14,'odd','ready',0,'plan',NULL,NULL,NULL,NULL,0,1.79586443680418705935e+09,1795864436003);
CREATE UNIQUE INDEX one_video_per_path ON videos (collection, path) WHERE status <> 'removed';
CREATE INDEX videos_by_sequence ON videos (sequence);
COMMIT;
