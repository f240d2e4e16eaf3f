-- How much is said in each collection, where do the words come from, and in how many videos is nothing said?
SELECT v.collection, t.source, count(DISTINCT t.video_id) AS n_videos,
       round(sum(t.end_s - t.start_s) / 3600, 2) AS hours_of_speech,
       any_value(t.note) AS an_example_of_a_note
FROM transcripts AS t
JOIN videos AS v USING (video_id)
GROUP BY ALL
ORDER BY v.collection, n_videos DESC;
