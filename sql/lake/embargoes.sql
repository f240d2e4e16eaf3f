CREATE TABLE embargoes (
    video VARCHAR NOT NULL,
    open_from DATE NOT NULL
);
COMMENT ON TABLE embargoes IS 'Which videos of a collection under an embargo everybody may see, and from when; all others are withheld. One file per collection, as its list was last read.';
COMMENT ON COLUMN embargoes.video IS 'Partition key of the video';
COMMENT ON COLUMN embargoes.open_from IS 'The first day on which everybody may see it; 0001-01-01: nothing ever withheld it';
