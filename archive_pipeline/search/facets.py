"""What the best shots of an answer have in common: how many are of each collection, decade, language …, so that a
person sees what a question can be narrowed by."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from archive_pipeline.search.answer import Facet, Facets, Found
from archive_pipeline.search.dates import decade_of
from archive_pipeline.search.listed import askable_heading, listed_key
from archive_pipeline.search.model import Filter

COUNTED = 200
"""So many of the best shots are counted, or all if there are fewer: as many as a ranking reads in any case."""
MOST_VALUES = 20
"""Of a facet are shown."""


def count_facets(found: Sequence[Found], wanted: Filter) -> Facets:
    """`wanted` is what they pass. Classes are counted where it is of one video, since each numbers its own; a column in
    which no two of several videos have the same (a tape, a synopsis) only where it is narrowed by that column."""
    counts: dict[str, Counter[str]] = {
        name: Counter() for name in ("match", "collection", "decade", "language", "concept", "class")
    }
    for one in found:
        shot = one.shot
        counts["match"].update(["picture"] * one.by_picture + ["words"] * one.by_words)
        counts["collection"][shot.collection] += 1
        counts["language"].update(shot.languages)
        counts["concept"].update(shot.concepts)
        if shot.taken_s is not None:
            decade = decade_of(shot.taken_s, shot.taken_s + 1 if shot.taken_before_s is None else shot.taken_before_s)
            counts["decade"].update([] if decade is None else [str(decade)])
        if len(wanted.video_ids) == 1 and not shot.is_photo:
            counts["class"][str(shot.semantic_class)] += 1
    if not counts["match"]["words"]:  # found by its picture is then all that there is
        counts["match"].clear()
    facets = [Facet(name, most_frequent(of)) for name, of in counts.items() if of]
    facets = [Facet(one.name, tuple(sorted(one.counts))) if one.name == "decade" else one for one in facets]
    return Facets(len(found), (*facets, *_columns(found, wanted)))


def _columns(found: Sequence[Found], wanted: Filter) -> Iterator[Facet]:
    """Headings and values are shown as they are written most often, whatever their case and accents elsewhere."""
    headings: dict[str, Counter[str]] = defaultdict(Counter)
    written: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    videos: dict[str, set[str]] = defaultdict(set)
    for one in found:
        for heading, value in one.shot.listed:
            key = listed_key(heading, value)
            column = key.partition("=")[0]
            if not column:  # `#`, `€`: nobody could ask for it
                continue
            headings[column][askable_heading(heading)] += 1
            written[column][key][value] += 1
            videos[key].add(one.shot.video_id)
    narrowed = {key for group in wanted.listed for key in group}
    of_one_video = len({one.shot.video_id for one in found}) == 1
    for column, values in written.items():
        if of_one_video or any(len(videos[key]) > 1 or key in narrowed for key in values):
            counts = Counter({of.most_common(1)[0][0]: of.total() for of in values.values()})
            yield Facet("where", most_frequent(counts), headings[column].most_common(1)[0][0])


def most_frequent(counts: Counter[str], most: int = MOST_VALUES) -> tuple[tuple[str, int], ...]:
    """With their counts, the most frequent first."""
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:most])
