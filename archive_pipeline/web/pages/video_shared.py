"""Where else the footage of a video is seen, on its page: when here, in which video, when there."""

from collections.abc import Callable

from archive_pipeline.web.api.models import SharedFootageOut
from archive_pipeline.web.pages.parts import clock, tag
from archive_pipeline.web.shared_footage import MOST_SHOWN
from archive_pipeline.web.texts import Texts


def show_shared(t: Texts, shared: list[SharedFootageOut], go: Callable[[float], None]) -> None:
    """`go` shows a second of this video; a click on the other one opens that, where the footage begins."""
    with tag("section", "ap-panel").props("data-shared"):
        tag("h2", text=t("video.shared"))
        tag("p", "ap-soft ap-small", t("video.shared_text")).style("margin: .2rem 0 .7rem")
        with tag("div").style("max-height: 22rem; overflow: auto"), tag("table", "ap-table"):
            with tag("thead"), tag("tr"):
                for name, kind in (("shared_here", ""), ("shared_in", ""), ("shared_there", ""), ("duration", "num")):
                    tag("th", kind, t(f"video.{name}"))
            with tag("tbody"):
                for one in shared:
                    _show_row(t, one, go)
        if len(shared) == MOST_SHOWN:
            tag("p", "ap-soft ap-small", t("video.shared_first", n=MOST_SHOWN))


def _show_row(t: Texts, one: SharedFootageOut, go: Callable[[float], None]) -> None:
    with tag("tr"):
        with tag("td"):
            here = tag("button", "ap-chip", f"{clock(one.start_s)} – {clock(one.end_s)}").props("type=button")
            here.on("click", lambda: go(one.start_s))
        with tag("td"):
            tag("a", text=one.other_video_id).props["href"] = one.page
            if one.mirrored:
                tag("span", "ap-soft ap-small", f" · {t('video.shared_mirrored')}")
        tag("td", "", f"{clock(one.other_start_s)} – {clock(one.other_end_s)}")
        tag("td", "num", f"{one.end_s - one.start_s:.1f} s")
