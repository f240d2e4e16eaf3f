"""A photo collection on paper: which places are visited when, what is photographed there, which files repeat a picture.

A group is a thing at a place ("beach/boat"). It is visited several times, in other light and weather; a visit is an
album. A few pictures belong to no group.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product
from random import Random
from typing import Literal

from archive_pipeline.simulator.casting import cast_place
from archive_pipeline.simulator.facts import Facts, Thing
from archive_pipeline.simulator.painting.arrangement import FRAMINGS, Framing
from archive_pipeline.simulator.topics import TOWNS
from archive_pipeline.simulator.world import ACTIONS, COLOURS, OBJECTS, SETTINGS

Copy = Literal["original", "coded", "resized", "cropped", "rotated"]
COPIES: tuple[Copy, ...] = ("coded", "resized", "cropped", "rotated")

_POSITIONS = {  # degrees north and east
    "Zaragoza": (41.65, -0.89), "Bilbao": (43.26, -2.93), "Lugo": (43.01, -7.56), "Huelva": (37.26, -6.95),
    "Teruel": (40.34, -1.11), "Cuenca": (40.07, -2.14), "Lisbon": (38.72, -9.14), "Geneva": (46.20, 6.14),
    "Vienna": (48.21, 16.37), "Athens": (37.98, 23.73),
}  # fmt: skip
_HOURS = {"dawn": 7, "day": 12, "sunset": 20, "night": 22, None: 16}
_BURST_STEP_S = 0.3
_COPY_SHARE, _BURST_SHARE, _LONE_SHARE = 0.10, 0.04, 0.03


@dataclass(frozen=True)
class Photograph:
    """One file. Files of one `exposure` show the same picture; those of one `burst` were taken in a second or two."""

    path: str  # below the photos' folder
    exposure: int
    facts: Facts
    group: str | None  # "place/thing"; None for what belongs nowhere
    taken_at: datetime  # local time
    town: str
    position: tuple[float, float]  # latitude and longitude in degrees
    framing: Framing
    upright: bool  # taller than wide
    keywords: tuple[str, ...]
    burst: int | None = None
    moved: float = 0.0  # how far the subjects have moved since the burst began, in heights of the picture
    copy: Copy = "original"
    bare: bool = False  # without any metadata, as messengers send it


@dataclass(frozen=True)
class _Group:
    setting: str
    object: str
    colours: tuple[str, ...]
    town: str
    position: tuple[float, float]

    @property
    def name(self) -> str:
        return f"{self.setting}/{self.object}"


def plan_photographs(n: int, seed: int) -> list[Photograph]:
    """`n` files in about √n / 2 groups of unequal size."""
    random = Random(f"{seed}/photos")
    pairs = random.sample(list(product(SETTINGS, OBJECTS)), min(len(SETTINGS) * len(OBJECTS) // 2, _n_groups(n)))
    groups = [_found(setting, thing, random) for setting, thing in pairs]
    others = [pair for pair in product(SETTINGS, OBJECTS) if pair not in pairs]
    random.shuffle(others)
    lone = [_found(setting, thing, random) for setting, thing in others]
    weights = [(rank + 1) ** -0.5 for rank in range(len(groups))]
    planned: list[Photograph] = []
    visits = 0
    while len(planned) < n:
        group = groups[visits] if visits < len(groups) else random.choices(groups, weights)[0]
        visits += 1
        for photograph in _visit(group, planned[-1].exposure + 1 if planned else 0, random):
            planned.append(photograph)
            if random.random() < _LONE_SHARE and lone:
                planned.append(_alone(lone.pop(), photograph, random))
    return _numbered(planned[:n], random)


def _n_groups(n: int) -> int:
    return max(2, round(math.sqrt(n) / 2))


def _found(setting: str, thing: str, random: Random) -> _Group:
    town = random.choice(list(TOWNS))
    north, east = _POSITIONS[town]
    position = (north + random.uniform(-0.1, 0.1), east + random.uniform(-0.1, 0.1))
    return _Group(setting, thing, tuple(random.sample(list(COLOURS), 3)), town, position)


def _visit(group: _Group, exposure: int, random: Random) -> Iterator[Photograph]:
    place = cast_place(random, group.setting)
    day = datetime(2015, 1, 1) + timedelta(days=random.randrange(3650))
    moment = day + timedelta(hours=_HOURS[place.time], seconds=random.randrange(3600), milliseconds=120)
    album = f"{day:%Y-%m-%d} {group.town}"
    for _ in range(random.randint(6, 16)):
        moment += timedelta(seconds=random.randint(20, 240))
        first = _photograph(group, place, album, moment, exposure, random)
        bursting = random.random() < _BURST_SHARE
        for number in range(random.randint(3, 5) if bursting else 1):
            yield replace(
                first,
                exposure=exposure,
                taken_at=moment + timedelta(seconds=number * _BURST_STEP_S),
                burst=first.exposure if bursting else None,
                moved=0.05 * number,
            )
            exposure += 1


def _photograph(group: _Group, place: Facts, album: str, moment: datetime, exposure: int, random: Random) -> Photograph:
    thing = Thing(group.object, random.choice(group.colours), random.choices((1, 2, 3), weights=(7, 2, 1))[0])
    action = random.choice(list(ACTIONS)) if random.random() < 0.1 else None
    words = (OBJECTS[group.object].es, SETTINGS[group.setting].noun_es.split()[-1], group.town)
    return Photograph(
        path=album,  # until it is numbered
        exposure=exposure,
        facts=Facts((thing,), action, place.setting, place.time, place.weather),
        group=group.name,
        taken_at=moment,
        town=group.town,
        position=(group.position[0] + random.uniform(-2e-3, 2e-3), group.position[1] + random.uniform(-2e-3, 2e-3)),
        framing=random.choice(FRAMINGS),
        upright=random.random() < 0.15,
        keywords=words if random.random() < 0.6 else (),
    )


def _alone(group: _Group, beside: Photograph, random: Random) -> Photograph:
    """Something else that was photographed on the way."""
    moment = beside.taken_at + timedelta(seconds=10)
    place = cast_place(random, group.setting)
    return replace(_photograph(group, place, beside.path, moment, beside.exposure + 1, random), group=None, keywords=())


def _numbered(planned: list[Photograph], random: Random) -> list[Photograph]:
    """The files: every exposure gets its own number and name; some are followed by copies in place of later ones."""
    files: list[Photograph] = []
    kept: dict[int, int] = {}
    for number, photograph in enumerate(planned):
        if len(files) >= len(planned):
            break
        if photograph.burst is not None:
            photograph = replace(photograph, burst=kept.setdefault(photograph.burst, number))
        album = photograph.path
        photograph = replace(photograph, exposure=number, path=f"{album}/IMG_{number:05}.jpg")
        files.append(photograph)
        if random.random() < _COPY_SHARE:
            files += [_copied(photograph, album, random) for _ in range(random.choice((1, 1, 1, 2)))]
    return files[: len(planned)]


def _copied(photograph: Photograph, album: str, random: Random) -> Photograph:
    copy = random.choice(COPIES)
    stem = f"IMG_{photograph.exposure:05}_{copy}_{random.randrange(1000):03}"
    bare = copy in ("coded", "resized") and random.random() < 0.5
    suffix = ".webp" if copy == "coded" and random.random() < 0.3 else ".jpg"
    return replace(photograph, copy=copy, path=f"{'Mensajes' if bare else album}/{stem}{suffix}", bare=bare)
