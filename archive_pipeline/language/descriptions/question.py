"""The question for one shot."""

from archive_pipeline.language.descriptions.model import DEFAULT_LANGUAGE, DescriptionParameters, SentPictures
from archive_pipeline.language.descriptions.schema import RegionDescription, ShotDescription
from archive_pipeline.language.prompts import load_prompt
from archive_pipeline.language.vlm import Question

_WORDS = {
    "en": {
        "one": "The picture is taken from one shot.",
        "many": "The {n} pictures are taken from one shot, in order of time.",
        "box_one": "the picture",
        "box_many": "picture {n}",
        "regions": "For each of the objects add description: one sentence on what its box shows, empty without a box.",
    },
    "es": {
        "one": "La imagen está tomada de un plano.",
        "many": "Las {n} imágenes están tomadas de un mismo plano, en orden.",
        "box_one": "la imagen",
        "box_many": "la imagen {n}",
        "regions": "Añade a cada uno de objects description: una frase sobre lo que muestra su recuadro, o vacía.",
    },
}


def shot_question(
    shot_id: str, pictures: SentPictures, parameters: DescriptionParameters, language: str | None
) -> Question:
    """What is asked of a shot; the key is its id."""
    prompt = load_prompt("describe", language)
    pictured = pictures_in_words(prompt.written_in, len(pictures.jpegs), pictures.boxed)
    regions = f"\n{_WORDS[prompt.written_in]['regions']}" if parameters.regions else ""
    return Question(
        key=shot_id,
        prompt=prompt.filled(language or DEFAULT_LANGUAGE, **pictured) + regions,
        schema=RegionDescription if parameters.regions else ShotDescription,
        images=pictures.jpegs,
        system=prompt.system,
        max_tokens=parameters.max_tokens,
        temperature=parameters.temperature if parameters.candidates > 1 else 0.0,
        n=parameters.candidates,
    )


def pictures_in_words(written_in: str, n: int, boxed: int) -> dict[str, str]:
    """What a prompt in that language says of its `n` pictures and of the one, from 0, that boxes are asked for in."""
    words = _WORDS[written_in]
    return {
        "pictures": words["one"] if n == 1 else words["many"].format(n=n),
        "box_picture": words["box_one"] if n == 1 else words["box_many"].format(n=boxed + 1),
    }
