CREATE TABLE judgements (
    judgement VARCHAR NOT NULL,
    run VARCHAR NOT NULL,
    person VARCHAR NOT NULL,
    collection VARCHAR NOT NULL,
    ranking VARCHAR NOT NULL,
    against VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    model VARCHAR NOT NULL,
    shot_id VARCHAR NOT NULL,
    video_id VARCHAR NOT NULL,
    rank INTEGER NOT NULL,
    credited VARCHAR NOT NULL,
    judged_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE judgements IS 'The documentalists'' test: one row per question that a person asked and judged, never computed again and never removed.';
COMMENT ON COLUMN judgements.judgement IS 'Id of the judgement';
COMMENT ON COLUMN judgements.run IS 'Name of the run, as people gave it';
COMMENT ON COLUMN judgements.person IS 'Name that the person gave, may be empty';
COMMENT ON COLUMN judgements.collection IS 'Where was looked; of two that were compared, that of the first ranking';
COMMENT ON COLUMN judgements.ranking IS 'What ranked: all, picture or words (what the words were compared with), +rerank where shots were ordered by their best frame, @collection';
COMMENT ON COLUMN judgements.against IS 'The ranking that was mixed into it, blind; empty where none was';
COMMENT ON COLUMN judgements.text IS 'What was asked';
COMMENT ON COLUMN judgements.language IS 'en, es, other (of another script), und (not known), guessed from the text';
COMMENT ON COLUMN judgements.model IS 'Encoder that answered; several with + between them';
COMMENT ON COLUMN judgements.shot_id IS 'The first right shot; empty where it was not there';
COMMENT ON COLUMN judgements.video_id IS 'Its video; empty where it was not there';
COMMENT ON COLUMN judgements.rank IS 'Its place in the list, from 1; 0 where it was not among the first 50';
COMMENT ON COLUMN judgements.credited IS 'Of two rankings, the one that it came from; empty otherwise';
COMMENT ON COLUMN judgements.judged_at IS 'When';
