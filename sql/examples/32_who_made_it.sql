-- In which videos is somebody in the credits, and what stands beside the name? Write the name between the percent signs.
SELECT c.video_id, round(c.pts_s, 1) AS at_s, before.text AS line_before, c.text
FROM credits AS c
LEFT JOIN credits AS before ON before.video_id = c.video_id AND before.line = c.line - 1
WHERE c.text ILIKE '%a%'
ORDER BY c.video_id, c.line
LIMIT 200;
