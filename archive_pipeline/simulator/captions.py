"""Facts in words: one English or Spanish phrase, as a documentalist would log a shot or ask for one."""

from archive_pipeline.simulator.facts import Facts, Thing
from archive_pipeline.simulator.world import (
    ACTIONS,
    CARDS,
    COLOURS,
    COUNTS,
    OBJECTS,
    SETTINGS,
    TIMES,
    WEATHERS,
    Language,
    Words,
)


def describe(facts: Facts, language: Language) -> str:
    """Name everything that the facts give and nothing else: "two red boats burning on a beach at night".

    Counts of one and of None read alike ("a boat"): a question for a boat is answered by three.
    """
    if facts.card is not None:
        return _in(language, CARDS[facts.card])
    spoken = [_things(facts, language)] if facts.things else []
    if facts.setting is not None:
        setting = SETTINGS[facts.setting]
        spoken.append(getattr(setting, f"phrase_{language}" if spoken else f"noun_{language}"))
    if not spoken:
        spoken.append("a scene" if language == "en" else "una escena")
    if facts.time is not None:
        spoken.append(_in(language, TIMES[facts.time]))
    if facts.weather is not None:
        spoken.append(_in(language, WEATHERS[facts.weather]))
    return " ".join(spoken)


def name_thing(thing: Thing, language: Language) -> str:
    """The noun phrase of one thing: "an orange train", "dos sillas rojas", "two people in white"."""
    return _english(thing) if language == "en" else _spanish(thing)


def _in(language: Language, words: Words) -> str:
    return words.en if language == "en" else words.es


def _things(facts: Facts, language: Language) -> str:
    first = name_thing(facts.things[0], language)
    if facts.action is not None:
        first = f"{first} {_in(language, ACTIONS[facts.action])}"
    if len(facts.things) == 1:
        return first
    if facts.things[0].object == "person" and facts.things[1].object == "umbrella":
        joint = "under" if language == "en" else "bajo"
    else:
        joint = "and" if language == "en" else "y"
    return f"{first} {joint} {name_thing(facts.things[1], language)}"


def _english(thing: Thing) -> str:
    noun = OBJECTS[thing.object]
    many = (thing.count or 1) > 1
    words = [noun.en_plural if many else noun.en]
    if thing.colour is not None:
        colour = COLOURS[thing.colour].en
        words = [*words, "in", colour] if thing.object == "person" else [colour, *words]
    article = COUNTS[thing.count].en if thing.count and many else "an" if words[0][0] in "aeiou" else "a"
    return " ".join([article, *words])


def _spanish(thing: Thing) -> str:
    noun = OBJECTS[thing.object]
    many = (thing.count or 1) > 1
    words = [noun.es_plural if many else noun.es]
    if thing.colour is not None:
        forms = COLOURS[thing.colour].es
        words += ["de", forms[0]] if thing.object == "person" else [forms[noun.feminine + 2 * many]]
    article = COUNTS[thing.count].es if thing.count and many else "una" if noun.feminine else "un"
    return " ".join([article, *words])
