"""Names in a filter that nothing has: an error with the nearest that there are, since a typing error finds nothing.

What could be there, and is of no shot yet, is no error but a hint (`hints.py`): nobody may have looked for it.
"""

from collections.abc import Collection, Iterable, Sequence

from archive_pipeline.errors import UnknownNameError
from archive_pipeline.search import hints
from archive_pipeline.search.answer import Hint
from archive_pipeline.search.counted import is_keyword
from archive_pipeline.search.index import Counted, ShotReader
from archive_pipeline.search.model import EVERYTHING, Filter
from archive_pipeline.search.photo_filter import PhotoFilter
from archive_pipeline.search.sources import Sources
from archive_pipeline.suggestions import nearest


class KnownNames:
    """Those of the index and of its sources at one moment."""

    def __init__(self, reader: ShotReader, sources: Sources) -> None:
        self._reader = reader
        self._sources = sources

    def check_collections(self, wanted: Filter) -> None:
        """Raises UnknownNameError `unknown_collection`."""
        for name in sorted(set(wanted.collections) - self._sources.collections):
            there = f"There are: {', '.join(sorted(self._sources.collections)) or 'none yet'}."
            known = self._sources.collections
            raise _unknown("unknown_collection", f"There is no collection {name!r}", name, known, there)

    def indexed(self, video_ids: Sequence[str]) -> set[str]:
        """Those of the videos that have any shot in the index."""
        return self._counted("video_id", Filter(video_ids=tuple(video_ids))) if video_ids else set()

    def check_videos(self, wanted: Filter) -> list[Hint]:
        """What there is to say of some that are not indexed. Raises UnknownNameError `unknown_video` where none is."""
        if not wanted.video_ids or not self._sources.spaces:
            return []
        indexed = self.indexed(wanted.video_ids)
        missing = sorted(set(wanted.video_ids) - indexed)
        if not indexed:
            same = tuple(name for name in [missing[0].partition("/")[0]] if name in self._sources.collections)
            known = self._counted("video_id", Filter(collections=same))
            there = "archive-pipeline status tells what failed or was not ingested yet."
            raise _unknown("unknown_video", f"There is no video {missing[0]!r} to search in", missing[0], known, there)
        return [hints.videos_nowhere(missing)] if missing else []

    def about_nothing(self, wanted: Filter) -> list[Hint]:
        """Where nothing was found: what nothing has because nobody looked. Raises UnknownNameError `unknown_concept`,
        `unknown_column` for what is known to nobody."""
        return [
            *self._about_concepts(wanted.concepts),
            *self._about_objects(wanted.objects),
            *self._about_keywords(wanted.photos.keywords),
            *self._about_languages(wanted.languages),
            *self._about_columns(wanted.listed),
        ]

    def _about_concepts(self, wanted: Sequence[str]) -> list[Hint]:
        absent = [name for name in wanted if not self._has(Filter(concepts=(name,)))]
        if not absent:
            return []
        known = self._sources.concepts() | {one for one in self._counted("concepts") if not is_keyword(one)}
        for name in absent:
            if name not in known:
                there = "archive-pipeline vocabularies list shows those that there are."
                raise _unknown("unknown_concept", f"There is no concept {name!r}", name, known, there)
        return [hints.concepts_nowhere(absent)]

    def _about_objects(self, wanted: Sequence[str]) -> list[Hint]:
        """Labels are detectors' own, so that nobody can tell an unknown one from one that was never found."""
        absent = [name for name in wanted if not self._has(Filter(objects=(name,)))]
        if not absent:
            return []
        found = {name.partition(">=")[0] for name in self._counted("concepts") if is_keyword(name)}
        near = {near for name in absent for near in nearest(name.partition(">=")[0], found)}
        return [hints.objects_nowhere(absent, sorted(near))]

    def _about_keywords(self, wanted: Sequence[str]) -> list[Hint]:
        absent = [name for name in wanted if not self._has(Filter(photos=PhotoFilter((name,))))]
        return [hints.keywords_nowhere(absent)] if absent else []

    def _about_languages(self, wanted: Sequence[str]) -> list[Hint]:
        if not wanted or self._has(Filter(languages=tuple(wanted))):
            return []
        return [hints.languages_nowhere(wanted, sorted(self._counted("languages")))]

    def _about_columns(self, wanted: Sequence[Sequence[str]]) -> list[Hint]:
        absent = [group for group in wanted if not self._has(Filter(listed=(tuple(group),)))]
        if not absent:
            return []
        values = self._counted("columns")
        columns = {key.partition("=")[0] for key in values}
        for group in absent:
            asked = [key.partition("=")[0] for key in group]
            if columns and columns.isdisjoint(asked):
                there = "Dates are asked for by from and to, titles by words."
                raise _unknown("unknown_column", f"There is no column {asked[-1]!r}", asked[-1], columns, there)
        keys = [key for group in absent for key in group]
        near = {near for key in keys for near in _nearest_beside(key, values, "=")}
        return [hints.listed_nowhere(keys, sorted(near))]

    def _has(self, wanted: Filter) -> bool:
        return any(self._reader.count(space.space, wanted) for space in self._sources.spaces)

    def _counted(self, what: Counted, wanted: Filter = EVERYTHING) -> set[str]:
        """Every value that the points of any space have."""
        return {value for space in self._sources.spaces for value in self._reader.counts(space.space, what, wanted)}


def _nearest_beside(name: str, known: Iterable[str], mark: str) -> tuple[str, ...]:
    """The nearest of those that begin as the name does up to the mark, by what follows it: `programme=abc` and
    `programme=xyz` are alike in most of their letters and in nothing that was meant."""
    head, _, written = name.partition(mark)
    beside = {one.removeprefix(head + mark): one for one in known if one.startswith(head + mark)}
    return tuple(beside[near] for near in nearest(written, beside))


def _unknown(code: str, said: str, name: str, known: Collection[str], there: str) -> UnknownNameError:
    own = name.partition("/")[2]  # a video's path without its collection, a concept without its vocabulary
    near = _nearest_beside(name, known, "/") or nearest(own or name, known)
    meant = f"; did you mean {' or '.join(near)}?" if near else "."
    return UnknownNameError(code, f"{said}{meant} {there}", near)
