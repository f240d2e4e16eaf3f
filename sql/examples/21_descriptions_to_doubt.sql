-- Descriptions that are farthest from their pictures, as the encoder sees it: read these first.
SELECT d.video_id, s.start_timecode, d.title, d.description, round(d.faithfulness, 3) AS faithfulness
FROM descriptions AS d
JOIN shots AS s USING (shot_id)
WHERE d.status = 'ok' AND d.faithfulness IS NOT NULL
ORDER BY d.faithfulness
LIMIT 20;
