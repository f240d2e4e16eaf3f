-- 0004_holds.sqlite.sql in Postgres' words. There a column says what it is.
CREATE TABLE holds (
    collection TEXT COLLATE "C" NOT NULL,
    work TEXT COLLATE "C" NOT NULL,
    error_code TEXT NOT NULL,
    message TEXT NOT NULL,
    since DOUBLE PRECISION NOT NULL,
    tries INTEGER NOT NULL,
    until DOUBLE PRECISION,
    PRIMARY KEY (collection, work)
);
