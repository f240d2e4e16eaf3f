CREATE TABLE media (
    video_id VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    bytes BIGINT NOT NULL,
    container VARCHAR NOT NULL,
    video_codec VARCHAR NOT NULL,
    stream_index INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    rotation INTEGER NOT NULL,
    sample_aspect_ratio DOUBLE NOT NULL,
    frame_rate DOUBLE NOT NULL,
    is_vfr BOOLEAN NOT NULL,
    is_interlaced BOOLEAN NOT NULL,
    zero_s DOUBLE NOT NULL,
    start_s DOUBLE NOT NULL,
    duration_s DOUBLE NOT NULL,
    has_audio BOOLEAN NOT NULL,
    audio_codec VARCHAR,
    source_timecode VARCHAR,
    drop_frame BOOLEAN,
    is_mirrored BOOLEAN,
    note VARCHAR,
    colour_matrix VARCHAR,
    is_colour_matrix_assumed BOOLEAN,
    colour_range VARCHAR,
    colour_primaries VARCHAR,
    colour_transfer VARCHAR
);
COMMENT ON TABLE media IS 'What the container says of a video (asset source_video): one row.';
COMMENT ON COLUMN media.video_id IS 'The video';
COMMENT ON COLUMN media.sha256 IS 'SHA-256 of the file, hexadecimal';
COMMENT ON COLUMN media.bytes IS 'Size of the file in bytes';
COMMENT ON COLUMN media.container IS 'Container format as ffmpeg names it';
COMMENT ON COLUMN media.video_codec IS 'Codec of the video stream';
COMMENT ON COLUMN media.stream_index IS 'Index in the container of the video stream that is used';
COMMENT ON COLUMN media.width IS 'Display width in pixels: rotation and sample aspect ratio applied';
COMMENT ON COLUMN media.height IS 'Display height in pixels';
COMMENT ON COLUMN media.rotation IS 'Clockwise rotation in degrees that a player applies, after mirroring';
COMMENT ON COLUMN media.sample_aspect_ratio IS 'Width of a coded pixel over its height';
COMMENT ON COLUMN media.frame_rate IS 'Average source frames per second';
COMMENT ON COLUMN media.is_vfr IS 'Whether the frames are unevenly spaced in time';
COMMENT ON COLUMN media.is_interlaced IS 'Whether the source is interlaced';
COMMENT ON COLUMN media.zero_s IS 'Container time that a player shows as zero: 0, or the first presented time in transport and program streams';
COMMENT ON COLUMN media.start_s IS 'Presentation time of the first frame in seconds, zero_s subtracted, as the container tells';
COMMENT ON COLUMN media.duration_s IS 'Length of the video stream in seconds as the container tells';
COMMENT ON COLUMN media.has_audio IS 'Whether there is an audio stream';
COMMENT ON COLUMN media.audio_codec IS 'Codec of the first audio stream';
COMMENT ON COLUMN media.source_timecode IS 'Start of the timecode track';
COMMENT ON COLUMN media.drop_frame IS 'Whether the timecode is drop frame';
COMMENT ON COLUMN media.is_mirrored IS 'Whether a player exchanges left and right; null in tables of 0.1.0, which did not look';
COMMENT ON COLUMN media.note IS 'What the container asks for that is not done, and which of its programmes is used, as a sentence';
COMMENT ON COLUMN media.colour_matrix IS 'Matrix of luma and colour differences by which pictures are made, as ffmpeg names it (bt709, smpte170m, gbr); null where none is told or assumed: RGB, grey, files of which no picture decoded';
COMMENT ON COLUMN media.is_colour_matrix_assumed IS 'Whether the file tells no matrix: BT.2020 is taken where transfer or primaries are of HDR or UHD, else BT.709 from 720 coded lines on, BT.601 below and for full range; null in tables of releases that did not look and took BT.601';
COMMENT ON COLUMN media.colour_range IS 'tv (16 to 235) or pc (0 to 255), as the decoder tells; null where it tells none, which is read as tv';
COMMENT ON COLUMN media.colour_primaries IS 'Primaries as ffmpeg names them (pictures are converted from bt2020, from no others); null where the file tells none';
COMMENT ON COLUMN media.colour_transfer IS 'Transfer characteristics as ffmpeg names them (pictures are converted from smpte2084 and arib-std-b67, which are HDR, from no others); null where the file tells none';
