"""Search over a whole archive: which spaces can be asked, with which encoders, put together from the settings."""

import threading
import time
from collections.abc import Iterable, Mapping
from functools import cache, partial

import numpy as np

from archive_pipeline.collections.collection_files import load_collections
from archive_pipeline.collections.embargo import Embargo
from archive_pipeline.encoders import BUNDLED_MODEL, identify
from archive_pipeline.encoders.service import served_encoder
from archive_pipeline.encoders.taught_languages import languages_of, prompts
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.concepts.vocabulary_files import load_vocabularies
from archive_pipeline.search import hints
from archive_pipeline.search.answer import Hint
from archive_pipeline.search.configured import open_index
from archive_pipeline.search.finder import Finder
from archive_pipeline.search.index import ShotReader
from archive_pipeline.search.languages import words_of
from archive_pipeline.search.model import Filter
from archive_pipeline.search.sources import Askable, Sources
from archive_pipeline.search.spaces import in_present_layout, space_name
from archive_pipeline.search.visible import VisibleReader
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import EMBEDDINGS, PHOTO_EMBEDDINGS
from archive_pipeline.store.catalogue import Catalogue, Status
from archive_pipeline.store.frame_vectors import LakeFrames
from archive_pipeline.store.group_members import LakeGroups
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.shared_footage import LakeCopies
from archive_pipeline.store.shot_words import LakeWords

_LOOK_AGAIN_S = 2.0  # a new collection or model is found within this; looking reads a few small files
_SAMPLED_SHOTS = 100


def open_finder(settings: Settings, *, embargoed: bool = False) -> Finder:
    """Search in the archive of the settings; opens nothing until somebody asks. Close it. `embargoed`: also in what is
    withheld from whoever has no word for it."""
    reader = open_index(settings.qdrant_dir, settings.qdrant_url, settings.qdrant_key, read_only=True)
    return finder_over(settings, reader if embargoed else visible(reader, Embargo.of(settings)))


def visible(reader: ShotReader, embargo: Embargo) -> ShotReader:
    """The index without what is withheld."""
    return VisibleReader(reader, embargo.now)


def finder_over(settings: Settings, reader: ShotReader) -> Finder:
    lake = Lake(settings.lake_place)
    stores = LakeFrames(lake), LakeWords(lake), LakeCopies(lake), LakeGroups(lake)
    return Finder(reader, _Look(settings, reader, lake), *stores)


class _Look:
    """What there is to ask, looked at anew every two seconds."""

    def __init__(self, settings: Settings, reader: ShotReader, lake: Lake) -> None:
        self._settings = settings
        self._reader = reader
        self._lake = lake
        self._formers: dict[str, tuple[str, str]] = {}
        self._seen: Sources | None = None
        self._looked_at = 0.0
        self._looking = threading.Lock()

    def __call__(self) -> Sources:
        with self._looking:
            if self._seen is None or time.monotonic() - self._looked_at > _LOOK_AGAIN_S:
                self._seen = self._look()
                self._looked_at = time.monotonic()
            return self._seen

    def _look(self) -> Sources:
        described, _ = load_collections(self._settings.collection_folders)
        catalogued = self._catalogued()
        names = {collection.name for collection in described} | set(catalogued)
        known, said = _spaces_of([collection.model for collection in described])
        askable: list[Askable] = []
        spaces = self._reader.spaces()
        for space in spaces:
            present = in_present_layout(space)
            if space != present and not self._reader.count(space):  # its videos were indexed anew in the present layout
                continue
            encoder = known.get(present) or self._former(space)
            if encoder:
                askable.append(askable_space(space, *encoder, self._settings.device))
            elif affected := [name for name in sorted(names) if self._reader.count(space, Filter(collections=(name,)))]:
                said.append(hints.other_model(space, affected))
        is_lost = not spaces and any(counts.get("ready") for counts in catalogued.values())
        return Sources(tuple(askable), frozenset(names), self._concepts, tuple(said), is_lost)

    def _concepts(self) -> frozenset[str]:
        known, _ = load_vocabularies(self._settings.own_vocabularies)
        return frozenset(f"{one.name}/{concept}" for one in known.values() for concept in one.entries)

    def _catalogued(self) -> Mapping[str, Mapping[Status, int]]:
        """How the videos of each collection stand that was ingested once, whether or not a file still describes it."""
        place = self._settings.database
        is_there = isinstance(place, str) or place.exists()
        return Catalogue(place).counts() if is_there else {}

    def _former(self, space: str) -> tuple[str, str] | None:
        """Model and identity of a space whose collections have changed their model and are not all ingested anew.

        A pretrained tag's identity is its name, so that one of its videos' embeddings tells it.
        """
        dimension = self._reader.dimension(space)
        if space not in self._formers and dimension is not None:
            hits = self._reader.search(space, np.ones(dimension, np.float32), limit=_SAMPLED_SHOTS)
            for video_id in dict.fromkeys(hit.payload.video_id for hit in hits):
                video = VideoName.from_video_id(video_id)
                stage = PHOTO_EMBEDDINGS if video.is_album else EMBEDDINGS
                stored = self._lake.provenance(stage.tables[-1], video)
                identity = stored.parameters.get("model", "") if stored else ""
                if space_name(identity, identity) == in_present_layout(space):
                    self._formers[space] = (identity, identity)
                    break
        return self._formers.get(space)


def _spaces_of(models: Iterable[str]) -> tuple[dict[str, tuple[str, str]], list[Hint]]:
    """Model and identity by the space that holds its vectors; and what is wrong with models that have none."""
    known: dict[str, tuple[str, str]] = {}
    said: list[Hint] = []
    for model in dict.fromkeys((*models, BUNDLED_MODEL)):
        try:
            identity = identify(model)
        except ConfigurationError as error:
            said.append(hints.model_unavailable(model, error.message))
        else:
            known[space_name(model, identity)] = (model, identity)
    return known, said


def askable_space(space: str, model: str, identity: str, device: str) -> Askable:
    """A space together with all that is known of its model; nothing is loaded yet."""
    return Askable(
        space=space,
        model=model,
        identity=identity,
        encoder=partial(served_encoder, model, device),
        prompts=partial(prompts, model),
        languages=languages_of(model),
        words=taught_words(model),
    )


@cache
def taught_words(model: str) -> frozenset[str] | None:
    """All that a model was taught, in its languages; None where these are many words, or nobody knows."""
    from archive_pipeline.simulator.world import every_phrase

    return frozenset(word for phrase in every_phrase() for word in words_of(phrase)) if model == BUNDLED_MODEL else None
