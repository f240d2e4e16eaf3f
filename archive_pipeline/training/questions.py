"""Captions for training pictures: whole, partial and short ones, and near misses that do not fit."""

from dataclasses import replace
from random import Random

from archive_pipeline.simulator.captions import describe
from archive_pipeline.simulator.facts import Facts, Thing
from archive_pipeline.simulator.world import ACTIONS, COLOURS, LANGUAGES, OBJECTS, SETTINGS, TIMES, WEATHERS, Language

_ARTICLES = {"a ", "an ", "un ", "una "}


def without_colours(facts: Facts) -> Facts:
    """What remains true of the picture in black and white."""
    return replace(facts, things=tuple(replace(thing, colour=None) for thing in facts.things))


def ask(facts: Facts, random: Random) -> Facts:
    """A question that the picture answers: everything (30 %), a part (45 %), or one or two attributes (25 %)."""
    if facts.card is not None:
        return facts
    whole = replace(facts, things=tuple(_countless(thing) for thing in facts.things))
    kind = random.random()
    if kind < 0.30:
        return whole
    if kind < 0.75:
        return _partial(whole, random)
    return _short(whole, random)


def near_miss(question: Facts, truth: Facts, random: Random) -> Facts | None:
    """The question with colours swapped or one attribute changed, so that the picture does not answer it."""
    if question.card is not None:
        return None
    things = list(question.things)
    for _ in range(4):
        if len(things) == 2 and None not in (things[0].colour, things[1].colour) and random.random() < 0.5:
            a, b = things
            missed = replace(question, things=(replace(a, colour=b.colour), replace(b, colour=a.colour)))
        elif things and random.random() < 0.8:
            missed = replace(question, things=_changed(things, random))
        else:
            missed = _elsewhere(question, random)
        if not truth.answers(missed):
            return missed
    return None


def say(question: Facts, random: Random, language: Language | None = None) -> str:
    """The question in words, in either language; now and then without its article, as people type."""
    spoken = random.choice(LANGUAGES) if language is None else language
    words = describe(question, spoken)
    if random.random() < 0.12:
        for article in _ARTICLES:
            words = words.removeprefix(article)
    return words


def _countless(thing: Thing) -> Thing:
    return replace(thing, count=thing.count if thing.count and thing.count > 1 else None)


def _partial(whole: Facts, random: Random) -> Facts:
    things = tuple(
        Thing(t.object, t.colour if random.random() < 0.8 else None, t.count if random.random() < 0.7 else None)
        for t in whole.things
    )
    if len(things) == 2 and random.random() < 0.4:
        things = (random.choice(things),)
    kept = {name: getattr(whole, name) if random.random() < 0.5 else None for name in ("setting", "time", "weather")}
    acts = whole.action if things and things[0].object == whole.things[0].object and random.random() < 0.6 else None
    return Facts(things, acts, **kept)


def _short(whole: Facts, random: Random) -> Facts:
    kind = random.random()
    if kind < 0.75 or whole.setting is None:
        thing = random.choice(whole.things)
        things: tuple[Thing, ...] = (Thing(thing.object, thing.colour if random.random() < 0.5 else None),)
        if len(whole.things) == 2 and random.random() < 0.35:
            things = tuple(replace(thing, count=None) for thing in whole.things)
        return Facts(things)
    return Facts(setting=whole.setting, time=whole.time if random.random() < 0.4 else None)


def _changed(things: list[Thing], random: Random) -> tuple[Thing, ...]:
    index = random.randrange(len(things))
    changed = things[index]
    if changed.colour is not None and random.random() < 0.5:
        changed = replace(changed, colour=random.choice([c for c in COLOURS if c != changed.colour]))
    elif changed.count is not None and random.random() < 0.3:
        changed = replace(changed, count=5 - changed.count)
    else:
        changed = replace(changed, object=random.choice([o for o in OBJECTS if o != changed.object]))
    return (*things[:index], changed, *things[index + 1 :])


def _elsewhere(question: Facts, random: Random) -> Facts:
    kinds: dict[str, list[str]] = {"setting": list(SETTINGS), "time": list(TIMES), "weather": list(WEATHERS)}
    if question.things:
        kinds["action"] = list(ACTIONS)
    name = random.choice(list(kinds))
    changes: dict[str, str] = {name: random.choice(kinds[name])}
    return replace(question, **changes)  # type: ignore[arg-type]
