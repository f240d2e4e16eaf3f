CREATE VIEW group_labels AS
WITH named AS (
    SELECT group_id, arg_max(name, named_at) AS name, arg_max(named_by, named_at) AS named_by
    FROM group_names
    GROUP BY group_id
)
SELECT
    g.collection,
    g.group_id,
    g.level,
    coalesce(nullif(n.name, ''), g.name_en) AS name_en,
    coalesce(nullif(n.name, ''), g.name_es) AS name_es,
    if(n.name != '', 'person', 'machine') AS name_by,
    if(n.name != '', n.named_by, NULL) AS named_by
FROM picture_groups AS g
LEFT JOIN named AS n ON n.group_id = g.group_id
ORDER BY g.collection, g.group_id;
COMMENT ON VIEW group_labels IS 'The names that count of all groups, of photos and of shots: what a person gave last, else the machine''s; an empty name gives the machine''s back.';
COMMENT ON COLUMN group_labels.collection IS 'Name of the collection';
COMMENT ON COLUMN group_labels.group_id IS 'Id of the group; a group that is found again when the collection is organised anew keeps it';
COMMENT ON COLUMN group_labels.level IS 'theme (coarse), group, or part (fine)';
COMMENT ON COLUMN group_labels.name_en IS 'Name for people who read English: the one that a person gave, else from the concepts that set it apart; null where none does';
COMMENT ON COLUMN group_labels.name_es IS 'The same in Spanish; what a person gave counts in every language';
COMMENT ON COLUMN group_labels.name_by IS 'machine or person';
COMMENT ON COLUMN group_labels.named_by IS 'Name that the person gave who named it; null where the machine did';
