-- Which videos are slow to process for their length, and which part of the work is it?
SELECT collection, path, round(realtime_factor, 1) AS times_real_time, round(total_s, 1) AS total_s, slowest_part
FROM slowest_videos
LIMIT 20;
