"""What a list can be narrowed by: every shot of it is counted, by the index, since a list has no best ones."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from archive_pipeline.search.answer import Facet, Facets
from archive_pipeline.search.counted import is_keyword
from archive_pipeline.search.dates import Period, clock_s
from archive_pipeline.search.facets import MOST_VALUES, most_frequent
from archive_pipeline.search.index import Counted, ShotReader
from archive_pipeline.search.listed import askable_heading, listed_key
from archive_pipeline.search.listing import Listing
from archive_pipeline.search.model import Filter, ShotPayload

_DECADES = (180, 212)
"""From before the first photograph (1826) on: 32, so that five halvings come to one."""
_MOST_KEYS = 10_000
"""Of a list's columns: a synopsis is one a video, and none is shown."""


def listing_facets(reader: ShotReader, listing: Listing) -> Facets:
    """As `count_facets` counts a ranking, but that a shot whose date may lie in two decades is counted in both: a count
    is what remains when its value is chosen."""

    def counts(field: Counted, most: int = _MOST_KEYS) -> Counter[str]:
        found: Counter[str] = Counter()
        for space, wanted in listing.parts:
            found.update(reader.counts(space.space, field, wanted, most))
        return found

    concepts = Counter({name: n for name, n in counts("concepts").items() if not is_keyword(name)})
    facets = [
        Facet("collection", most_frequent(counts("collection"))),
        Facet("decade", tuple(_decades(reader, listing))),
        Facet("language", most_frequent(counts("languages"))),
        Facet("concept", most_frequent(concepts)),
    ]
    if len(listing.wanted.video_ids) == 1 and not _is_of_photos(reader, listing):
        facets.append(Facet("class", most_frequent(counts("class"))))
    columns = _columns(reader, listing, counts("columns"))
    return Facets(listing.n_shots, (*(facet for facet in facets if facet.counts), *columns))


def _is_of_photos(reader: ShotReader, listing: Listing) -> bool:
    return any(one.is_photo for one in _examples(reader, listing, [listing.wanted]) if one)


def _decades(reader: ShotReader, listing: Listing) -> Iterator[tuple[str, int]]:
    """In order."""

    def within(first: int, behind: int) -> Iterator[tuple[str, int]]:
        asked = _both(listing.wanted.dated, Period(_begin_s(first), _begin_s(behind)))
        dated = [(space.space, replace(wanted, dated=asked)) for space, wanted in listing.parts if asked]
        n = sum(reader.count(space, wanted) for space, wanted in dated)
        if not n:
            return
        if behind - first == 1:
            yield str(10 * first), n
            return
        middle = (first + behind) // 2
        yield from within(first, middle)
        yield from within(middle, behind)

    if listing.n_shots:
        yield from within(*_DECADES)


def _begin_s(decade: int) -> float:
    return clock_s(datetime(10 * decade, 1, 1))


def _both(one: Period, other: Period) -> Period | None:
    """What lies in both; None where nothing does."""
    from_s = max((at for at in (one.from_s, other.from_s) if at is not None), default=None)
    before_s = min((at for at in (one.before_s, other.before_s) if at is not None), default=None)
    is_empty = from_s is not None and before_s is not None and from_s >= before_s
    return None if is_empty else Period(from_s, before_s)


def _columns(reader: ShotReader, listing: Listing, counted: Counter[str]) -> Iterator[Facet]:
    """Headings and values as one of the shots that have them writes them. A column in which no two of several videos
    have the same is counted where the list is narrowed by it, and where it is of one video."""
    columns: dict[str, list[str]] = {}
    for key, _ in most_frequent(counted, most=_MOST_KEYS):
        columns.setdefault(key.partition("=")[0], []).append(key)
    columns.pop("", None)  # `#`, `€`: nobody could ask for it
    shown = {key: None for keys in columns.values() for key in keys[:MOST_VALUES]}
    narrowed = [replace(listing.wanted, listed=(*listing.wanted.listed, (key,))) for key in shown]
    written = dict(zip(shown, _examples(reader, listing, narrowed), strict=True))
    elsewhere = [
        replace(one, without_video_ids=(*one.without_video_ids, example.video_id))
        for one, example in zip(narrowed, written.values(), strict=True)
        if example
    ]
    others = iter(_examples(reader, listing, elsewhere))
    is_shared = {key: example is not None and next(others) is not None for key, example in written.items()}
    asked = {key for group in listing.wanted.listed for key in group}
    for keys in columns.values():
        own = [key for key in keys[:MOST_VALUES] if written[key]]
        if own and (listing.n_videos == 1 or any(is_shared[key] or key in asked for key in own)):
            texts = [(_as_written(written[key], key), counted[key]) for key in own]
            yield Facet("where", tuple((value, n) for (_, value), n in texts), askable_heading(texts[0][0][0]))


def _as_written(example: ShotPayload | None, key: str) -> tuple[str, str]:
    """Heading and value; as they are compared, where a point is of a version that compared otherwise."""
    heading, _, value = key.partition("=")
    listed = example.listed if example else ()
    return next((column for column in listed if listed_key(*column) == key), (heading, value))


def _examples(reader: ShotReader, listing: Listing, filters: Sequence[Filter]) -> list[ShotPayload | None]:
    """For each filter a shot of the list that passes it, or of a video of the list as another space holds it."""
    found: list[ShotPayload | None] = [None] * len(filters)
    for space, _ in listing.parts:
        missing = [place for place, one in enumerate(found) if one is None]
        for place, one in zip(
            missing, reader.examples(space.space, [filters[place] for place in missing]), strict=True
        ):
            found[place] = one
    return found
