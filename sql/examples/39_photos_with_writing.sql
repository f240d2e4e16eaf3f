-- Photos in which something is written, such as signs and the backs of cards: the lines of each from the top down.
SELECT
    p.path,
    p.taken_at,
    string_agg(t.text, ' · ' ORDER BY t.y0, t.x0) AS written,
    min(t.confidence) AS least_confidence
FROM visible_texts AS t
JOIN photos AS p ON p.photo_id = t.shot_id AND p.album = t.video_id
GROUP BY p.photo_id, p.path, p.taken_at
ORDER BY p.path;
