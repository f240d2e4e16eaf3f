-- What failed, and what is there to do about it? First the sums, then every file with its sentence.
SELECT error_code, n_videos, permanent, example_message FROM failures_by_code;

SELECT v.collection, v.path, f.stage, f.error_code, f.message, f.attempts, f.last_seen
FROM failures AS f
JOIN videos AS v USING (video_id)
ORDER BY f.error_code, f.video_id;
