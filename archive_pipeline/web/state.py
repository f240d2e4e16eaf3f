"""A search as an address: what the page shows, what `/api/search` takes, and what can be sent to a colleague."""

import math
from dataclasses import dataclass, replace
from typing import Protocol, get_args
from urllib.parse import urlencode

from archive_pipeline.errors import RequestError
from archive_pipeline.language.lists.conditions import listed_conditions
from archive_pipeline.language.transcripts.languages import asked_languages
from archive_pipeline.search.dates import period
from archive_pipeline.search.model import Filter
from archive_pipeline.search.photo_filter import photo_filter
from archive_pipeline.search.picture import QueryPicture
from archive_pipeline.search.request import Match, Request, object_conditions

PAGE = 24
"""Shots at a time: fills a large screen, and divides by 2, 3, 4, 6 and 8 columns."""
VIDEOS_AT_A_TIME = 12
MOST_AT_ONCE = 200
BOUNDS = ("min_s", "max_s", "from_s", "to_s", "score")
DATES = ("dated_from", "dated_to")
OF_PHOTOS = ("near", "box")
SEVERAL = ("video", "semantic_class", "collection", "group", "language", "where", "concept", "objects", "keyword")
FILTERS = (*SEVERAL, *DATES, *OF_PHOTOS, *(name for name in BOUNDS if name != "score"))
"""Conditions that a shot meets or does not, whatever is asked."""
_WRITTEN_AS = {"semantic_class": "class", "dated_from": "from", "dated_to": "to"}


class KnowsPictures(Protocol):
    def get(self, name: str) -> QueryPicture: ...


