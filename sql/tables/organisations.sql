CREATE TABLE organisations (
    collection VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    organised_at TIMESTAMPTZ NOT NULL,
    model VARCHAR NOT NULL,
    n_pictures INTEGER NOT NULL,
    n_nowhere INTEGER NOT NULL,
    n_themes INTEGER NOT NULL,
    n_groups INTEGER NOT NULL,
    n_parts INTEGER NOT NULL,
    n_folded INTEGER NOT NULL,
    whole_version INTEGER NOT NULL,
    n_come INTEGER NOT NULL,
    n_gone INTEGER NOT NULL,
    elapsed_s DOUBLE NOT NULL,
    plan VARCHAR NOT NULL,
    sequence BIGINT NOT NULL
);
COMMENT ON TABLE organisations IS 'How each collection was last organised by what its pictures show: one row a collection. A picture is a photo of a photo collection, or a shot of a video collection.';
COMMENT ON COLUMN organisations.collection IS 'Name of the collection';
COMMENT ON COLUMN organisations.version IS 'Number of the organisation, higher each time; the rows of the collection in picture_groups, picture_memberships and photo_duplicates are of this one';
COMMENT ON COLUMN organisations.organised_at IS 'When';
COMMENT ON COLUMN organisations.model IS 'Encoder of the embeddings';
COMMENT ON COLUMN organisations.n_pictures IS 'Photos or shots that were organised';
COMMENT ON COLUMN organisations.n_nowhere IS 'Those among them that belong nowhere';
COMMENT ON COLUMN organisations.n_themes IS 'Groups of the coarsest level';
COMMENT ON COLUMN organisations.n_groups IS 'Groups of the middle level';
COMMENT ON COLUMN organisations.n_parts IS 'Groups of the finest level';
COMMENT ON COLUMN organisations.n_folded IS 'Photos that another one stands for, see photo_duplicates';
COMMENT ON COLUMN organisations.whole_version IS 'Version in which groups were last looked for in the whole collection; since then new pictures were placed among them';
COMMENT ON COLUMN organisations.n_come IS 'Pictures that came since whole_version and were placed';
COMMENT ON COLUMN organisations.n_gone IS 'Pictures that went since whole_version';
COMMENT ON COLUMN organisations.elapsed_s IS 'Seconds that it took';
COMMENT ON COLUMN organisations.plan IS 'Fingerprint of the model, the vocabularies, the parameters and the code; under another one everything is looked for anew';
COMMENT ON COLUMN organisations.sequence IS 'Last change of the catalogue that it contains';
