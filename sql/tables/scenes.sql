CREATE TABLE scenes (
    video_id VARCHAR NOT NULL,
    scene INTEGER NOT NULL,
    class INTEGER NOT NULL,
    start_s DOUBLE NOT NULL,
    end_s DOUBLE NOT NULL
);
COMMENT ON TABLE scenes IS 'Semantic scenes: maximal runs in time of one class.';
COMMENT ON COLUMN scenes.video_id IS 'The video';
COMMENT ON COLUMN scenes.scene IS 'Number of the scene, from 0 in order of time';
COMMENT ON COLUMN scenes.class IS 'Semantic class of the scene; -1 for frames near to no other (noise)';
COMMENT ON COLUMN scenes.start_s IS 'Start in seconds';
COMMENT ON COLUMN scenes.end_s IS 'End in seconds: the start of the next scene';
