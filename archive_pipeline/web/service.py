"""What pages and API both do: ask the archive beside the event loop, a bounded number at a time."""

import os

from archive_pipeline.collections.embargo import cleared
from archive_pipeline.errors import RequestError
from archive_pipeline.search.model import is_shot_id
from archive_pipeline.stages.likely_places import likely_places
from archive_pipeline.web.api import convert, models
from archive_pipeline.web.api.photo_models import PlacesOut
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.lanes import Lane
from archive_pipeline.web.state import MOST_AT_ONCE, SearchState


class Service:
    """One for the application; its lanes keep one kind of work from standing in the way of another."""

    def __init__(self, archive: WebArchive) -> None:
        cores = os.cpu_count() or 2
        self.archives = (archive, archive.with_embargoed())
        self.search_lane = Lane("a search", n_threads=2 * cores, n_waiting=100)
        self.pictures_lane = Lane("a picture", n_threads=2, n_waiting=8)  # each may hold 200 MB while it is decoded
        self.clips_lane = Lane("a preview", n_threads=cores + 2, n_waiting=40)
        self.playground_lane = Lane("the playground", n_threads=4, n_waiting=8)  # mostly they wait for the server
        self.detectors_lane = Lane("a detector", n_threads=1, n_waiting=8)  # a model serves one thread at a time
        self.exports_lane = Lane("an export", n_threads=2, n_waiting=20)
        self.maps_lane = Lane("a map", n_threads=2, n_waiting=20)

    @property
    def archive(self) -> WebArchive:
        """What may be read by whoever asks in this context; to be taken anew for each request, and never kept."""
        return self.archives[cleared.get()]

    async def search(self, state: SearchState, *, facets: bool = False) -> models.SearchAnswer:
        """`facets`: with what it can be narrowed by.

        Raises RequestError for what is wrong with the search; ConfigurationError and PassingError from the index.
        """
        archive = self.archive
        return await self.search_lane.run(
            lambda: convert.answer(archive, archive.finder.find(state.request(archive.pictures, facets=facets)))
        )

    async def facets(self) -> models.FacetsOut:
        """What the whole archive can be narrowed by."""
        archive = self.archive
        return await self.search_lane.run(lambda: convert.facets(archive.finder.facets()))

    async def curve(self, video_id: str, state: SearchState) -> models.CurveOut:
        archive = self.archive

        def compute() -> models.CurveOut:
            archive.programmes.get(video_id)
            return convert.curve(archive.finder.curve(video_id, state.request(archive.pictures)))

        return await self.search_lane.run(compute)

    async def places(self, photo_id: str) -> PlacesOut:
        """Where a photo may have been taken. Raises RequestError `unknown_photo`, ConfigurationError."""
        archive = self.archive

        def guess() -> PlacesOut:
            return PlacesOut.model_validate(
                likely_places(archive.photo(photo_id), archive.settings), from_attributes=True
            )

        return await self.playground_lane.run(guess)

    async def shot_on(self, video_id: str, time_s: float) -> models.Shot | None:
        """The shot of today's that is on at a time, where the one that was asked for is another by now: its boundaries
        were put right, or it was ingested again. Raises RequestError `unknown_video`, `video_not_ready`."""
        row = self.archive.programmes.get(video_id).shot_at(time_s)
        return next(iter(await self.shots([row["shot_id"]])), None)

    async def shots(self, ids: list[str]) -> list[models.Shot]:
        """Those of the shots that are there, in that order."""
        if len(ids) > MOST_AT_ONCE:
            raise RequestError("bad_limit", f"{len(ids)} shots are asked for; at most {MOST_AT_ONCE} come at once.")
        if not all(is_shot_id(key) for key in ids):
            raise RequestError("bad_shot_id", "One of the ids is not the id of a shot.")
        archive = self.archive

        def collect() -> list[models.Shot]:
            found = archive.finder.shots(ids)
            shots = (convert.shot(archive, found[key]) for key in dict.fromkeys(ids) if key in found)
            return [shot for shot in shots if shot]

        return await self.search_lane.run(collect)
