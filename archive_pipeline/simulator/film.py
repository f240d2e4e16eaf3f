"""Takes on film: layers are drawn once a take, and every frame is cut, shifted or scaled from them.

At 640×360 a frame costs about a millisecond so, where drawing it anew would cost thirty.
"""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from PIL import Image

from archive_pipeline.simulator.facts import Facts
from archive_pipeline.simulator.painting.arrangement import arrange
from archive_pipeline.simulator.painting.cards import paint_card
from archive_pipeline.simulator.painting.light import falling
from archive_pipeline.simulator.painting.scene import FALLING_RGB, VIEWS, paint_place, paint_subjects
from archive_pipeline.simulator.planes import Planes, halves, planes_of
from archive_pipeline.simulator.programme import CARD_CLASS, Programme, Take

PLACE_WIDTH = 4.0  # units: room for two wide views side by side
_FALL = {"rain": (-0.9, 3.2), "snow": (-0.06, 0.32)}  # heights of the picture per second, to the right and down
_PAN_SHARE = 0.28  # of the view's width, over a take

Film = Callable[[float], Planes]


class Studio:
    """Films the takes of one programme at one height in pixels. Places are painted once and kept."""

    def __init__(self, programme: Programme, height: int) -> None:
        self._programme = programme
        self._size = programme.look.picture_size(height)
        # Half as sharp again as the widest view, so that the closest one is not enlarged.
        self._unit_px = round(self._size[1] * 1.5)
        self._places: dict[int, Image.Image] = {}

    def film(self, index: int) -> Film:
        """The take's frames: a function of the time since the programme's start in frames (fractions are fields).

        Frames before and after the take exist too; transitions show them.
        """
        take = self._programme.takes[index]
        random = Random(f"{self._programme.seed}/take/{index}")
        if take.place == CARD_CLASS:
            card = planes_of(paint_card(take.facts.card or "leader", self._size, take.title, random))
            return lambda _: card
        moving = self._camera(take, random)
        return self._in_weather(take, moving, random)

    def is_still(self, index: int) -> bool:
        """Whether every frame of the take is the same."""
        take = self._programme.takes[index]
        return take.movement == "static" and (self._programme.calm or take.facts.weather not in _FALL)

    def _camera(self, take: Take, random: Random) -> Film:
        width, height = self._size
        shown, top = VIEWS[take.framing]
        unit, aspect = self._unit_px, width / height
        view = (round(aspect * shown * unit), round(shown * unit))
        place = self._place(take.place)
        span = max(1, take.end - take.start)
        if take.movement == "swing" and take.then is not None and take.turn is not None:
            stretch = 2.0
        else:
            stretch = 1 + _PAN_SHARE if take.movement == "pan" else 1.0
        left = round(random.uniform(0, max(0, place.width - view[0] * stretch)))
        wide = place.crop((left, round(top * unit), left + round(view[0] * stretch), round(top * unit) + view[1]))

        if take.movement == "moving":
            still = planes_of(wide.resize(self._size, Image.Resampling.BILINEAR, reducing_gap=None))
            return self._moving_subject(take, still, random)
        self._add_subjects(
            wide, take.facts, take, round(view[0] * (stretch - 1) / 2) if take.movement == "pan" else 0, view, random
        )
        if take.movement == "swing" and take.then is not None and take.turn is not None:
            self._add_subjects(wide, take.then, take, view[0], view, random)
            first, last = take.turn
            planes = planes_of(wide.resize((2 * width, height), Image.Resampling.BILINEAR))

            def swing(frame: float) -> Planes:
                share = min(1.0, max(0.0, (frame - first) / (last - first)))
                return planes.crop(_even(width * share * share * (3 - 2 * share)), 0, width, height)

            return swing
        if take.movement == "pan":
            room = _even(width * _PAN_SHARE)
            planes = planes_of(wide.resize((width + room, height), Image.Resampling.BILINEAR))
            forward = random.random() < 0.5

            def pan(frame: float) -> Planes:
                share = min(1.0, max(0.0, (frame - take.start) / span))
                return planes.crop(_even(room * (share if forward else 1 - share)), 0, width, height)

            return pan
        if take.movement == "zoom":
            planes = planes_of(wide.resize(self._size, Image.Resampling.BILINEAR))
            into = random.random() < 0.5

            def zoom(frame: float) -> Planes:
                share = min(1.0, max(0.0, (frame - take.start) / span))
                cut = 0.11 * (share if into else 1 - share)
                w, h = planes.size
                return planes.scale(self._size, (w * cut, h * cut, w * (1 - cut), h * (1 - cut)))

            return zoom
        standing = planes_of(wide.resize(self._size, Image.Resampling.BILINEAR))
        return lambda _: standing

    def _add_subjects(
        self, wide: Image.Image, facts: Facts, take: Take, left: int, view: tuple[int, int], random: Random
    ) -> None:
        aspect = view[0] / view[1]
        bodies = arrange(facts, take.framing, aspect, random)
        layer = paint_subjects(facts, bodies, aspect, view[1], random)
        wide.paste(layer, (left, 0), layer)

    def _moving_subject(self, take: Take, still: Planes, random: Random) -> Film:
        width, height = self._size
        aspect = width / height
        bodies = arrange(take.facts, take.framing, aspect, random)
        if take.facts.action == "speeding":  # all in one direction, away from their streaks
            bodies = tuple(replace(body, mirrored=bodies[0].mirrored) for body in bodies)
        layer = paint_subjects(take.facts, bodies, aspect, height, random)
        box = layer.getbbox() or (0, 0, 2, 2)
        box = (box[0] // 2 * 2, box[1] // 2 * 2, min(width, box[2] + box[2] % 2), min(height, box[3] + box[3] % 2))
        subject = layer.crop(box)
        planes, mask = planes_of(subject.convert("RGB")), halves(subject.getchannel("A"))
        # It crosses what room there is beside it, and never leaves the frame by more than a sixth of itself.
        slack = (box[2] - box[0]) / 6
        ends = (-slack, width - (box[2] - box[0]) + slack)
        start, end = (ends[1], ends[0]) if bodies and bodies[0].mirrored else ends
        span = max(1, take.end - take.start)

        def moving(frame: float) -> Planes:
            share = min(1.0, max(0.0, (frame - take.start) / span))
            picture = still.copy()
            picture.paste(planes, _even(start + (end - start) * share), box[1], mask)
            return picture

        return moving

    def _in_weather(self, take: Take, film: Film, random: Random) -> Film:
        weather = take.facts.weather
        width, height = self._size
        tile = falling(weather, self._size, height, random)
        if tile is None or weather is None:
            return film
        field = Image.new("L", (2 * width, 2 * height))
        for x in (0, width):
            for y in (0, height):
                field.paste(tile, (x, y))
        whole, half = halves(field)
        drops = planes_of(Image.new("RGB", self._size, FALLING_RGB[weather]))
        per_second = _FALL[weather]
        fps = float("inf") if self._programme.calm else float(self._programme.fps)

        def weathered(frame: float) -> Planes:
            x = _even(-frame / fps * per_second[0] * height) % width
            y = _even(-frame / fps * per_second[1] * height) % height
            mask = whole.crop((x, y, x + width, y + height))
            small = half.crop((x // 2, y // 2, x // 2 + width // 2, y // 2 + height // 2))
            picture = film(frame).copy()
            picture.paste(drops, 0, 0, (mask, small))
            return picture

        return weathered

    def _place(self, index: int) -> Image.Image:
        if index not in self._places:
            random = Random(f"{self._programme.seed}/place/{index}")
            self._places[index] = paint_place(self._programme.places[index], PLACE_WIDTH, self._unit_px, random)
        return self._places[index]


def _even(value: float) -> int:
    return round(value / 2) * 2
