-- Work that waits for a person, told once instead of by every video: see archive_pipeline/store/catalogue/holds.py.
CREATE TABLE holds (
    collection TEXT NOT NULL,
    work TEXT NOT NULL,              -- ingest, removals, or the name of an analysis
    error_code TEXT NOT NULL,
    message TEXT NOT NULL,
    since REAL NOT NULL,             -- Unix time
    tries INTEGER NOT NULL,          -- runs that met it, one after the other
    until REAL,                      -- Unix time, then one run tries it; null: until a look finds it put right
    PRIMARY KEY (collection, work)
) WITHOUT ROWID;
