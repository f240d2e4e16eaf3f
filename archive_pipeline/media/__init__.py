"""Video files → facts, sampled frames with exact times, cuts and sound: ffmpeg and PyAV, which trust no file."""
