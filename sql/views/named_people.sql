CREATE VIEW named_people AS
WITH lines AS (
    SELECT *, row_number() OVER (PARTITION BY shot_id ORDER BY pts_s, y0, x0) AS line
    FROM visible_texts WHERE kind = 'lower_third'
)
SELECT
    name.video_id,
    name.shot_id,
    name.text AS "name",
    first(below.text ORDER BY below.y0, below.line) AS role,
    name.pts_s,
    name.end_s,
    name.confidence
FROM lines AS name
LEFT JOIN lines AS below
    ON below.shot_id = name.shot_id AND below.pts_s < name.end_s AND below.end_s > name.pts_s
    AND below.y0 > name.y0 AND below.y0 < name.y1 + 1.5 * (name.y1 - name.y0) AND abs(below.x0 - name.x0) < 0.1
WHERE
    regexp_full_match(name.text, '(\p{Lu}[\p{L}''’.-]*|de|del|la|las|los|y|van|von|da|dos|di)( (\p{Lu}[\p{L}''’.-]*|de|del|la|las|los|y|van|von|da|dos|di)){1,4}')
    AND NOT EXISTS (
        FROM lines AS above
        WHERE above.shot_id = name.shot_id AND above.pts_s < name.end_s AND above.end_s > name.pts_s
        AND above.y0 < name.y0 AND above.y1 + 1.5 * (above.y1 - above.y0) > name.y0 AND abs(above.x0 - name.x0) < 0.1
    )
GROUP BY name.video_id, name.shot_id, name.line, name.text, name.pts_s, name.end_s, name.confidence;
COMMENT ON VIEW named_people IS 'Whom the archive names: the upper line of each lower third that is written like a name, with the line below it. Headlines written like names are among them.';
COMMENT ON COLUMN named_people.video_id IS 'The video';
COMMENT ON COLUMN named_people.shot_id IS 'The shot';
COMMENT ON COLUMN named_people."name" IS 'Two to five words with capitals, as they were read';
COMMENT ON COLUMN named_people.role IS 'The line below, mostly an office or a place; null where there is none';
COMMENT ON COLUMN named_people.pts_s IS 'From when it is to be seen, in seconds';
COMMENT ON COLUMN named_people.end_s IS 'Until when';
COMMENT ON COLUMN named_people.confidence IS 'How sure the reader is of the name''s letters, 0 to 1';
