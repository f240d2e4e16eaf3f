"""The results of a search: cards, export, basket, link; and what stands there before there are any."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from nicegui import ui

from archive_pipeline.web import addresses
from archive_pipeline.web.api.models import SearchAnswer, Shot
from archive_pipeline.web.components import ShotGrid
from archive_pipeline.web.pages.current_basket import CurrentBasket
from archive_pipeline.web.pages.export_menu import export_menu
from archive_pipeline.web.pages.parts import button, card_labels, empty, link_button, tag
from archive_pipeline.web.state import SearchState
from archive_pipeline.web.texts import Texts

_NEAREST = 4
"""Shots that are shown at once where nothing comes near to the question."""


@dataclass(frozen=True)
class Actions:
    """What can be done with results."""

    open: Callable[[str, bool], Awaitable[None]]
    """The id of a shot, and whether it plays at once."""
    mark: Callable[[str, bool], Awaitable[None]]
    """The id of a shot, and whether more like it are wanted, or less."""
    more: Callable[[], Awaitable[None]]
    ask_for: Callable[[str], Awaitable[None]]
    save: Callable[[], Awaitable[None]]
    """Keep the search, to be told what is new in it."""


class Results:
    """Shows answers, and which of their shots are in the basket."""

    def __init__(self, t: Texts, actions: Actions, basket: CurrentBasket) -> None:
        self._t = t
        self._actions = actions
        self._basket = basket
        self._grids: list[ShotGrid] = []
        self._answers: Sequence[SearchAnswer] = ()
        self._state = SearchState()
        self._bar = tag("div", "ap-row")
        self._list = tag("div", "ap-row").style("align-items: stretch")

    @contextmanager
    def busy(self) -> Iterator[None]:
        """What is shown grows pale while the block runs."""
        self._list.classes(add="ap-busy")
        try:
            yield
        finally:
            self._list.classes(remove="ap-busy")

    def clear(self) -> None:
        self._answers, self._grids = (), []
        self._list.clear()
        self._bar.clear()

    def welcome(self, titles: Mapping[str, str]) -> None:
        """Before anything is asked: how to begin."""
        t = self._t
        self.clear()
        with self._list:
            if not titles:
                empty(t("search.nothing_yet"), t("search.nothing_yet_text"), "archive-pipeline ingest ~/films")
                return
            with (
                empty(t("search.welcome"), t("search.welcome_text")),
                tag("div", "ap-chips").style("justify-content: center"),
            ):
                tag("span", "ap-soft", t("search.try"))
                for phrase in t.section("search")["examples"]:
                    chip = tag("button", "ap-chip", phrase).props("type=button")
                    chip.on("click", self._asking(phrase))

    def show(self, answers: Sequence[SearchAnswer], state: SearchState) -> None:
        """The pages of one search, in order."""
        t = self._t
        self.clear()
        self._answers, self._state = answers, state
        shots = [shot for answer in answers for shot in answer.shots]
        videos = [video for answer in answers for video in answer.videos]
        pairs = [pair for answer in answers for pair in answer.pairs]
        with self._list:
            if not (shots or videos or pairs):
                empty(t("search.nothing"), t("search.nothing_text"))
            elif shots and any(hint.code == "nothing_near" for hint in answers[0].hints):
                self._grid(shots[:_NEAREST])
                if more := shots[_NEAREST:]:
                    with ui.expansion(t("search.nearest")).props("dense").classes("w-full"):
                        self._grid(more)
            elif shots:
                self._grid(shots)
            for video in videos:
                with tag("section", "ap-group"):
                    with tag("div", "ap-row"):
                        tag("h2", text=video.title)
                        first = video.shots[0]
                        link = tag("a", "ap-small", t("photos.album" if first.photo_id else "search.programme"))
                        link.props["href"] = (
                            addresses.photos_page(first.collection, album=video.video_id)
                            if first.photo_id
                            else addresses.video_page(video.video_id)
                        )
                    self._grid(video.shots)
            if pairs:
                with tag("div", "ap-pairs"):
                    for pair in pairs:
                        with tag("section", "ap-pair"):
                            self._grid([pair.first, pair.then], plays=pair.first)
            if answers[-1].has_more:
                with tag("div", "ap-row").style("justify-content: center; margin-top: 1rem"):
                    button(t("search.more_results"), self._actions.more, "expand_more")
        self._show_bar()

    def _asking(self, phrase: str) -> Callable[[], Awaitable[None]]:
        return lambda: self._actions.ask_for(phrase)

    def _grid(self, shots: list[Shot], plays: Shot | None = None) -> None:
        """`plays`: what is played whichever of them is opened; pairs, that cannot be marked."""
        grid, actions = ShotGrid(card_labels(self._t), marking=plays is None), self._actions
        grid.show(shots)
        grid.on("open", lambda event: actions.open(plays.id if plays else event.args, True))
        grid.on("info", lambda event: actions.open(event.args, False))
        grid.on("more", lambda event: actions.mark(event.args, True))
        grid.on("less", lambda event: actions.mark(event.args, False))
        grid.on("pick", lambda event: self.put(event.args))
        grid.show_marks(self._state.like, self._state.unlike, self._basket.shot_ids)
        self._grids.append(grid)

    def _show_bar(self) -> None:
        t, answers = self._t, self._answers
        videos = [video for answer in answers for video in answer.videos]
        pairs = [pair for answer in answers for pair in answer.pairs]
        every = [shot for answer in answers for shot in answer.every_shot]
        shown = [shot.id for shot in every if not shot.photo_id]  # what can be handed on
        more = "found_more" if answers[-1].has_more else "found"
        kind = "found_videos" if videos else "found_pairs" if pairs else more
        of_photos = {bool(shot.photo_id) for shot in every}
        kind += "_both" if len(of_photos) > 1 else "_photos" if True in of_photos else ""
        found = t(f"search.{kind}", n=len(videos or pairs or every), ms=round(1000 * answers[0].took_s))
        if answers[0].n_shots is not None:
            kind = f"listed_{'both' if len(of_photos) > 1 else 'photos' if True in of_photos else 'shots'}"
            found = t(f"search.{kind}", n=f"{answers[0].n_shots:,}", videos=f"{answers[0].n_videos:,}")
        self._bar.clear()
        with self._bar:
            tag("span", "ap-soft ap-small", found).props("data-found")
            tag("span", "ap-grow")
            button(t("saved.save"), self._actions.save, "star_border").props("data-save")
            if not every:
                return
            if shown:
                whole = "shown" if len(shown) == len(every) else "shots_shown"  # photos have no time to cut at
                export_menu(t, t(f"export.{whole}", n=len(shown)), shots=shown)
            link_button(t("basket.open", n=len(self._basket.shot_ids)), self._basket.address, "playlist_add_check")
            button(t("search.share"), self._share, "link")

    async def _share(self) -> None:
        ui.clipboard.write(await ui.run_javascript("location.href"))
        ui.notify(self._t("search.copied"), position="bottom")

    async def put(self, shot_id: str) -> None:
        """Into the basket, or out of it."""
        await self._basket.toggle(shot_id)
        for grid in self._grids:
            grid.show_marks(self._state.like, self._state.unlike, self._basket.shot_ids)
        if self._answers:
            self._show_bar()
