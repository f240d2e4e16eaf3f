-- When a removed video was found gone; null: it was removed before that was written down, or it is there.
ALTER TABLE videos ADD COLUMN removed_at REAL; -- Unix time
