-- What is left to review? Findings that nobody has looked at yet, the strongest first, with the words that they rest on.
SELECT video_id, start_timecode, policy, question, coalesce(score, flag::DOUBLE) AS score, is_supported,
       list_transform(quotes, lambda quote: quote.words) AS words, justification
FROM findings_reviewed
WHERE raised AND review_state = 'open'
ORDER BY score DESC, video_id, start_s
LIMIT 100;
