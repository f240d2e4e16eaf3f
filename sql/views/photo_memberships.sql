CREATE VIEW photo_memberships AS
WITH folded AS (
    SELECT kept_id, count(*) AS n_folded FROM photo_duplicates SEMI JOIN photos USING (photo_id) GROUP BY kept_id
)
SELECT
    m.collection,
    p.photo_id,
    p.album,
    p.path,
    p.taken_at,
    m.theme_id,
    m.group_id,
    m.part_id,
    m.certainty,
    m.x,
    m.y,
    d.kept_id,
    d.kind AS duplicate,
    coalesce(f.n_folded, 0) AS n_folded
FROM picture_memberships AS m
JOIN photos AS p ON p.photo_id = m.picture_id
LEFT JOIN photo_duplicates AS d ON d.photo_id = m.picture_id
LEFT JOIN folded AS f ON f.kept_id = m.picture_id
ORDER BY m.collection, m.certainty DESC, p.photo_id;
COMMENT ON VIEW photo_memberships IS 'Every organised photo with its groups, its place on the map, and what stands for it or is folded behind it; the most certain first.';
COMMENT ON COLUMN photo_memberships.collection IS 'Name of the collection';
COMMENT ON COLUMN photo_memberships.photo_id IS 'The photo';
COMMENT ON COLUMN photo_memberships.album IS 'Its album';
COMMENT ON COLUMN photo_memberships.path IS 'Where the file is now, relative to the source of its collection';
COMMENT ON COLUMN photo_memberships.taken_at IS 'When it was taken, by the camera''s clock (no time zone)';
COMMENT ON COLUMN photo_memberships.theme_id IS 'Its group of the coarse level; null, as the other two, where it belongs nowhere';
COMMENT ON COLUMN photo_memberships.group_id IS 'Its group of the middle level';
COMMENT ON COLUMN photo_memberships.part_id IS 'Its group of the fine level';
COMMENT ON COLUMN photo_memberships.certainty IS '0 to 1, no probability: 1 - a/b, where a is how far the nearest part of its group is and b how far the nearest part of another group of the middle level, each as the root mean square distance to its pictures; 0 where another is as near or nearer, and where it belongs nowhere; 1 where there is no other';
COMMENT ON COLUMN photo_memberships.x IS 'Place on the map, -1 to 1 from left to right';
COMMENT ON COLUMN photo_memberships.y IS 'Place on the map, -1 to 1 from bottom to top';
COMMENT ON COLUMN photo_memberships.kept_id IS 'The photo that is shown in its place; null where it is shown itself';
COMMENT ON COLUMN photo_memberships.duplicate IS 'copy, raw_jpeg or burst, where another stands for it';
COMMENT ON COLUMN photo_memberships.n_folded IS 'Photos that it stands for';
