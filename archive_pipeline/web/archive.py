"""Everything that the pages and the API read, opened once for the life of the application."""

import threading
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from archive_pipeline.collections.collection_files import load_collections
from archive_pipeline.errors import RequestError
from archive_pipeline.search.answer import Found
from archive_pipeline.search.finder import Finder
from archive_pipeline.search.model import is_shot_id
from archive_pipeline.settings import Settings
from archive_pipeline.stages.archive_search import open_finder
from archive_pipeline.store.arrays import embedding_matrix
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.reviews import Reviews
from archive_pipeline.store.stills import Still, Stills
from archive_pipeline.web.concepts import ConceptNames
from archive_pipeline.web.database import Published
from archive_pipeline.web.descriptions import Descriptions
from archive_pipeline.web.kept_files import KeptFiles
from archive_pipeline.web.layout.collection_maps import CollectionMaps
from archive_pipeline.web.layout.maps import Map, Maps
from archive_pipeline.web.layout.shot_map import ShotMap
from archive_pipeline.web.media.clips import Clip, Clips
from archive_pipeline.web.pictures import QueryPictures
from archive_pipeline.web.programme import Programme, Programmes
from archive_pipeline.web.sources import source_file
from archive_pipeline.web.uploads import Uploads

_FRAMES_ON_A_MAP = 3000
"""Of a longer video, every n-th frame: more dots than that lie on top of each other."""


@dataclass(frozen=True, eq=False)
class PlacedFrames:
    """The frames of a video and where they are on its map; `frames` has a row for each position."""

    frames: pl.DataFrame
    map: Map


class WebArchive:
    """Reads, from several threads; what it writes are caches of its own in `ARCHIVE_HOME/cache`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        kept = KeptFiles(settings.home / "cache" / "lake", int(settings.lake_cache_gb * 1e9))
        self.lake = Lake(settings.lake_place, kept)
        self.catalogue = Catalogue(settings.database)
        self.programmes = Programmes(self.catalogue, self.lake)
        self.descriptions = Descriptions(self.lake)
        self.published = Published(settings.database_link, settings.lake_place)
        self.reviews = Reviews(self.lake)
        self.uploads = Uploads(settings, self.catalogue)
        self.pictures = QueryPictures(settings.home / "cache" / "pictures")
        self.clips = Clips(settings.home / "cache" / "previews", settings.ffmpeg)
        self.concepts = ConceptNames(settings.own_vocabularies, self.published)
        self._maps = Maps(settings.home / "cache" / "maps")
        self._stills = Stills(self.lake)

    @cached_property
    def finder(self) -> Finder:
        return open_finder(self.settings)

    @cached_property
    def _collection_maps(self) -> CollectionMaps:
        return CollectionMaps(self.settings, self.catalogue, self.finder.reader)

    def warm(self) -> None:
        """Go on with what was begun; load what the first question would wait for, in a thread of its own."""
        self.uploads.go_on()
        threading.Thread(target=self.finder.warm, name="warm", daemon=True).start()

    def close(self) -> None:
        self.uploads.close()
        self._collection_maps.close()
        self.finder.close()
        self.published.close()

    def still(self, video_id: str, time_s: float) -> Still:
        """Raises RequestError `unknown_video`, `no_picture_kept`."""
        found = self._stills.at(self.programmes.entry(video_id).name, time_s)
        if found is None:
            raise RequestError(
                "no_picture_kept", f"No picture of {video_id} is kept: the collection's retention is `none`."
            )
        return found

    def photo(self, photo_id: str) -> bytes:
        """Its picture, a JPEG. Raises RequestError `bad_shot_id`, `unknown_photo`."""
        if not is_shot_id(photo_id):
            raise RequestError("bad_shot_id", "This is not the id of a photo.")
        found = self.finder.shots([photo_id]).get(photo_id)
        album = VideoName.from_video_id(found.shot.video_id) if found and found.shot.is_photo else None
        jpeg = self._stills.of_photo(album, photo_id) if album else None
        if jpeg is None:
            raise RequestError("unknown_photo", f"There is no photo {photo_id} in this archive.")
        return jpeg

    def clip(self, video_id: str, number: int) -> Clip:
        """Raises RequestError `unknown_video`, `video_not_ready`, `source_gone`, and what `Clips.get` raises."""
        programme = self.programmes.get(video_id)
        source = source_file(self.programmes.entry(video_id), self.settings.collection_folders)
        return self.clips.get(programme, source, number)

    def shots(self, ids: list[str]) -> list[tuple[Found, Programme]]:
        """Shots by id, in that order, with their videos; photos, and those that are not there any more, are left out.

        Raises RequestError `bad_shot_id`.
        """
        if not all(is_shot_id(key) for key in ids):
            raise RequestError("bad_shot_id", "One of the ids is not the id of a shot.")
        found = self.finder.shots(ids)
        known = [found[key] for key in dict.fromkeys(ids) if key in found and not found[key].shot.is_photo]
        return [(one, self.programmes.get(one.shot.video_id)) for one in known]

    def titles(self) -> dict[str, str]:
        """Title by name of every collection that can be searched."""
        described, _ = load_collections(self.settings.collection_folders)
        titles = {collection.name: collection.title for collection in described}
        return {name: titles.get(name) or name for name in self.finder.collections()}

    def collection_map(self, collection: str) -> ShotMap:
        """Raises RequestError `unknown_collection`, `nothing_to_map`, PassingError `map_not_made`."""
        if collection not in self.finder.collections():
            raise RequestError("unknown_collection", f"There is no collection {collection!r}.")
        return self._collection_maps.of(collection)

    def frame_map(self, video_id: str) -> PlacedFrames:
        """Raises RequestError `unknown_video`, `video_not_ready`."""
        programme = self.programmes.get(video_id)
        frames = self.lake.read("frames", programme.name).sort("frame")
        embeddings = self.lake.read("embeddings", programme.name).sort("frame")
        step = -(-frames.height // _FRAMES_ON_A_MAP)
        chosen = np.arange(0, frames.height, step)
        keys = [f"{programme.sha256}:{frame}" for frame in frames["frame"].to_numpy()[chosen]]
        matrix = embedding_matrix(embeddings[chosen.tolist()])
        return PlacedFrames(frames[chosen.tolist()], self._maps.of(keys, matrix))
