CREATE TABLE organisation_landmarks (
    kind VARCHAR NOT NULL,
    picture_id UUID,
    theme_id UUID,
    group_id UUID,
    part_id UUID,
    x REAL,
    y REAL,
    unit REAL,
    vector FLOAT[] NOT NULL
);
COMMENT ON TABLE organisation_landmarks IS 'What a collection''s pictures are placed by until groups are looked for again: its space, its groups, and the pictures that its map was made of.';
COMMENT ON COLUMN organisation_landmarks.kind IS 'mean, axis (of the space, one row a direction), part (its mean in the space), deviation (what members of a part differ by, one row a direction) or picture (of the map)';
COMMENT ON COLUMN organisation_landmarks.picture_id IS 'The photo or shot; null but for kind picture';
COMMENT ON COLUMN organisation_landmarks.theme_id IS 'Theme of a part';
COMMENT ON COLUMN organisation_landmarks.group_id IS 'Group of a part';
COMMENT ON COLUMN organisation_landmarks.part_id IS 'The part; null but for kind part';
COMMENT ON COLUMN organisation_landmarks.x IS 'Place on the map; null but for kind picture';
COMMENT ON COLUMN organisation_landmarks.y IS 'Place on the map; null but for kind picture';
COMMENT ON COLUMN organisation_landmarks.unit IS 'Of kind mean, how far apart pictures usually are; of a part, how far from its mean it reaches, in deviations; else null';
COMMENT ON COLUMN organisation_landmarks.vector IS 'Of the encoder''s space for mean and axis, of the collection''s own for the others';
