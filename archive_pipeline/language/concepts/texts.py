"""Labels, phrases and templates by language, as vocabulary files write them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")
ANY = "any"
"""The language of a name that is the same in all of them: `Madrid`."""

_CODE = re.compile("[a-z]{2}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST = 300  # characters; the longest text that a CLIP model reads to its end has about these
_MOST = 200


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError(f"{value!r} is no name: write small letters without accents, digits and _, a letter first")
    return value


def _printed(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError(f"{value!r} is no text: write words on one line")
    return value


def _language(code: str) -> str:
    if code != ANY and not _CODE.fullmatch(code):
        raise ValueError(f"{code!r} is no language: write en, es, another code of two letters, or any")
    return code


def _template(value: str) -> str:
    if value.count("{}") != 1 or set("{}") & set(value.replace("{}", "")):
        raise ValueError(f"{value!r} is no template: write {{}} once, where the phrase goes")
    return value


def _same_in_every_language(value: object) -> object:
    return dict.fromkeys(LANGUAGES, value) if isinstance(value, str) else value


def _of_any_language(value: object) -> object:
    return {ANY: value} if isinstance(value, list) else value


Name = Annotated[str, Field(max_length=64), AfterValidator(_name)]
Text = Annotated[str, Field(min_length=1, max_length=_LONGEST), AfterValidator(_printed)]
Template = Annotated[Text, AfterValidator(_template)]
Label = Annotated[dict[Language, Text], BeforeValidator(_same_in_every_language), Field(min_length=1)]
Code = Annotated[str, AfterValidator(_language)]
Phrases = Annotated[
    dict[Code, Annotated[tuple[Text, ...], Field(strict=False, min_length=1, max_length=_MOST)]],
    BeforeValidator(_of_any_language),
]
Templates = Annotated[
    dict[Code, Annotated[tuple[Template, ...], Field(strict=False, min_length=1, max_length=_MOST)]],
    BeforeValidator(_of_any_language),
]
ByLanguage = Mapping[str, Sequence[str]]


def said(label: Mapping[Language, str], language: str) -> str:
    """The label in the language or, where it has none, in the other one."""
    return next((text for spoken, text in label.items() if spoken == language), next(iter(label.values())))


def wordings(phrases: ByLanguage, templates: ByLanguage, taught: frozenset[str] | None) -> tuple[str, ...]:
    """Each phrase in each template of its language, once each; without templates the phrases as they are.

    `taught`: the languages that a model understands, None for all. Where nothing is in any of them everything stays:
    a word that the model may not know says more than none.
    """
    understood = [language for language in phrases if taught is None or language in taught or language == ANY]
    found: dict[str, None] = {}
    for language in understood or phrases:
        around = list(_around(templates, language, taught))
        for phrase in phrases[language]:
            found.update(dict.fromkeys(template.replace("{}", phrase) for template in around or ("{}",)))
    return tuple(found)


def _around(templates: ByLanguage, language: str, taught: frozenset[str] | None) -> Iterable[str]:
    """The templates of a phrase's language; around a name of any language, those of all that the model understands."""
    for own, texts in templates.items():
        if own in (language, ANY) or (language == ANY and (taught is None or own in taught)):
            yield from texts
