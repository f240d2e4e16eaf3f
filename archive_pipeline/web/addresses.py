"""The addresses of this application's own things; ids are escaped, times rounded to milliseconds."""

from urllib.parse import quote, urlencode


def escaped(video_id: str) -> str:
    """An id as part of an address."""
    return quote(video_id, safe="/")


def still(video_id: str, time_s: float) -> str:
    return f"/media/stills/{escaped(video_id)}?at={time_s:.3f}"


def photo(photo_id: str) -> str:
    return f"/media/photos/{photo_id}"


def source(video_id: str) -> str:
    return f"/media/sources/{escaped(video_id)}"


def clips(video_id: str) -> str:
    """The address of the clips of a video, to which `?number=` is added."""
    return f"/media/clips/{escaped(video_id)}"


def picture(name: str) -> str:
    return f"/api/pictures/{name}"


def video_page(video_id: str, shot: int | None = None) -> str:
    return f"/video/{escaped(video_id)}" + ("" if shot is None else f"?shot={shot}")


def cut_list(kind: str, shot_ids: list[str]) -> str:
    return f"/api/cutlist.{kind}?" + urlencode([("shot", key) for key in shot_ids])


def cut_list_of(kind: str, video_id: str) -> str:
    """Of all shots of a video."""
    return f"/api/cutlist.{kind}?" + urlencode([("video", video_id)])


def pairs(values: list[tuple[str, str]]) -> str:
    """The query of an address."""
    return urlencode(values)