class Parameters(Protocol):
    """The query of an address (Starlette's QueryParams)."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True)
class SearchState:
    """One search and what is open in it. The field names are the names in the address, but for `class`, `from` and
    `to`."""

    text: str = ""
    image: str = ""
    """Name of a picture that was given before, see `/api/pictures`."""
    weight: float = 0.5
    """Share of the text where there is a picture as well."""
    match: Match = "all"
    """What the text is compared with: picture, words, or all."""
    then: str = ""
    """What comes then: the answer is pairs of shots."""
    within_s: float = 30.0
    """From the end of a pair's first shot to the begin of its second, at most."""
    collection: tuple[str, ...] = ()
    video: tuple[str, ...] = ()
    semantic_class: tuple[int, ...] = ()
    concept: tuple[str, ...] = ()
    """`vocabulary/concept`; a shot must show all of them."""
    objects: tuple[str, ...] = ()
    """`car`, `person>=3`; all must hold."""
    keyword: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    """Spoken in the shot (ISO 639-1)."""
    where: tuple[str, ...] = ()
    """Columns of the archive's list, as `listed_conditions` reads them."""
    dated_from: str = ""
    """As `search.dates.period` reads it."""
    dated_to: str = ""
    near: str = ""
    """As `search.photo_filter.photo_filter` reads it."""
    box: str = ""
    group: tuple[str, ...] = ()
    """Ids of groups of organised collections; one of them is enough."""
    min_s: float | None = None
    max_s: float | None = None
    """Bounds of a shot's length."""
    from_s: float | None = None
    to_s: float | None = None
    """Range of the programme's time."""
    score: float | None = None
    like: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    by_video: bool = False
    copies: bool = False
    """Whether shots of the same footage are shown one by one."""
    rerank: bool = False
    limit: int = 0
    """0: as many as a page shows."""
    offset: int = 0
    shot: str = ""
    """The shot that is open in the player."""

    @property
    def asks(self) -> bool:
        """Whether there is anything to answer: a question, or filters that something passes."""
        return self.has_question or self.narrows

    @property
    def has_question(self) -> bool:
        """Whether there is anything to rank by: words, a picture, a marked shot."""
        return bool(self.text.strip() or self.image or self.like)

    @property
    def narrows(self) -> bool:
        """Whether any filter is on."""
        return any(getattr(self, name) not in ((), "", None) for name in FILTERS)

    @property
    def page_size(self) -> int:
        return self.limit or (VIDEOS_AT_A_TIME if self.by_video else PAGE)

    @classmethod
    def of(cls, parameters: Parameters) -> "SearchState":
        """Read from an address. Raises RequestError `bad_parameter`; names that are not known are passed over."""

        def last(key: str) -> str:
            return (parameters.getlist(key) or [""])[-1]

        return cls(
            text=last("text"),
            image=last("image"),
            weight=_number("weight", last("weight") or "0.5"),
            match=_match(last("match") or "all"),
            then=last("then"),
            within_s=_number("within_s", last("within_s") or "30"),
            collection=tuple(parameters.getlist("collection")),
            video=tuple(parameters.getlist("video")),
            semantic_class=tuple(_whole("class", value) for value in parameters.getlist("class")),
            concept=tuple(parameters.getlist("concept")),
            objects=tuple(parameters.getlist("objects")),
            keyword=tuple(parameters.getlist("keyword")),
            language=tuple(parameters.getlist("language")),
            where=tuple(parameters.getlist("where")),
            dated_from=last("from").strip(),
            dated_to=last("to").strip(),
            **{name: last(name).strip() for name in OF_PHOTOS},
            group=tuple(parameters.getlist("group")),
            min_s=_optional("min_s", last("min_s")),
            max_s=_optional("max_s", last("max_s")),
            from_s=_optional("from_s", last("from_s")),
            to_s=_optional("to_s", last("to_s")),
            score=_optional("score", last("score")),
            like=tuple(parameters.getlist("like")),
            unlike=tuple(parameters.getlist("unlike")),
            by_video=last("by_video").lower() in ("1", "true", "yes"),
            copies=last("copies").lower() in ("1", "true", "yes"),
            rerank=last("rerank").lower() in ("1", "true", "yes"),
            limit=_whole("limit", last("limit") or "0"),
            offset=_whole("offset", last("offset") or "0"),
            shot=last("shot"),
        )

    def query(self) -> str:
        """As the query of an address; what is as usual is left out."""
        usual = SearchState()
        changed = {name: value for name, value in self.__dict__.items() if value != getattr(usual, name)}
        return urlencode(
            [
                (_WRITTEN_AS.get(name, name), _written(one))
                for name, value in changed.items()
                for one in (value if isinstance(value, tuple) else (value,))
            ]
        )

    def with_(self, **changes: object) -> "SearchState":
        return replace(self, **changes)  # type: ignore[arg-type]

    def request(self, pictures: KnowsPictures, *, facets: bool = False) -> Request:
        """The question to the finder; `facets`: with what it can be narrowed by.

        Raises RequestError for whatever is wrong with it.
        """
        if self.page_size > MOST_AT_ONCE:
            raise RequestError("bad_limit", f"{self.limit} results are asked for; at most {MOST_AT_ONCE} come at once.")
        return Request(
            text=self.text,
            image=pictures.get(self.image) if self.image else None,
            text_share=self.weight,
            match=self.match,
            then=self.then,
            within_s=self.within_s,
            like=self.like,
            unlike=self.unlike,
            filter=Filter(
                collections=self.collection,
                video_ids=self.video,
                classes=self.semantic_class,
                concepts=self.concept,
                objects=object_conditions(self.objects),
                groups=self.group,
                min_duration_s=self.min_s,
                max_duration_s=self.max_s,
                from_s=self.from_s,
                to_s=self.to_s,
                languages=asked_languages(self.language),
                listed=listed_conditions(self.where),
                dated=period(self.dated_from, self.dated_to),
                photos=photo_filter(self.keyword, self.near, self.box),
            ),
            facets=facets,
            limit=self.page_size,
            offset=self.offset,
            by_video=self.by_video,
            copies=self.copies,
            score_threshold=self.score,
            rerank=self.rerank,
        )


def _written(value: object) -> str:
    return "1" if value is True else f"{value:.10g}" if isinstance(value, float) else str(value)


def _match(text: str) -> Match:
    known: dict[str, Match] = {name: name for name in get_args(Match)}
    if text not in known:
        raise RequestError("bad_parameter", f"match is one of {', '.join(known)}, not {text[:60]!r}.")
    return known[text]


def _optional(name: str, text: str) -> float | None:
    return _number(name, text) if text else None


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise RequestError("bad_parameter", f"{name} must be a number, not {text[:60]!r}.")
    return number


def _whole(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise RequestError("bad_parameter", f"{name} must be a whole number, not {text[:60]!r}.") from None
