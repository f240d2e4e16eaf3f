-- What became of the questions about shots, and what they cost: tokens and seconds by collection.
SELECT collection, status, model, n_shots, prompt_tokens, completion_tokens, round(mean_latency_s, 2) AS mean_latency_s
FROM descriptions_by_status;
