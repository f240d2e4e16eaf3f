"""The question for one shot, or one photo."""

from collections.abc import Sequence

from archive_pipeline.language.boxes import Convention
from archive_pipeline.language.descriptions.model import (
    DEFAULT_LANGUAGE,
    DescriptionParameters,
    SentPictures,
    Subject,
    describing_prompt,
)
from archive_pipeline.language.descriptions.parts import FoundPart, listed_parts
from archive_pipeline.language.descriptions.schema import PartsDescription, RegionDescription, ShotDescription
from archive_pipeline.language.vlm import Question

_WORDS = {
    "en": {
        "one": "The picture is taken from one shot.",
        "photo": "The picture is a photograph.",
        "many": "The {n} pictures are taken from one shot, in order of time.",
        "box_one": "the picture",
        "box_many": "picture {n}",
        "regions": "For each of the objects add description: one sentence on what its box shows, empty without a box.",
        "parts": "A detector found these parts of {picture}, each with its box as [x1, y1, x2, y2] in {unit}. Its"
        " labels may be wrong. Add the field parts: for each of them its number and description, one sentence on what"
        " its box shows.\n{listed}",
        "pixels": "pixels",
        "thousandths": "thousandths of its width and height",
    },
    "es": {
        "one": "La imagen está tomada de un plano.",
        "photo": "La imagen es una fotografía.",
        "many": "Las {n} imágenes están tomadas de un mismo plano, en orden.",
        "box_one": "la imagen",
        "box_many": "la imagen {n}",
        "regions": "Añade a cada uno de objects description: una frase sobre lo que muestra su recuadro, o vacía.",
        "parts": "Un detector encontró estas partes de {picture}, cada una con su recuadro como [x1, y1, x2, y2] en"
        " {unit}. Sus etiquetas pueden estar equivocadas. Añade el campo parts: de cada una, number con su número y"
        " description, una frase sobre lo que muestra su recuadro.\n{listed}",
        "pixels": "píxeles",
        "thousandths": "milésimas de su anchura y su altura",
    },
}


def describing_question(
    key: str,
    pictures: SentPictures,
    parameters: DescriptionParameters,
    language: str | None,
    parts: Sequence[FoundPart] = (),
    convention: Convention | None = None,
    of: Subject = "shot",
) -> Question:
    """What is asked of a shot, or a photo; the key is its id. `parts`: of the picture that boxes are asked for in, what
    is to be described as well, written as `convention` counts."""
    prompt = describing_prompt(of, language)
    pictured = pictures_in_words(prompt.written_in, len(pictures.jpegs), pictures.boxed, of)
    words = _WORDS[prompt.written_in]
    more = f"\n{words['regions']}" if parameters.regions else ""
    if parts:
        unit = words["pixels" if convention == "pixels" else "thousandths"]
        listed = listed_parts(parts, convention, pictures.size)
        more += "\n" + words["parts"].format(picture=pictured["box_picture"], unit=unit, listed=listed)
    plain = RegionDescription if parameters.regions else ShotDescription
    return Question(
        key=key,
        prompt=prompt.filled(language or DEFAULT_LANGUAGE, **pictured) + more,
        schema=PartsDescription if parts else plain,
        images=pictures.jpegs,
        system=prompt.system,
        max_tokens=parameters.max_tokens,
        temperature=parameters.temperature if parameters.candidates > 1 else 0.0,
        n=parameters.candidates,
    )


def pictures_in_words(written_in: str, n: int, boxed: int, of: Subject = "shot") -> dict[str, str]:
    """What a prompt in that language says of its `n` pictures and of the one, from 0, that boxes are asked for in."""
    words = _WORDS[written_in]
    alone = words["photo" if of == "photo" else "one"]
    return {
        "pictures": alone if n == 1 else words["many"].format(n=n),
        "box_picture": words["box_one"] if n == 1 else words["box_many"].format(n=boxed + 1),
    }
