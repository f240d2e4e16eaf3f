-- Who is at work on what, where machines share it. On one machine the kernel's locks tell.
CREATE TABLE leases (
    name TEXT COLLATE "C" PRIMARY KEY,
    holder TEXT NOT NULL,            -- of this one time that it is held
    label TEXT NOT NULL,             -- process and host, for people
    beat TIMESTAMPTZ NOT NULL,       -- the holder's last sign of life, on the database's clock
    asked_to_stop BOOLEAN NOT NULL DEFAULT FALSE
);
