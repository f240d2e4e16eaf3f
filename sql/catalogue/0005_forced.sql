-- A video that was asked for to be computed again altogether, until it is: whoever was to do it may be killed.
ALTER TABLE videos ADD COLUMN forced BOOLEAN NOT NULL DEFAULT FALSE;
