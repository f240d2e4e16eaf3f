"""Whatever passes a filter, without a question: shots in order of video and time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from archive_pipeline.search.answer import Found, FoundVideo
from archive_pipeline.search.index import ShotReader
from archive_pipeline.search.model import Filter, Position
from archive_pipeline.search.sources import Askable


class Listing:
    """Which videos have any, and how many, is counted by the index; where shots stand is read of the videos of a page
    alone, and what is stored beside them of the shots that it shows.

    A video that two spaces hold (its collection has just changed the model) is read from the first.
    """

    def __init__(self, reader: ShotReader, spaces: Iterable[Askable], wanted: Filter) -> None:
        self._reader = reader
        self.parts: list[tuple[Askable, Filter]] = []
        """Each space with the filter for what is listed from it."""
        counts: dict[str, tuple[Askable, int]] = {}
        for space in spaces:
            own = reader.points_by_video(space.space, wanted)
            twice = sorted(own.keys() & counts.keys())  # and not all that is known: that may be 25,000 ids a question
            narrowed = replace(wanted, without_video_ids=(*wanted.without_video_ids, *twice)) if twice else wanted
            counts = {video_id: (space, n) for video_id, n in own.items()} | counts
            self.parts.append((space, narrowed))
        self.wanted = wanted
        self._counts = dict(sorted(counts.items()))

    @property
    def n_shots(self) -> int:
        return sum(n for _, n in self._counts.values())

    @property
    def n_videos(self) -> int:
        return len(self._counts)

    def shots(self, page: slice) -> list[Found]:
        """Those from `page.start` to before `page.stop`."""
        concerned: list[str] = []
        first = before = 0
        for video_id, (_, n) in self._counts.items():
            if before >= page.stop:
                break
            if before + n > page.start:
                first = first if concerned else before
                concerned.append(video_id)
            before += n
        keys = [key for own in self._ordered(concerned).values() for key in own]
        shown = keys[page.start - first : page.stop - first]
        found = self._read(shown)
        return [found[key] for key in shown if key in found]

    def videos(self, page: slice, per_video: int) -> Iterator[FoundVideo]:
        """Those from `page.start` to before `page.stop`, each with its first shots."""
        shown = {video_id: own[:per_video] for video_id, own in self._ordered(list(self._counts)[page]).items()}
        found = self._read([key for own in shown.values() for key in own])
        for rank, (video_id, own) in enumerate(shown.items(), start=page.start + 1):
            yield FoundVideo(rank, video_id, tuple(found[key] for key in own if key in found))

    def _ordered(self, video_ids: Sequence[str]) -> dict[str, list[str]]:
        """Ids of all that is listed of each of the videos, in order."""
        own: dict[str, dict[str, Position]] = {video_id: {} for video_id in video_ids}
        for space, wanted in self.parts:
            its = tuple(video_id for video_id in video_ids if self._counts[video_id][0] is space)
            if its:
                for key, position in self._reader.positions(space.space, replace(wanted, video_ids=its)).items():
                    own[position.video_id][key] = position
        return {video_id: sorted(keys, key=lambda key, at=keys: (at[key], key)) for video_id, keys in own.items()}  # type: ignore[misc]

    def _read(self, keys: Sequence[str]) -> dict[str, Found]:
        """Those of the shots that are still there, by id."""
        found: dict[str, Found] = {}
        for space, _ in self.parts:
            if missing := frozenset(keys) - found.keys():
                for key, payload in self._reader.payloads(space.space, Filter(ids=missing)).items():
                    found[key] = Found(0, key, 1.0, payload, space.model, by_picture=False)
        return found
