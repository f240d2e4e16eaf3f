-- What is in the photos? Themes and the groups in them, in English, with the photo that is most typical of each.
SELECT g.collection, t.name_en AS theme, g.name_en AS name, g.n_photos, g.n_shown, g.first_taken_at::DATE AS first_day, g.medoid_path
FROM photo_groups AS g
JOIN photo_groups AS t ON t.group_id = g.parent_id
WHERE g.level = 'group'
ORDER BY g.collection, t.n_photos DESC, t.group_id, g.n_photos DESC;
