CREATE TABLE _published (
    published_at TIMESTAMPTZ NOT NULL,
    sequence BIGINT NOT NULL,
    schema_digest VARCHAR NOT NULL,
    left_out VARCHAR NOT NULL
);
COMMENT ON TABLE _published IS 'How fresh this database is: one row, written when it was published.';
COMMENT ON COLUMN _published.published_at IS 'When this version was published; later results are in the next one';
COMMENT ON COLUMN _published.sequence IS 'Last change of the catalogue that this version contains';
COMMENT ON COLUMN _published.schema_digest IS 'SHA-256 of the tables and views in sql/ that this version was made with';
COMMENT ON COLUMN _published.left_out IS 'SHA-256 of which videos are withheld and left out of this database (docs/operating.md, Embargo); empty where none is';
