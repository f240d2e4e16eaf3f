CREATE TABLE transcripts (
    video_id VARCHAR NOT NULL,
    segment INTEGER NOT NULL,
    start_s DOUBLE,
    end_s DOUBLE,
    speaker VARCHAR,
    text VARCHAR,
    language VARCHAR,
    source VARCHAR NOT NULL,
    origin VARCHAR,
    note VARCHAR
);
COMMENT ON TABLE transcripts IS 'What is said: one row per segment. A video without words has one row whose source is none and whose note says why.';
COMMENT ON COLUMN transcripts.video_id IS 'The video';
COMMENT ON COLUMN transcripts.segment IS 'Number of the segment, from 0 in order of start';
COMMENT ON COLUMN transcripts.start_s IS 'Start in seconds, on the clock that a player shows; null where source is none';
COMMENT ON COLUMN transcripts.end_s IS 'End in seconds; segments may overlap';
COMMENT ON COLUMN transcripts.speaker IS 'Who speaks, where the source names somebody';
COMMENT ON COLUMN transcripts.text IS 'The words, without markup; null where source is none';
COMMENT ON COLUMN transcripts.language IS 'ISO 639-1, where it is known or was detected';
COMMENT ON COLUMN transcripts.source IS 'sidecar, embedded, server or none';
COMMENT ON COLUMN transcripts.origin IS 'Name of the sidecar, track of the file, or model of the server';
COMMENT ON COLUMN transcripts.note IS 'no_audio, no_speech, not_transcribed, wrong_subtitles, encoding_guessed, timecode_assumed, cues_left_out or incomplete, with a sentence; the same in every row of a video';
