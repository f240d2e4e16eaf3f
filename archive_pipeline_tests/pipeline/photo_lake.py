"""A photo collection in a lake, of photos that never were."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from archive_pipeline.collections.model import Collection
from archive_pipeline.encoders import identify
from archive_pipeline.media.perceptual_hash import PERCEPTUAL_HASH_BYTES
from archive_pipeline.settings import Settings
from archive_pipeline.stages.organisation.organise import Organised, organise_collection
from archive_pipeline.store.arrays import embedding_rows
from archive_pipeline.store.catalogue import Catalogue, Registration, Sighting
from archive_pipeline.store.catalogue.sightings import SourceFile
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.organisations import Organisations
from archive_pipeline.store.provenance import Provenance
from archive_pipeline.store.schema import table
from archive_pipeline_tests.warehouse.organised import key

MODEL = "archive-tiny"
WIDTH, N_GROUPS = 32, 4
_DIRECTIONS = np.linalg.qr(np.random.default_rng(7).normal(size=(WIDTH, WIDTH)))[0]
CENTRES, RARE = _DIRECTIONS[:N_GROUPS], _DIRECTIONS[N_GROUPS : N_GROUPS + 1]


class Photos:
    """A photo collection without files: albums of photos like one of N_GROUPS things."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.lake = Lake(home / "lake")
        self.catalogue = Catalogue(home / "catalogue.sqlite")
        self.settings = Settings(archive_home=home)
        self.collection = Collection(
            name="pics", kind="photos", title="Pictures", source=Path("/photos"), model=MODEL, vocabularies=()
        )

    def album(
        self, name: str, n: int, *, copies_of: str | None = None, seed: int = 0, of: NDArray[np.float64] = CENTRES
    ) -> list[str]:
        """An album that is ready with n photos, each of one of these things; with `copies_of` the first one has the
        picture of the first one there, taken at no known time."""
        album = VideoName("pics", f"{name}/".encode())
        random = np.random.default_rng([seed, *name.encode()])
        vectors = of[random.integers(0, len(of), n)] + random.normal(0, 0.03, (n, WIDTH))
        vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
        hashes = [random.bytes(PERCEPTUAL_HASH_BYTES) for _ in range(n)]
        times: list[datetime | None] = [datetime(2001, 1, 1) + timedelta(hours=number) for number in range(n)]
        if copies_of:
            original = VideoName("pics", f"{copies_of}/".encode())
            vectors[0] = self.lake.read("photo_embeddings", original)["embedding"][0].to_numpy()
            hashes[0], times[0] = self.lake.read("photos", original)["perceptual_hash"][0], None
        ids = [key(name, number) for number in range(n)]
        facts = {
            "photo_id": ids, "album": album.video_id, "collection": "pics", "bytes": 1000, "format": "JPEG",
            "path": [f"{name}/{number}.jpg" for number in range(n)], "width": [40] * (n - 1) + [80], "height": 30,
            "taken_at": times, "perceptual_hash": hashes, "status": "ready",
        }  # fmt: skip
        made = Provenance("photo_embeddings", "1", {"model": identify(MODEL)})
        self.lake.write("photos", album, table("photos").completed(pl.DataFrame(facts)), made)
        rows = embedding_rows("photo_id", ids, vectors).with_columns(album=pl.lit(album.video_id))
        self.lake.write("photo_embeddings", album, rows.select("album", "photo_id", "embedding"), made)
        seen = Sighting(album, SourceFile(album.path, n, seed, 0, settled=True))
        revision = self.catalogue.snapshot("pics").revision
        known = {"changed" if self.catalogue.entry(album) else "new": (seen,)}
        self.catalogue.apply(Registration("pics", revision, **known))  # type: ignore[arg-type]
        self.catalogue.record_content(album, n, seed, key("content", name, n))
        self.catalogue.record_outcome(album, "ready", plan="p")
        return ids

    def organise(self, *, whole: bool = False) -> Organised:
        return organise_collection(self.lake, self.catalogue, self.collection, self.settings, whole=whole)

    def read(self, name: str) -> pl.DataFrame:
        return Organisations(self.lake).read("pics", name)[0]

    def group_of(self) -> dict[str, str]:
        return dict(self.read("picture_memberships").select("picture_id", "group_id").rows())
