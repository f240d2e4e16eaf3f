"""The player, or a photo, over the results: at the shot, with the shots around it and all that is known of it."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from archive_pipeline.web.api.models import Shot
from archive_pipeline.web.components import ProgrammePlayer
from archive_pipeline.web.pages.parts import tag
from archive_pipeline.web.texts import Texts


def player_labels(t: Texts) -> dict[str, object]:
    """The texts of the player, errors, hints and notes among them."""
    sentences = {"errors": t.section("error"), "hints": t.section("hint"), "noted": t.noted()}
    return {**t.section("player"), "part": t.section("part"), "language": t.language, **sentences}


class PlayerDialog:
    """One for a page; a player lives in it only while it is open."""

    def __init__(
        self,
        t: Texts,
        on_close: Callable[[], None],
        on_turn: Callable[[str], None],
        on_put: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        self._t = t
        self._on_put = on_put
        self._on_close = on_close
        self._on_turn = on_turn
        with ui.dialog() as self._dialog, ui.card().classes("ap-dialog") as self._card:
            pass
        self._dialog.on_value_change(lambda event: None if event.value else self._let_go())

    def open(self, shot: Shot, autoplay: bool) -> None:
        self._card.clear()
        with self._card:
            with tag("div", "ap-row"):
                title = tag("h2", text=shot.title)
                title.props["title"] = shot.video_id
                link = tag("a", "ap-small", self._t("photos.open" if shot.photo_id else "search.programme"))
                link.props["href"] = shot.page
                tag("span", "ap-grow")
                close = tag("button", "ap-icon").props("type=button")
                close.props["aria-label"] = self._t("search.close")
                with close:
                    ui.icon("close", size="22px")
                close.on("click", self._dialog.close)
            if shot.photo_id:
                picture = tag("img").style("align-self: center; max-width: 100%; max-height: 75vh").props('alt=""')
                picture.props["src"] = shot.still
                tag("div", "ap-soft ap-small", shot.path)
                self._dialog.open()
                return
            player = ProgrammePlayer(
                shot.video_id,
                player_labels(self._t),
                shot=shot.shot,
                at_s=shot.best_frame_s,
                details=True,
                autoplay=autoplay,
                putting=self._on_put is not None,
            )
            if on_put := self._on_put:
                player.on("put", lambda event: on_put(event.args))
            player.on("shot", lambda event: self._on_turn(event.args))
        self._dialog.open()

    def _let_go(self) -> None:
        self._card.clear()
        self._on_close()
