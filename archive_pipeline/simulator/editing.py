"""The edited programme, frame by frame: takes joined by cuts, dissolves, fades and wipes at exact frames."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from random import Random

from archive_pipeline.simulator.copying import copying, grey
from archive_pipeline.simulator.film import Film, Studio
from archive_pipeline.simulator.overlays import Grain, TimecodeBurner, WritingBurner, burn_headline
from archive_pipeline.simulator.planes import Planes, flat
from archive_pipeline.simulator.programme import Join, Loan, Programme
from archive_pipeline.simulator.writings import Writing


def raw_frames(
    programme: Programme,
    height: int,
    *,
    fields: bool = False,
    only: frozenset[int] | None = None,
    writings: Sequence[Writing] = (),
) -> Iterator[bytes]:
    """Every frame, or those whose numbers are in `only`, in order, as ffmpeg's yuv420p.

    They are `programme.look.frame_size(height)` large. `fields` gives two pictures a frame, half a frame apart, for
    interlaced video.
    """
    edit = _Edit(programme, height, writings)
    steps = 2 if fields else 1
    for position in range(programme.n_frames * steps):
        if only is None or position // steps in only:
            yield edit.raw(position / steps)


class _Edit:
    def __init__(self, programme: Programme, height: int, writings: Sequence[Writing]) -> None:
        self._programme = programme
        self._writings = WritingBurner(writings, programme.fps) if writings else None
        self._height = height
        look = programme.look
        self._frame_size, self._picture_size = look.frame_size(height), look.picture_size(height)
        self._studio = Studio(programme, height)
        self._film = lru_cache(maxsize=3)(self._filmed)
        self._timecode = TimecodeBurner(programme.fps, height) if look.timecode else None
        self._grain = Grain(self._frame_size, look.grain, Random(f"{programme.seed}/grain")) if look.grain else None
        self._current = 0
        self._kept: tuple[int, bytes] | None = None

    def raw(self, position: float) -> bytes:
        frame, index, join = self._locate(position)
        burned = self._timecode or self._writings or self._grain
        if join is None and self._studio.is_still(index) and not burned:
            if self._kept is None or self._kept[0] != index:
                self._kept = (index, self._finish(self._titled(index, position), frame).raw())
            return self._kept[1]
        picture = self._titled(index, position) if join is None else self._joined(index, join, position)
        return self._finish(picture, frame).raw()

    def _locate(self, position: float) -> tuple[int, int, Join | None]:
        """The frame, the take before whose end it lies, and the gradual join it is part of, if any."""
        frame, joins = int(position), self._programme.joins
        while self._current < len(joins) and frame >= max(joins[self._current].end, joins[self._current].start):
            self._current += 1
        index = self._current
        gradual = index < len(joins) and joins[index].start <= frame < joins[index].end
        return frame, index, joins[index] if gradual else None

    def _titled(self, index: int, position: float) -> Planes:
        take, film = self._programme.takes[index], self._take_film(index)
        picture = film(position)
        if take.title is not None and take.facts.card is None:
            picture = picture.copy()
            burn_headline(picture, take.title)
        return picture

    def _take_film(self, index: int) -> Film:
        return self._film(index)

    def _filmed(self, index: int) -> Film:
        loan = self._programme.loans.get(index)
        return self._studio.film(index) if loan is None else self._borrowed(index, loan)

    def _borrowed(self, index: int, loan: Loan) -> Film:
        """As the source's master shows it, but for what was burned in last, in this programme's size."""
        lender, fps = _Edit(loan.source, self._height, ()), self._programme.fps
        copy = copying(loan.disturbance, self._picture_size, Random(f"{self._programme.seed}/copy/{index}"))
        start = self._programme.takes[index].start

        def borrowed(position: float) -> Planes:
            seconds = loan.start_s + float((position - start) / fps) * loan.speed
            picture = lender._titled(loan.index, seconds * float(loan.source.fps))
            return copy(grey(picture) if loan.source.look.black_and_white else picture)

        return borrowed

    def _joined(self, index: int, join: Join, position: float) -> Planes:
        # The first mixed frame already shows a little of the new picture, the last one still a little of the old.
        share = (position - join.start + 1) / (join.end - join.start + 1)
        before, after = self._titled(index, position), self._titled(index + 1, position)
        if join.change == "dissolve":
            return before.blend(after, share)
        if join.change == "fade":
            dark = flat(self._picture_size)
            return before.blend(dark, min(1.0, 2 * share)) if share <= 0.5 else dark.blend(after, 2 * share - 1)
        width, height = self._picture_size
        edge = min(width - 2, max(2, round(width * share / 2) * 2))
        wiped = before.copy()
        wiped.paste(after.crop(0, 0, edge, height), 0, 0)
        return wiped

    def _finish(self, picture: Planes, frame: int) -> Planes:
        if self._picture_size != self._frame_size:
            whole = flat(self._frame_size)
            room = (self._frame_size[0] - self._picture_size[0], self._frame_size[1] - self._picture_size[1])
            whole.paste(picture, room[0] // 4 * 2, room[1] // 4 * 2)
            picture = whole
        if self._programme.look.black_and_white:
            picture = grey(picture)
        if self._writings is not None:
            picture = picture.copy()
            self._writings.burn(picture, frame)
        if self._grain is not None:
            picture = self._grain.applied(picture, frame)
        if self._timecode is not None:
            picture = picture.copy()
            self._timecode.burn(picture, frame)
        return picture
