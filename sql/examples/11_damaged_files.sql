-- Which files are damaged? Those of which less than all could be decoded; what did decode is in the archive.
SELECT collection, path, round(100 * decoded_share, 1) AS percent_decoded, round(duration_s, 1) AS decoded_s
FROM videos
WHERE status = 'ready' AND decoded_share < 0.999
ORDER BY decoded_share;
