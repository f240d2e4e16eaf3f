CREATE TABLE picture_groups (
    collection VARCHAR NOT NULL,
    group_id UUID NOT NULL,
    level VARCHAR NOT NULL,
    parent_id UUID,
    name_en VARCHAR,
    name_es VARCHAR,
    n_pictures INTEGER NOT NULL,
    medoid_id UUID NOT NULL,
    cohesion REAL NOT NULL
);
COMMENT ON TABLE picture_groups IS 'Groups of pictures that are alike, in three levels, with the names that the machine gives them. The views photo_groups and shot_groups have the names that count: those given by people first.';
COMMENT ON COLUMN picture_groups.collection IS 'Name of the collection';
COMMENT ON COLUMN picture_groups.group_id IS 'Id of the group; a group that is found again when the collection is organised anew keeps it';
COMMENT ON COLUMN picture_groups.level IS 'theme (coarse), group, or part (fine)';
COMMENT ON COLUMN picture_groups.parent_id IS 'The group of the next coarser level that holds all its pictures; null for a theme';
COMMENT ON COLUMN picture_groups.name_en IS 'Name in English from the concepts that set it apart; null where none does';
COMMENT ON COLUMN picture_groups.name_es IS 'The same in Spanish';
COMMENT ON COLUMN picture_groups.n_pictures IS 'Pictures in it';
COMMENT ON COLUMN picture_groups.medoid_id IS 'The picture that is most typical of it (shots.shot_id or photos.photo_id)';
COMMENT ON COLUMN picture_groups.cohesion IS 'Mean cosine of its pictures to the medoid, at most 1';
