"""`bench scale`: what each look, tick, page and publication costs in an archive of many registered videos."""
