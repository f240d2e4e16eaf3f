"""Collections of videos: the files that describe them, what lies in their sources, and what there is to do."""
