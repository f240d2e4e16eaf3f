"""What browsers play as it is. Whatever they refuse all the same, the player asks for as clips."""

from archive_pipeline.media.facts import MediaFacts

_TYPES = {"mov,mp4,m4a,3gp,3g2,mj2": "video/mp4", "matroska,webm": "video/webm"}
_VIDEO = {
    "video/mp4": frozenset({"h264", "av1", "vp9"}),
    "video/webm": frozenset({"vp8", "vp9", "av1"}),
}
_AUDIO = frozenset({None, "aac", "mp3", "opus", "vorbis", "flac"})


def media_type(facts: MediaFacts) -> str | None:
    """The type with which a browser gets the source itself; None where it would not play it.

    Ten bits, odd profiles and broken indexes are not seen here: the player finds out and takes clips.
    """
    kind = _TYPES.get(facts.container)
    plays = kind is not None and facts.video_codec in _VIDEO[kind] and facts.audio_codec in _AUDIO
    return kind if plays and not facts.is_interlaced else None
