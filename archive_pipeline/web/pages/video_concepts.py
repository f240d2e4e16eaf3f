"""What a video shows, on its page: its concepts by screen time, each leading to a search for it."""

from dataclasses import dataclass

from archive_pipeline.web.api.models import ConceptOut
from archive_pipeline.web.concepts import ConceptNames
from archive_pipeline.web.pages.parts import clock, tag
from archive_pipeline.web.programme import Programme
from archive_pipeline.web.state import SearchState
from archive_pipeline.web.texts import Texts

_MOST_SHOWN = 24


@dataclass(frozen=True)
class ShownConcept:
    """A concept with the shots of the video in which it holds."""

    concept: ConceptOut
    n_shots: int
    duration_s: float


def shown_concepts(programme: Programme, names: ConceptNames) -> list[ShownConcept]:
    """Those with most screen time first, at most 24."""
    shots: dict[str, int] = {}
    seconds: dict[str, float] = {}
    for shot_id, start_s, end_s in programme.shots.select("shot_id", "start_s", "end_s").iter_rows():
        for name in programme.concepts.get(shot_id, ()):
            shots[name] = shots.get(name, 0) + 1
            seconds[name] = seconds.get(name, 0.0) + end_s - start_s
    most = sorted(seconds, key=lambda name: (-seconds[name], name))[:_MOST_SHOWN]
    return [ShownConcept(concept, shots[concept.name], seconds[concept.name]) for concept in names.of(most)]


def show_concepts(t: Texts, programme: Programme, shown: list[ShownConcept]) -> None:
    with tag("section", "ap-panel").props("data-concepts"):
        tag("h2", text=t("video.concepts"))
        tag("p", "ap-soft ap-small", t("video.concepts_text")).style("margin: .2rem 0 .7rem")
        with tag("table", "ap-table"):
            with tag("thead"), tag("tr"):
                for name, kind in (("concept", ""), ("n_shots", "num"), ("share", "num"), ("screen_time", "num")):
                    tag("th", kind, t(f"video.{name}"))
            with tag("tbody"):
                for one in shown:
                    label = one.concept.label[t.language]
                    query = SearchState(text=label, video=(programme.video_id,), concept=(one.concept.name,)).query()
                    with tag("tr"):
                        with tag("td"):
                            tag("a", text=label).props["href"] = f"/?{query}"
                        tag("td", "num", str(one.n_shots))
                        tag("td", "num", f"{100 * one.duration_s / max(programme.duration_s, 1e-6):.0f} %")
                        tag("td", "num", clock(one.duration_s))
