"""What is spoken of in simulated programmes: topics of news, in words that have nothing to do with what is drawn.

Each has a form in which a speaker says it and one in which somebody asks for it, with other inflections: "the bakers
went on strike", "a strike of bakers".
"""

from dataclasses import dataclass
from itertools import product

from archive_pipeline.simulator.world import Language, Words


@dataclass(frozen=True)
class Event:
    """`said` follows people as their verb, `asked` names the thing."""

    said: Words
    asked: Words


PEOPLE: dict[str, Words] = {
    "bakers": Words("bakers", "panaderos"),
    "dockers": Words("dockers", "estibadores"),
    "teachers": Words("teachers", "maestros"),
    "miners": Words("miners", "mineros"),
    "nurses": Words("nurses", "enfermeros"),
    "farmers": Words("farmers", "agricultores"),
    "pilots": Words("pilots", "pilotos"),
    "weavers": Words("weavers", "tejedores"),
    "fishermen": Words("fishermen", "pescadores"),
    "students": Words("students", "estudiantes"),
    "judges": Words("judges", "jueces"),
    "engineers": Words("engineers", "ingenieros"),
}

EVENTS: dict[str, Event] = {
    "strike": Event(Words("went on strike", "fueron a la huelga"), Words("a strike", "huelga")),
    "wages": Event(Words("asked for higher wages", "pidieron salarios más altos"), Words("the wage", "el salario")),
    "anniversary": Event(
        Words("celebrated an anniversary", "celebraron un aniversario"), Words("the anniversary", "aniversarios")
    ),
    "contract": Event(Words("signed a contract", "firmaron un convenio"), Words("contracts", "los convenios")),
    "exhibition": Event(
        Words("opened an exhibition", "inauguraron una exposición"), Words("the exhibitions", "exposiciones")
    ),
    "blood": Event(Words("donated blood", "donaron sangre"), Words("blood donations", "donación de sangre")),
    "tax": Event(
        Words("protested against a tax", "protestaron contra un impuesto"),
        Words("tax protest", "protestas por los impuestos"),
    ),
    "medal": Event(Words("received a medal", "recibieron una medalla"), Words("medals", "medallas")),
    "noise": Event(
        Words("complained about the noise", "se quejaron del ruido"),
        Words("complaints of noise", "quejas por el ruido"),
    ),
    "vaccine": Event(Words("were vaccinated", "se vacunaron"), Words("vaccinating", "vacunando")),
    "museum": Event(Words("visited a museum", "visitaron un museo"), Words("the museums", "museos")),
    "pension": Event(Words("defended their pensions", "defendieron sus pensiones"), Words("pension", "la pensión")),
}

TOWNS: dict[str, Words] = {
    name: Words(name, spanish)
    for name, spanish in {
        "Zaragoza": "Zaragoza", "Bilbao": "Bilbao", "Lugo": "Lugo", "Huelva": "Huelva", "Teruel": "Teruel",
        "Cuenca": "Cuenca", "Lisbon": "Lisboa", "Geneva": "Ginebra", "Vienna": "Viena", "Athens": "Atenas",
    }.items()
}  # fmt: skip


@dataclass(frozen=True)
class Topic:
    """Keys of PEOPLE and EVENTS."""

    people: str
    event: str

    def said(self, language: Language, town: str) -> str:
        """The sentence of a speaker."""
        people, event = getattr(PEOPLE[self.people], language), getattr(EVENTS[self.event].said, language)
        where = getattr(TOWNS[town], language)
        return f"In {where} the {people} {event}." if language == "en" else f"En {where} los {people} {event}."

    def asked(self, language: Language) -> str:
        """The phrase of somebody who looks for it."""
        people, event = getattr(PEOPLE[self.people], language), getattr(EVENTS[self.event].asked, language)
        return f"{event} of {people}" if language == "en" else f"{event} de {people}"


TOPICS = tuple(Topic(people, event) for people, event in product(PEOPLE, EVENTS))
