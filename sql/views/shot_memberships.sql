CREATE VIEW shot_memberships AS
SELECT
    m.collection,
    s.shot_id,
    s.video_id,
    s.shot,
    s.start_s,
    s.end_s,
    m.theme_id,
    m.group_id,
    m.part_id,
    m.certainty,
    m.x,
    m.y
FROM picture_memberships AS m
JOIN shots AS s ON s.shot_id = m.picture_id
ORDER BY s.video_id, s.shot;
COMMENT ON VIEW shot_memberships IS 'Every organised shot with its groups across the collection and its place on the map.';
COMMENT ON COLUMN shot_memberships.collection IS 'Name of the collection';
COMMENT ON COLUMN shot_memberships.shot_id IS 'The shot';
COMMENT ON COLUMN shot_memberships.video_id IS 'Its video';
COMMENT ON COLUMN shot_memberships.shot IS 'Number of the shot in its video, from 0 in order of time';
COMMENT ON COLUMN shot_memberships.start_s IS 'Start in seconds';
COMMENT ON COLUMN shot_memberships.end_s IS 'End in seconds';
COMMENT ON COLUMN shot_memberships.theme_id IS 'Its group of the coarse level; null, as the other two, where it belongs nowhere';
COMMENT ON COLUMN shot_memberships.group_id IS 'Its group of the middle level';
COMMENT ON COLUMN shot_memberships.part_id IS 'Its group of the fine level';
COMMENT ON COLUMN shot_memberships.certainty IS '0 to 1, no probability: 1 - a/b, where a is how far the nearest part of its group is and b how far the nearest part of another group of the middle level, each as the root mean square distance to its pictures; 0 where another is as near or nearer, and where it belongs nowhere; 1 where there is no other';
COMMENT ON COLUMN shot_memberships.x IS 'Place on the map, -1 to 1 from left to right';
COMMENT ON COLUMN shot_memberships.y IS 'Place on the map, -1 to 1 from bottom to top';
