"""What is said in a video: subtitles beside it or in it, else a server that listens."""
