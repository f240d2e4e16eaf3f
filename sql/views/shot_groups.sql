CREATE VIEW shot_groups AS
WITH counted AS (
    SELECT
        group_id, count(*) AS n_shots, count(DISTINCT video_id) AS n_videos, sum(duration_s) AS duration_s
    FROM (
        SELECT
            unnest([m.theme_id, m.group_id, m.part_id]) AS group_id, s.video_id, s.end_s - s.start_s AS duration_s
        FROM picture_memberships AS m
        JOIN shots AS s ON s.shot_id = m.picture_id
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
    c.n_shots,
    c.n_videos,
    c.duration_s,
    g.cohesion,
    g.medoid_id AS medoid_shot_id,
    s.video_id AS medoid_video_id,
    s.keyframe_s AS medoid_keyframe_s
FROM picture_groups AS g
JOIN counted AS c ON c.group_id = g.group_id
JOIN group_labels AS l ON l.group_id = g.group_id
LEFT JOIN shots AS s ON s.shot_id = g.medoid_id
ORDER BY g.collection, g.level = 'part', g.level = 'group', c.n_videos DESC, c.n_shots DESC, g.group_id;
COMMENT ON VIEW shot_groups IS 'What recurs across the videos of each collection: groups of shots that look alike, those in most videos first.';
COMMENT ON COLUMN shot_groups.collection IS 'Name of the collection';
COMMENT ON COLUMN shot_groups.level IS 'theme (coarse), group, or part (fine)';
COMMENT ON COLUMN shot_groups.group_id IS 'Id of the group; a group that is found again when the collection is organised anew keeps it';
COMMENT ON COLUMN shot_groups.parent_id IS 'The group of the next coarser level that holds all its shots; null for a theme';
COMMENT ON COLUMN shot_groups.name_en IS 'Name for people who read English: the one that a person gave, else from the concepts that set it apart; null where none does';
COMMENT ON COLUMN shot_groups.name_es IS 'The same in Spanish; what a person gave counts in every language';
COMMENT ON COLUMN shot_groups.name_by IS 'machine or person';
COMMENT ON COLUMN shot_groups.named_by IS 'Name that the person gave who named it; null where the machine did';
COMMENT ON COLUMN shot_groups.n_shots IS 'Shots in it';
COMMENT ON COLUMN shot_groups.n_videos IS 'Videos that have such a shot';
COMMENT ON COLUMN shot_groups.duration_s IS 'Screen time of those shots in seconds';
COMMENT ON COLUMN shot_groups.cohesion IS 'Mean cosine of its shots to the medoid, at most 1';
COMMENT ON COLUMN shot_groups.medoid_shot_id IS 'The shot that is most typical of it';
COMMENT ON COLUMN shot_groups.medoid_video_id IS 'Its video; null where the shot is gone';
COMMENT ON COLUMN shot_groups.medoid_keyframe_s IS 'Time of its keyframe in seconds';
