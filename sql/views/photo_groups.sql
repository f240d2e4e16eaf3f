CREATE VIEW photo_groups AS
WITH counted AS (
    SELECT
        group_id,
        count(*) AS n_photos,
        count(*) FILTER (picture_id NOT IN (SELECT photo_id FROM photo_duplicates)) AS n_shown,
        min(taken_at) AS first_taken_at,
        max(taken_at) AS last_taken_at
    FROM (
        SELECT unnest([m.theme_id, m.group_id, m.part_id]) AS group_id, m.picture_id, p.taken_at
        FROM picture_memberships AS m
        JOIN photos AS p ON p.photo_id = m.picture_id
    )
    GROUP BY group_id
)
SELECT
    g.collection,
    g.level,
    g.group_id,
    g.parent_id,
    l.name_en,
    l.name_es,
    l.name_by,
    l.named_by,
    c.n_photos,
    c.n_shown,
    c.first_taken_at,
    c.last_taken_at,
    g.cohesion,
    g.medoid_id AS medoid_photo_id,
    p.album AS medoid_album,
    p.path AS medoid_path
FROM picture_groups AS g
JOIN counted AS c ON c.group_id = g.group_id
JOIN group_labels AS l ON l.group_id = g.group_id
LEFT JOIN photos AS p ON p.photo_id = g.medoid_id
ORDER BY g.collection, g.level = 'part', g.level = 'group', c.n_photos DESC, g.group_id;
COMMENT ON VIEW photo_groups IS 'Groups of the photos of each collection, found in what they show: themes, then the groups in them, then the parts of those, the largest first. Photos that are gone are not counted.';
COMMENT ON COLUMN photo_groups.collection IS 'Name of the collection';
COMMENT ON COLUMN photo_groups.level IS 'theme (coarse), group, or part (fine)';
COMMENT ON COLUMN photo_groups.group_id IS 'Id of the group; a group that is found again when the collection is organised anew keeps it';
COMMENT ON COLUMN photo_groups.parent_id IS 'The group of the next coarser level that holds all its photos; null for a theme';
COMMENT ON COLUMN photo_groups.name_en IS 'Name for people who read English: the one that a person gave, else from the concepts that set it apart; null where none does';
COMMENT ON COLUMN photo_groups.name_es IS 'The same in Spanish; what a person gave counts in every language';
COMMENT ON COLUMN photo_groups.name_by IS 'machine or person';
COMMENT ON COLUMN photo_groups.named_by IS 'Name that the person gave who named it; null where the machine did';
COMMENT ON COLUMN photo_groups.n_photos IS 'Photos in it';
COMMENT ON COLUMN photo_groups.n_shown IS 'Those among them that no other stands for, see photo_duplicates';
COMMENT ON COLUMN photo_groups.first_taken_at IS 'When the first of them was taken, where photos say so';
COMMENT ON COLUMN photo_groups.last_taken_at IS 'When the last of them was taken';
COMMENT ON COLUMN photo_groups.cohesion IS 'Mean cosine of its photos to the medoid, at most 1';
COMMENT ON COLUMN photo_groups.medoid_photo_id IS 'The photo that is most typical of it';
COMMENT ON COLUMN photo_groups.medoid_album IS 'Album of that photo; null where it is gone';
COMMENT ON COLUMN photo_groups.medoid_path IS 'Where that photo lies, relative to the source of its collection';
