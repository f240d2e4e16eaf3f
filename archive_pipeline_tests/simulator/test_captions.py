"""Captions are grammatical English and Spanish and name exactly what the facts give."""

import pytest

from archive_pipeline.simulator.captions import describe
from archive_pipeline.simulator.facts import Facts, Thing


@pytest.mark.parametrize(
    ("facts", "english", "spanish"),
    [
        (Facts((Thing("boat"),)), "a boat", "un barco"),
        (Facts((Thing("umbrella", "orange", 1),)), "an orange umbrella", "un paraguas naranja"),
        (Facts((Thing("chair", "red", 2),)), "two red chairs", "dos sillas rojas"),
        (Facts((Thing("clock", "blue", 3),)), "three blue clocks", "tres relojes azules"),
        (Facts((Thing("house", "white"),)), "a white house", "una casa blanca"),
        (Facts((Thing("plane", "pink", 2),)), "two pink planes", "dos aviones rosa"),
        (Facts((Thing("person", "red", 2),)), "two people in red", "dos personas de rojo"),
        (
            Facts((Thing("boat", "red"), Thing("car", "blue"))),
            "a red boat and a blue car",
            "un barco rojo y un coche azul",
        ),
        (
            Facts((Thing("person", None, 2), Thing("umbrella", "yellow")), weather="rain"),
            "two people under a yellow umbrella in the rain",
            "dos personas bajo un paraguas amarillo bajo la lluvia",
        ),
        (
            Facts((Thing("dog", "black", 1),), "burning", "beach", "night", "snow"),
            "a black dog burning on a beach at night in the snow",
            "un perro negro ardiendo en una playa de noche bajo la nieve",
        ),
        (Facts(setting="street", time="dawn"), "a street at dawn", "una calle al amanecer"),
        (Facts(card="bars"), "colour bars", "barras de color"),
    ],
)
def test_facts_are_worded_with_articles_plurals_and_agreement(facts: Facts, english: str, spanish: str) -> None:
    assert describe(facts, "en") == english
    assert describe(facts, "es") == spanish
