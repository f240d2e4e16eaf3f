"""What is drawn around on a map, as a list beside it."""

from collections.abc import Callable, Sequence
from typing import Any

from archive_pipeline.errors import ArchiveError
from archive_pipeline.web.api.models import Shot
from archive_pipeline.web.components import ShotGrid
from archive_pipeline.web.pages.parts import card_labels, empty, link_button, note, tag
from archive_pipeline.web.service import Service
from archive_pipeline.web.state import SearchState
from archive_pipeline.web.texts import Texts

_LISTED = 60
_EXAMPLES = 10  # marks for a search from a selection


class MapSelection:
    """The list; empty until something is drawn around."""

    def __init__(
        self,
        service: Service,
        t: Texts,
        head: Callable[[Sequence[str], int, Sequence[Shot]], None],
        open_shot: Callable[[Shot, bool], object],
    ) -> None:
        """`head` shows what stands over the list: of ids, how many are selected in all, and the shots that are listed.
        `open_shot` is told the shot, and whether it plays at once."""
        self._service = service
        self._t = t
        self._head = head
        self._open = open_shot
        self._list = tag("aside").style("display: flex; flex-direction: column; gap: .7rem")
        self._list.props["aria-live"] = "polite"
        self._nothing()

    async def select(self, selected: dict[str, Any]) -> None:
        """Show what the map says is `selected`: `ids`, and how many there are, `n`."""
        ids, n = list(selected["ids"]), int(selected["n"])
        try:
            shots = await self._service.shots(ids[:_LISTED]) if ids else []
        except ArchiveError as error:
            self._list.clear()
            with self._list:
                note(self._t.error(error.code, error.message), "bad", error.code)
            return
        self._list.clear()
        if not shots:
            self._nothing()
            return
        by_id = {shot.id: shot for shot in shots}
        with self._list:
            self._head(ids, n, shots)
            query = SearchState(like=tuple(ids[:_EXAMPLES])).query()
            link_button(self._t("map.search_like"), f"/?{query}", "search")
            grid = ShotGrid(card_labels(self._t), marking=False, picking=False)
            grid.show(shots)
            grid.on("open", lambda event: self._open(by_id[event.args], True))
            grid.on("info", lambda event: self._open(by_id[event.args], False))

    def _nothing(self) -> None:
        with self._list:
            empty(self._t("map.nothing"), self._t("map.nothing_text"))
