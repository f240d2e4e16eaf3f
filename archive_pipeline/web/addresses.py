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


def video_page(video_id: str, shot: int | None = None, at_s: float | None = None) -> str:
    """At a shot, or at a moment."""
    asked = f"?t={at_s:.3f}" if at_s is not None else f"?shot={shot}" if shot is not None else ""
    return f"/video/{escaped(video_id)}{asked}"


def basket_page(basket: str) -> str:
    return f"/basket/{basket}"


def saved_page(saved: str) -> str:
    return f"/saved/{saved}"


def photos_page(collection: str, **asked: str) -> str:
    """The groups of a collection; what is `asked` (group, album, show, page) is left out where it is empty."""
    return "/photos?" + pairs([("collection", collection), *((name, value) for name, value in asked.items() if value)])


def photo_page(photo_id: str) -> str:
    return f"/photo/{photo_id}"


def pairs(values: list[tuple[str, str]]) -> str:
    """The query of an address."""
    return urlencode(values)
