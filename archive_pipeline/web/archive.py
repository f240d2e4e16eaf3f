"""Everything that the pages and the API read, opened once for the life of the application."""

import threading
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

import numpy as np
import polars as pl

from archive_pipeline.collections.collection_files import load_collections
from archive_pipeline.collections.embargo import NOTHING, Embargo, Withheld
from archive_pipeline.errors import RequestError
from archive_pipeline.search.configured import open_index
from archive_pipeline.search.finder import Finder
from archive_pipeline.search.index import ShotReader
from archive_pipeline.search.model import is_shot_id
from archive_pipeline.settings import Settings
from archive_pipeline.stages.archive_search import finder_over, visible
from archive_pipeline.store.arrays import embedding_matrix
from archive_pipeline.store.baskets import Baskets
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.group_names import GroupNames
from archive_pipeline.store.judgements import Judgements
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.reviews import Reviews
from archive_pipeline.store.saved_searches import SavedSearches
from archive_pipeline.store.stills import Still, Stills
from archive_pipeline.web.baskets import Cutting
from archive_pipeline.web.concepts import ConceptNames
from archive_pipeline.web.corrections import Correcting, Following
from archive_pipeline.web.database import Published
from archive_pipeline.web.descriptions import Descriptions
from archive_pipeline.web.judging import Judging
from archive_pipeline.web.kept_files import KeptFiles
from archive_pipeline.web.keywords import Keywords
from archive_pipeline.web.layout.collection_maps import CollectionMaps
from archive_pipeline.web.layout.maps import Map, Maps
from archive_pipeline.web.layout.shot_map import ShotMap
from archive_pipeline.web.mass_analysis import MassAnalyses, MassAnalysis
from archive_pipeline.web.media.clips import Clip, Clips
from archive_pipeline.web.objects import ObjectLabels
from archive_pipeline.web.pictures import QueryPictures
from archive_pipeline.web.programme import Programmes
from archive_pipeline.web.saved_searches import Watching
from archive_pipeline.web.selections import Selections
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
    """Reads, from several threads; what it writes are caches of its own in `ARCHIVE_HOME/cache`.

    What collections withhold is in none of its parts; `with_embargoed` makes the archive that has it, for who has the
    word. Whatever reads videos is made here, of an index, a database and programmes without them: nothing that asks
    these needs to know of an embargo.
    """

    def __init__(self, settings: Settings, beside: "WebArchive | None" = None) -> None:
        """`beside`: the archive without what is withheld, whose index and caches this one shares."""
        self.settings = settings
        self._beside = beside
        kept = KeptFiles(settings.home / "cache" / "lake", int(settings.lake_cache_gb * 1e9))
        self.lake: Lake = beside.lake if beside else Lake(settings.lake_place, kept)
        self.catalogue: Catalogue = beside.catalogue if beside else Catalogue(settings.database)
        folders = settings.collection_folders
        self._embargo: Embargo = beside._embargo if beside else Embargo(folders, self.lake, self.catalogue)
        self.programmes = Programmes(self.catalogue, self.lake, self.allows)
        self.descriptions = Descriptions(self.lake)
        self.published = Published(settings.database_link, settings.lake_place, embargoed=beside is not None)
        self.reviews = Reviews(self.lake)
        self.group_names = GroupNames(self.lake)
        self._following: Following = beside._following if beside else Following(settings, self.lake, self.catalogue)
        self.correcting = Correcting(self.lake, self.programmes, self._following)
        self.uploads: Uploads = beside.uploads if beside else Uploads(settings, self.catalogue)
        self.analyses: MassAnalyses = beside.analyses if beside else MassAnalyses(settings, self.catalogue)
        self.pictures = QueryPictures(settings.home / "cache" / "pictures")
        self.clips: Clips = beside.clips if beside else Clips(settings.home / "cache" / "previews", settings.ffmpeg)
        self.concepts = ConceptNames(settings.own_vocabularies, self.published)
        self.objects = ObjectLabels(self.published)
        self.keywords = Keywords(self.published)
        self._maps = Maps(settings.home / "cache" / "maps")
        self._stills = Stills(self.lake)

    def with_embargoed(self) -> "WebArchive":
        """The same archive with what is withheld."""
        return WebArchive(self.settings, beside=self)

    def allows(self, video_id: str) -> bool:
        """Whether a video may be seen here."""
        return self._beside is not None or self._embargo.allows(video_id)

    @property
    def withheld(self) -> Withheld:
        """What is not in it."""
        return NOTHING if self._beside else self._embargo.now()

    @cached_property
    def _index(self) -> ShotReader:
        settings = self.settings
        return open_index(settings.qdrant_dir, settings.qdrant_url, settings.qdrant_key, read_only=True)

    @cached_property
    def finder(self) -> Finder:
        return finder_over(self.settings, self._beside._index if self._beside else visible(self._index, self._embargo))

    @cached_property
    def selections(self) -> Selections:
        return Selections(
            self.lake,
            self.programmes,
            self.descriptions,
            lambda ids: self.finder.shots(list(ids)),
            lambda programme: quote(programme.path),  # beside the list, wherever who asks has the sources
        )

    @cached_property
    def cutting(self) -> Cutting:
        return Cutting(Baskets(self.lake, self.allows), self.selections)

    @cached_property
    def judging(self) -> Judging:
        return Judging(self.finder, Judgements(self.lake))

    @cached_property
    def watching(self) -> Watching:
        """What is looked at and counted is kept as everybody sees it; who has the word is told what it is to them."""
        beside = self._beside
        return Watching(
            self.finder,
            self.catalogue,
            self.pictures,
            beside.watching.searches if beside else SavedSearches(self.lake),
            withheld=lambda: self.withheld,
            private_webhooks=self.settings.private_addresses,
            for_all=beside.finder if beside else None,
        )

    @cached_property
    def _collection_maps(self) -> CollectionMaps:
        return CollectionMaps(self.settings, self.catalogue, self._index)

    def warm(self) -> None:
        """Go on with what was begun; load what the first question would wait for, in a thread of its own."""
        self.uploads.go_on()
        self.analyses.go_on()
        self._following.begin()
        threading.Thread(target=self.finder.warm, name="warm", daemon=True).start()

    def close(self) -> None:
        self.published.close()
        if self._beside is None:
            self.uploads.close()
            self.analyses.close()
            self._following.close()
            self._collection_maps.close()
            self.finder.close()

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

    def analysis(self, collection: str) -> MassAnalysis:
        """Of what may be seen here. Raises as `MassAnalyses.of`."""
        is_whole = collection not in self.withheld.collections
        return self.analyses.of(collection, self.published, is_whole=is_whole)

    def titles(self) -> dict[str, str]:
        """Title by name of every collection that can be searched."""
        described, _ = load_collections(self.settings.collection_folders)
        titles = {collection.name: collection.title for collection in described}
        return {name: titles.get(name) or name for name in self.finder.collections()}

    def photo_titles(self) -> dict[str, str]:
        """Title by name of every collection of photos that can be searched."""
        rows = self.published.counted("albums", "SELECT DISTINCT collection FROM albums")
        described, _ = load_collections(self.settings.collection_folders)
        names = {row["collection"] for row in rows} | {one.name for one in described if one.kind == "photos"}
        return {name: title for name, title in self.titles().items() if name in names}

    def collection_map(self, collection: str) -> ShotMap:
        """Raises RequestError `unknown_collection`, `nothing_to_map`, PassingError `map_not_made`."""
        if collection not in self.finder.collections():
            raise RequestError("unknown_collection", f"There is no collection {collection!r}.")
        whole = (self._beside or self)._collection_maps.of(collection)
        return whole.without(self.withheld.allows) if collection in self.withheld.collections else whole

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
