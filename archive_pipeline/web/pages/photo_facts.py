"""What is known of one photo: what its file says, what models say of it and what was read in it."""

from collections import Counter
from collections.abc import Sequence

from archive_pipeline.web.api.descriptions import DescriptionOut, FoundOut
from archive_pipeline.web.api.photo_models import PhotoOut
from archive_pipeline.web.pages.parts import tag
from archive_pipeline.web.state import SearchState
from archive_pipeline.web.texts import Texts


def show_facts(t: Texts, shown: PhotoOut) -> None:
    """A table; what models wrote is shown as text."""
    place = None if shown.latitude is None else f"{shown.latitude:.5f}, {shown.longitude:.5f}"
    facts: dict[str, str | None] = {
        "path": shown.path,
        "taken_at": f"{shown.taken_at:%Y-%m-%d %H:%M:%S}" if shown.taken_at else None,
        "place": place,
        "camera": shown.camera,
        "title_of": shown.title,
        "caption": shown.caption,
        "creator": shown.creator,
        "rights": shown.rights,
        "found": _counted(shown.found),
        **_described(shown.description),
        "visible_text": " · ".join(one.text for one in shown.visible_texts),
        "size": f"{shown.width:,} × {shown.height:,} · {shown.format} · {_file_size(shown.bytes)}",
        "certainty": f"{shown.certainty:.2f}" if shown.certainty is not None and shown.groups else None,
        "id": shown.photo_id,
    }
    with tag("section", "ap-panel"), tag("table", "ap-table"), tag("tbody"):
        for name, value in facts.items():
            if value:
                with tag("tr"):
                    tag("th", text=t(f"photos.{name}"))
                    tag("td", text=value).props["data-fact"] = name
        if shown.keywords:
            with tag("tr"):
                tag("th", text=t("photos.keywords"))
                with tag("td"), tag("div", "ap-chips"):
                    for keyword in shown.keywords:
                        chip = tag("a", "ap-chip", keyword)
                        chip.props["href"] = "/?" + SearchState(like=(shown.photo_id,), keyword=(keyword,)).query()
        if place:
            with tag("tr"):
                tag("th")
                with tag("td"):
                    near = SearchState(like=(shown.photo_id,), near=f"{shown.latitude},{shown.longitude},1")
                    link = tag("a", text=t("photos.near_here"))
                    link.props["href"] = "/?" + near.query()


def _counted(found: Sequence[FoundOut]) -> str:
    """`3 × person · car`, as cards say it: what a detector found, the surest first."""
    counts = Counter(one.label for one in found)
    return " · ".join(f"{n} × {label}" if n > 1 else label for label, n in counts.items())


def _described(told: DescriptionOut | None) -> dict[str, str | None]:
    """What a model says; where it said nothing, why."""
    if told is None:
        return {}
    if told.status != "ok":
        return {"described": f"{told.reason} ({told.status})"}
    things = ", ".join(f"{one.label} ({one.action})" if one.action else one.label for one in told.objects)
    people = str(told.people_count) if told.people_count else None
    text = ". ".join(filter(None, (told.title, told.description)))
    read = {"said_text": told.visible_text}
    return {"described": text, "setting": told.setting, "objects": things, "people": people, **read}


def _file_size(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:,.1f} MB" if n_bytes >= 1e6 else f"{n_bytes / 1e3:,.0f} kB"
