"""Words about shots: concepts, descriptions, transcripts and findings."""
