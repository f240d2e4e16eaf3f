-- Photos with three or more persons, as a detector counts them, the fullest first; any label of the detector will do.
SELECT p.path, p.taken_at, d.detector, count(*) AS persons
FROM detections AS d
JOIN photos AS p ON p.photo_id = d.shot_id AND p.album = d.video_id
WHERE lower(d.label) = 'person'
GROUP BY p.photo_id, p.path, p.taken_at, d.detector
HAVING count(*) >= 3
ORDER BY persons DESC, p.path
LIMIT 100;
