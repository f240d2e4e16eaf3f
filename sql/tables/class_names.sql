CREATE TABLE class_names (
    video_id VARCHAR NOT NULL,
    class INTEGER NOT NULL,
    name_en VARCHAR,
    name_es VARCHAR
);
COMMENT ON TABLE class_names IS 'What semantic classes are called, after the concepts that set a class apart from the rest of its video; made with the concepts. Classes that nothing sets apart have no name.';
COMMENT ON COLUMN class_names.video_id IS 'The video';
COMMENT ON COLUMN class_names.class IS 'Number of the class';
COMMENT ON COLUMN class_names.name_en IS 'Its name in English, from the collection''s vocabularies: beach · boat';
COMMENT ON COLUMN class_names.name_es IS 'The same in Spanish';
