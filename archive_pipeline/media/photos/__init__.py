"""Photos: files of any picture format → what they say of themselves, and an upright sRGB JPEG to search and show."""
