"""Who is in a shot: places and subjects drawn at random, with or without the combinations that training never sees."""

from random import Random

from archive_pipeline.simulator.facts import Facts, Thing
from archive_pipeline.simulator.world import ACTIONS, COLOURS, OBJECTS, SETTINGS, TIMES, WEATHERS, is_held_out

_OBJECTS, _COLOURS, _ACTIONS = list(OBJECTS), list(COLOURS), list(ACTIONS)
_TIMES, _WEATHERS = list(TIMES), list(WEATHERS)


def cast_place(random: Random, setting: str | None = None) -> Facts:
    """An empty place: its setting, and out of doors a time of day and a weather."""
    setting = setting or random.choice(list(SETTINGS))
    if not SETTINGS[setting].outdoors:
        return Facts(setting=setting)
    weather = random.choices(_WEATHERS, weights=(4, 2, 2, 2))[0]
    return Facts(setting=setting, time=random.choice(_TIMES), weather=weather)


def cast_subjects(
    random: Random, place: Facts, *, held_out: bool | None = False, second: float = 0.35, several: float = 0.3
) -> Facts:
    """The place with its subjects: one to three of a thing, or two different things, each in a colour of its own.

    `held_out`: False casts no held-out combination, True casts one in the leading part, None ignores the hold-out.
    `second` and `several` are the shares of shots with a second kind of thing and with two or three of the first.
    """
    if place.setting is None:
        raise ValueError("subjects need a place with a setting")
    first = _cast_thing(random, place.setting, held_out, ())
    action = random.choice(_ACTIONS) if random.random() < 0.35 else None
    if random.random() < second:
        if first.object == "person" and random.random() < 0.4:
            other = _cast_thing(random, place.setting, None if held_out is None else False, (), only="umbrella")
            first = Thing("person", first.colour, random.choice((1, 2)))
        else:
            other = _cast_thing(random, place.setting, None if held_out is None else False, (first.object,))
        things: tuple[Thing, ...] = (first, other)
    elif random.random() < several / (1 - second):
        things = (Thing(first.object, first.colour, random.choice((2, 3))),)
    else:
        things = (first,)
    return Facts(things, action, place.setting, place.time, place.weather)


def _cast_thing(
    random: Random, setting: str, held_out: bool | None, without: tuple[str, ...], only: str | None = None
) -> Thing:
    while True:
        thing, colour = only or random.choice(_OBJECTS), random.choice(_COLOURS)
        if thing not in without and held_out in (None, is_held_out(thing, colour, setting)):
            return Thing(thing, colour, 1)
