-- What is in the archive? Videos, hours and shots of every collection.
SELECT collection, title, n_ready, n_failed, round(hours, 2) AS hours, n_shots, round(mean_shot_s, 1) AS mean_shot_s,
       round(realtime_factor, 1) AS times_real_time
FROM collection_totals;
