-- Who is named on lower thirds, as what, and where for the first time? Names that are read alike are one.
SELECT p."name", any_value(p.role) AS "role", count(DISTINCT p.video_id) AS n_videos, count(*) AS n_shots,
       arg_min(p.video_id, p.pts_s) AS first_in, round(min(p.pts_s), 1) AS at_s
FROM named_people AS p
GROUP BY p."name"
ORDER BY n_shots DESC, p."name"
LIMIT 200;
