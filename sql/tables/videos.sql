CREATE TABLE videos (
    video_id VARCHAR PRIMARY KEY,
    collection VARCHAR NOT NULL,
    path VARCHAR,
    sha256 VARCHAR,
    bytes BIGINT,
    container VARCHAR,
    video_codec VARCHAR,
    width INTEGER,
    height INTEGER,
    rotation INTEGER,
    is_mirrored BOOLEAN,
    sample_aspect_ratio DOUBLE,
    frame_rate DOUBLE,
    is_vfr BOOLEAN,
    is_interlaced BOOLEAN,
    duration_s DOUBLE,
    start_s DOUBLE,
    end_s DOUBLE,
    n_source_frames BIGINT,
    decoded_share DOUBLE,
    has_audio BOOLEAN,
    audio_codec VARCHAR,
    source_timecode VARCHAR,
    drop_frame BOOLEAN,
    note VARCHAR,
    status VARCHAR NOT NULL,
    error_code VARCHAR,
    error VARCHAR,
    ingested_at TIMESTAMPTZ,
    removed_at TIMESTAMPTZ
);
COMMENT ON TABLE videos IS 'One row per video of the archive, whatever became of it.';
COMMENT ON COLUMN videos.video_id IS '<collection>/<path when first seen>; stays when the file is moved';
COMMENT ON COLUMN videos.collection IS 'Name of the collection that the video belongs to';
COMMENT ON COLUMN videos.path IS 'Where the file is now, relative to the source of its collection';
COMMENT ON COLUMN videos.sha256 IS 'SHA-256 of the file, hexadecimal';
COMMENT ON COLUMN videos.bytes IS 'Size of the file in bytes';
COMMENT ON COLUMN videos.container IS 'Container format as ffmpeg names it (mov,mp4,… is mp4 or mov)';
COMMENT ON COLUMN videos.video_codec IS 'Codec of the video stream (h264, mpeg2video, …)';
COMMENT ON COLUMN videos.width IS 'Display width in pixels: rotation and sample aspect ratio applied';
COMMENT ON COLUMN videos.height IS 'Display height in pixels: rotation and sample aspect ratio applied';
COMMENT ON COLUMN videos.rotation IS 'Clockwise rotation in degrees that a player applies: 0, 90, 180 or 270';
COMMENT ON COLUMN videos.is_mirrored IS 'Whether a player exchanges left and right, before it rotates (a flip from top to bottom is that and 180 degrees)';
COMMENT ON COLUMN videos.sample_aspect_ratio IS 'Width of a coded pixel over its height; 1 for square pixels';
COMMENT ON COLUMN videos.frame_rate IS 'Average source frames per second';
COMMENT ON COLUMN videos.is_vfr IS 'Whether the frames are unevenly spaced in time (variable frame rate)';
COMMENT ON COLUMN videos.is_interlaced IS 'Whether the source is interlaced (pictures are deinterlaced)';
COMMENT ON COLUMN videos.duration_s IS 'Length of the video stream in seconds: end_s - start_s';
COMMENT ON COLUMN videos.start_s IS 'Presentation time of the first frame in seconds, on the clock that a player shows';
COMMENT ON COLUMN videos.end_s IS 'End of the last frame in seconds, on the same clock';
COMMENT ON COLUMN videos.n_source_frames IS 'Frames that the source decodes to';
COMMENT ON COLUMN videos.decoded_share IS 'Share of the expected duration that decodes to whole pictures, 0 to 1; below 1 for damaged files';
COMMENT ON COLUMN videos.has_audio IS 'Whether there is an audio stream';
COMMENT ON COLUMN videos.audio_codec IS 'Codec of the first audio stream';
COMMENT ON COLUMN videos.source_timecode IS 'Start of the source timecode track, HH:MM:SS:FF (; before FF for drop frame)';
COMMENT ON COLUMN videos.drop_frame IS 'Whether the source timecode is drop frame';
COMMENT ON COLUMN videos.note IS 'What the container asks for that is not done, such as a turning by 80 degrees, and which of several programmes is used, as a sentence';
COMMENT ON COLUMN videos.status IS 'ready, failed or removed';
COMMENT ON COLUMN videos.error_code IS 'Stable code of the failure, see failures';
COMMENT ON COLUMN videos.error IS 'What is wrong and what to do, as a sentence';
COMMENT ON COLUMN videos.ingested_at IS 'When the video last became ready or failed';
COMMENT ON COLUMN videos.removed_at IS 'When the file was found gone from its source, where status is removed; null of removals before that was written down, and of what came back';
