"""The parts of pages that run in the browser; each lies beside this file."""

from collections.abc import Mapping, Sequence
from typing import Any

from nicegui.element import Element

from archive_pipeline.web.api.models import Shot

Labels = Mapping[str, Any]


class ShotGrid(Element, component="shot_grid.js"):
    """Cards of shots; events `open`, `more`, `less`, `info`, `pick` and `right` carry a shot's id."""

    def __init__(self, labels: Labels, marking: bool = True, picking: bool = True, judging: bool = False) -> None:
        super().__init__()
        self.props["labels"] = dict(labels)
        self.props["marking"] = marking
        self.props["picking"] = picking
        self.props["judging"] = judging
        self.show([])

    def show(self, shots: Sequence[Shot]) -> None:
        self.props["shots"] = [shot.model_dump(by_alias=True) for shot in shots]
        self.update()

    def show_marks(self, like: Sequence[str], unlike: Sequence[str], picked: Sequence[str]) -> None:
        self.props["like"], self.props["unlike"], self.props["picked"] = list(like), list(unlike), list(picked)
        self.update()


class FacetList(Element, component="facets.js"):
    """Values of facets with their counts; event `turn`: facet, column and value."""

    def __init__(self, labels: Labels) -> None:
        super().__init__()
        self.props["labels"] = dict(labels)

    def show(self, facets: Sequence[Mapping[str, Any]], counted: str) -> None:
        """`counted`: in what."""
        self.props["facets"], self.props["counted"] = list(facets), counted
        self.update()


class ImageDrop(Element, component="image_drop.js"):
    """A picture to search with; events `picture` (its name, "" when taken away) and `problem` (code and message)."""

    def __init__(self, labels: Labels, image: str) -> None:
        super().__init__()
        self.props["labels"] = dict(labels)
        self.props["image"] = image

    def show(self, image: str) -> None:
        self.props["image"] = image
        self.update()


class ProgrammePlayer(Element, component="programme.js"):
    """A video with its timeline; events `shot` (the id of the shot that is on), `asked` (phrases) and, where
    `putting`, `put` (the id of a shot for the basket)."""

    def __init__(
        self,
        video_id: str,
        labels: Labels,
        shot: int | None = None,
        at_s: float | None = None,
        details: bool = False,
        phrases: Sequence[str] = (),
        autoplay: bool = True,
        putting: bool = False,
    ) -> None:
        super().__init__()
        self.props["video_id"] = video_id
        self.props["labels"] = dict(labels)
        self.props["shot"] = shot
        self.props["at"] = at_s
        self.props["details"] = details
        self.props["ask_first"] = list(phrases)
        self.props["autoplay"] = autoplay
        self.props["putting"] = putting

    def go(self, time_s: float) -> None:
        """Show the moment `time_s`."""
        self.run_method("go", time_s)


class PhotoView(Element, component="photo_view.js"):
    """A photo; a box that is drawn on it is searched by, and so are its known parts."""

    def __init__(
        self, photo_id: str, still: str, text: str, known: Mapping[str, object], labels: Labels, errors: Labels
    ) -> None:
        """`text` in the place of the picture; `known`: what the API tells of it as `found` and `description`; `labels`
        of boxes, and sentences for errors by their code."""
        super().__init__()
        self.props["photo"] = photo_id
        self.props["still"] = still
        self.props["text"] = text
        self.props["known"] = dict(known)
        self.props["labels"] = dict(labels)
        self.props["errors"] = dict(errors)


class Scatter(Element, component="scatter.js"):
    """A map of dots from `address`: of shots or photos (event `selected`: the first ids and n) or frames (event `time`:
    seconds). `names` are those of the photos' groups, by number."""

    def __init__(
        self, address: str, kind: str, labels: Labels, height: int, video_id: str = "", names: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self.props["address"] = address
        self.props["kind"] = kind
        self.props["labels"] = dict(labels)
        self.props["height"] = height
        self.props["video"] = video_id
        self.props["names"] = list(names)

    def send(self, address: str, more: Mapping[str, object] | None = None) -> None:
        """Let the browser post the ids of all that is selected (`photos`), and `more`: a file that is answered is
        saved, anything else comes as the event `sent`."""
        self.run_method("send", address, dict(more or {}))


class Playground(Element, component="playground.js"):
    """Puts pictures to models; events `problem` (code and message) and `fine`."""

    def __init__(
        self, models: Sequence[str], detectors: Sequence[str], encoders: Sequence[str], labels: Labels, language: str
    ) -> None:
        super().__init__()
        self.props["models"] = list(models)
        self.props["detectors"] = list(detectors)
        self.props["encoders"] = list(encoders)
        self.props["labels"] = dict(labels)
        self.props["language"] = language

    def offer(self, models: Sequence[str]) -> None:
        """The models that can be asked."""
        self.props["models"] = list(models)
        self.update()
