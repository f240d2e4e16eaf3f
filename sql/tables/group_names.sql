CREATE TABLE group_names (
    naming VARCHAR NOT NULL,
    collection VARCHAR NOT NULL,
    group_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    named_by VARCHAR NOT NULL,
    named_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE group_names IS 'Names that people gave to groups of pictures: one row per naming, never removed. The latest of a group counts, in every language; an empty one gives the group its own name back.';
COMMENT ON COLUMN group_names.naming IS 'Id of the naming';
COMMENT ON COLUMN group_names.collection IS 'Name of the collection';
COMMENT ON COLUMN group_names.group_id IS 'The group, which keeps its id when it is found again';
COMMENT ON COLUMN group_names.name IS 'The name; empty where it was taken back';
COMMENT ON COLUMN group_names.named_by IS 'Name that the person gave, may be empty';
COMMENT ON COLUMN group_names.named_at IS 'When';
