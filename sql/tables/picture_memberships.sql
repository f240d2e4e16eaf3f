CREATE TABLE picture_memberships (
    collection VARCHAR NOT NULL,
    picture_id UUID NOT NULL,
    source_id VARCHAR NOT NULL,
    theme_id UUID,
    group_id UUID,
    part_id UUID,
    certainty REAL NOT NULL,
    x REAL NOT NULL,
    y REAL NOT NULL
);
COMMENT ON TABLE picture_memberships IS 'The groups that each picture belongs to, and its place on the map of its collection. The views photo_memberships and shot_memberships join what is known of the photo or shot.';
COMMENT ON COLUMN picture_memberships.collection IS 'Name of the collection';
COMMENT ON COLUMN picture_memberships.picture_id IS 'The photo (photos.photo_id) or shot (shots.shot_id); also the id of its Qdrant point';
COMMENT ON COLUMN picture_memberships.source_id IS 'The album (albums.album) or video (videos.video_id) that it is of';
COMMENT ON COLUMN picture_memberships.theme_id IS 'Its group of the coarse level; null, as the other two, where it belongs nowhere';
COMMENT ON COLUMN picture_memberships.group_id IS 'Its group of the middle level';
COMMENT ON COLUMN picture_memberships.part_id IS 'Its group of the fine level';
COMMENT ON COLUMN picture_memberships.certainty IS '0 to 1, no probability: 1 - a/b, where a is how far the nearest part of its group is and b how far the nearest part of another group of the middle level, each as the root mean square distance to its pictures; 0 where another is as near or nearer, and where it belongs nowhere; 1 where there is no other';
COMMENT ON COLUMN picture_memberships.x IS 'Place on the map, -1 to 1 from left to right: near pictures are alike, far distances say nothing';
COMMENT ON COLUMN picture_memberships.y IS 'Place on the map, -1 to 1 from bottom to top';
