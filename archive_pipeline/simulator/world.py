"""What the simulated world consists of: the words for it in two languages, and which combinations are held out."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")


@dataclass(frozen=True)
class Noun:
    """A countable thing. `feminine` is its gender in Spanish."""

    en: str
    en_plural: str
    es: str
    es_plural: str
    feminine: bool = False


@dataclass(frozen=True)
class Colour:
    """`es` holds the forms masculine, feminine, masculine plural, feminine plural."""

    en: str
    es: tuple[str, str, str, str]
    rgb: tuple[int, int, int]


@dataclass(frozen=True)
class Setting:
    """Where a scene is. `noun` names it alone ("a street"), `phrase` places something in it ("on a street")."""

    noun_en: str
    noun_es: str
    phrase_en: str
    phrase_es: str
    outdoors: bool = True


@dataclass(frozen=True)
class Words:
    en: str
    es: str


OBJECTS: dict[str, Noun] = {
    "boat": Noun("boat", "boats", "barco", "barcos"),
    "train": Noun("train", "trains", "tren", "trenes"),
    "car": Noun("car", "cars", "coche", "coches"),
    "bicycle": Noun("bicycle", "bicycles", "bicicleta", "bicicletas", True),
    "plane": Noun("plane", "planes", "avión", "aviones"),
    "horse": Noun("horse", "horses", "caballo", "caballos"),
    "dog": Noun("dog", "dogs", "perro", "perros"),
    "bird": Noun("bird", "birds", "pájaro", "pájaros"),
    "umbrella": Noun("umbrella", "umbrellas", "paraguas", "paraguas"),
    "balloon": Noun("balloon", "balloons", "globo", "globos"),
    "person": Noun("person", "people", "persona", "personas", True),
    "flag": Noun("flag", "flags", "bandera", "banderas", True),
    "windmill": Noun("windmill", "windmills", "molino", "molinos"),
    "chair": Noun("chair", "chairs", "silla", "sillas", True),
    "clock": Noun("clock", "clocks", "reloj", "relojes"),
    "house": Noun("house", "houses", "casa", "casas", True),
}

COLOURS: dict[str, Colour] = {
    "red": Colour("red", ("rojo", "roja", "rojos", "rojas"), (208, 28, 34)),
    "orange": Colour("orange", ("naranja",) * 4, (246, 132, 16)),
    "yellow": Colour("yellow", ("amarillo", "amarilla", "amarillos", "amarillas"), (246, 216, 24)),
    "green": Colour("green", ("verde", "verde", "verdes", "verdes"), (18, 146, 52)),
    "blue": Colour("blue", ("azul", "azul", "azules", "azules"), (24, 70, 206)),
    "purple": Colour("purple", ("morado", "morada", "morados", "moradas"), (128, 40, 160)),
    "pink": Colour("pink", ("rosa",) * 4, (250, 134, 190)),
    "white": Colour("white", ("blanco", "blanca", "blancos", "blancas"), (250, 250, 246)),
    "black": Colour("black", ("negro", "negra", "negros", "negras"), (20, 20, 24)),
}

SETTINGS: dict[str, Setting] = {
    "street": Setting("a street", "una calle", "on a street", "en una calle"),
    "beach": Setting("a beach", "una playa", "on a beach", "en una playa"),
    "forest": Setting("a forest", "un bosque", "in a forest", "en un bosque"),
    "desert": Setting("a desert", "un desierto", "in a desert", "en un desierto"),
    "mountains": Setting("mountains", "montañas", "in the mountains", "en las montañas"),
    "field": Setting("a field", "un campo", "in a field", "en un campo"),
    "stadium": Setting("a stadium", "un estadio", "in a stadium", "en un estadio"),
    "factory": Setting("a factory", "una fábrica", "at a factory", "en una fábrica"),
    "room": Setting("a room", "una habitación", "in a room", "en una habitación", outdoors=False),
    "stage": Setting("a stage", "un escenario", "on a stage", "en un escenario", outdoors=False),
}

TIMES: dict[str, Words] = {
    "dawn": Words("at dawn", "al amanecer"),
    "day": Words("by day", "de día"),
    "sunset": Words("at sunset", "al atardecer"),
    "night": Words("at night", "de noche"),
}

WEATHERS: dict[str, Words] = {
    "clear": Words("under a clear sky", "con cielo despejado"),
    "rain": Words("in the rain", "bajo la lluvia"),
    "snow": Words("in the snow", "bajo la nieve"),
    "fog": Words("in the fog", "entre la niebla"),
}

# An action shows in a single frame; a thing that does nothing has none.
ACTIONS: dict[str, Words] = {
    "burning": Words("burning", "ardiendo"),
    "speeding": Words("speeding along", "a toda velocidad"),
    "jumping": Words("jumping", "saltando"),
    "glowing": Words("glowing", "brillando"),
}

COUNTS: dict[int, Words] = {2: Words("two", "dos"), 3: Words("three", "tres")}

# Pictures without a place of the world: they occur in every archive and mean nothing in it.
CARDS: dict[str, Words] = {
    "leader": Words("a black picture", "una imagen negra"),
    "bars": Words("colour bars", "barras de color"),
    "title": Words("a title card", "un rótulo con texto"),
}

_HELD_OUT_OF = 10


def is_held_out(thing: str, colour: str, setting: str) -> bool:
    """Whether training never sees this object in this colour in this setting: a tenth of all, by a hash, for ever."""
    digest = blake2b(f"{thing}/{colour}/{setting}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % _HELD_OUT_OF == 0


def every_phrase() -> Iterator[str]:
    """All words of the world, in both languages and every form that captions use."""
    for noun in OBJECTS.values():
        yield from (noun.en, noun.en_plural, noun.es, noun.es_plural)
    for colour in COLOURS.values():
        yield from (colour.en, *colour.es)
    for setting in SETTINGS.values():
        yield from (setting.noun_en, setting.noun_es, setting.phrase_en, setting.phrase_es)
    for words in (*TIMES.values(), *WEATHERS.values(), *ACTIONS.values(), *COUNTS.values(), *CARDS.values()):
        yield from (words.en, words.es)
