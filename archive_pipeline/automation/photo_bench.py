"""What an ingest of photos costs beside its lower bound, Pillow decoding them in draft mode at about the kept size."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from archive_pipeline.automation.bench_archive import own_archive
from archive_pipeline.automation.ingest_bench import BENCH, costed, ingest, seconds_by_stage
from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.registration import write_collection
from archive_pipeline.encoders.untrained import with_weights
from archive_pipeline.errors import PassingError
from archive_pipeline.media.photos.model import PICTURE_SIDE
from archive_pipeline.progress import report
from archive_pipeline.resources.archive import Archive
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import ALBUM_CHAIN, PHOTOS

_WIDTH, _HEIGHT = 4000, 3000  # 12 megapixels
_ALBUM = 200  # photos of a day
_DRAWN = 50  # different ones: drawing costs ten times what reading does, and a file is read as if no other were like it


@dataclass(frozen=True)
class PhotoCost:
    """Processor seconds, everything counted that an ingest starts; photos of 12 megapixels."""

    n_photos: int
    megabytes: float
    """Of all files."""
    bare_s: float
    """Each file opened and decoded by Pillow in draft mode, one after the other."""
    processor_s: float
    by_stage: Mapping[str, float]
    """All albums together; the encoder's process is not in them."""
    encoder_s: float
    wall_s: float

    @property
    def ratio(self) -> float:
        """All of the ingest to bare decoding."""
        return self.processor_s / self.bare_s

    @property
    def reading_ratio(self) -> float:
        """The stage that reads the photos to bare decoding."""
        return self.by_stage[PHOTOS.name] / self.bare_s


def measure_photos(folder: Path, *, n_photos: int, jobs: int, model: str, device: str) -> PhotoCost:
    """Draw photos in `folder` (empty) and ingest them into an archive of its own, to which this process's environment
    points from then on. Raises PassingError `bench_failed`.
    """
    source = own_archive(folder, {"ARCHIVE_DEVICE": device, "ARCHIVE_JOBS": str(jobs)})
    files = [source / f"day {number // _ALBUM}" / f"{number:05}.jpg" for number in range(n_photos)]
    for number, file in enumerate(files):
        file.parent.mkdir(exist_ok=True)
        if number < _DRAWN:
            draw_photograph(file, number)
        else:
            file.write_bytes(commented(files[number % _DRAWN].read_bytes(), str(number)))
        report("draw", (number + 1) / n_photos)
    bare_s = bare_decoding_s(files)
    collection = Collection(
        name=BENCH, kind="photos", source=source, model=with_weights(model, folder), settle_s=0.0, organise=False
    )
    write_collection(Settings().registered_collections_dir, collection)
    cost = costed(lambda: ingest(BENCH, jobs))
    archive = Archive()
    albums = [entry.name for entry in archive.catalogue.entries(BENCH) if entry.status == "ready"]
    n_ready = sum(archive.lake.read("photo_embeddings", album, ["photo_id"]).height for album in albums)
    if n_ready != n_photos:
        raise PassingError("bench_failed", f"{n_ready} of {n_photos} photos are ready; see {folder}")
    return PhotoCost(
        n_photos,
        sum(file.stat().st_size for file in files) / 1e6,
        bare_s,
        cost.processor_s,
        seconds_by_stage(archive, ALBUM_CHAIN, albums),
        cost.encoder_s,
        cost.wall_s,
    )


def bare_decoding_s(files: list[Path]) -> float:
    """Processor seconds of this process for decoding each once, at the size that the pipeline keeps."""
    began = time.process_time()
    for file in files:
        with Image.open(file) as picture:
            picture.draft("RGB", (PICTURE_SIDE, PICTURE_SIDE))
            picture.load()
    return time.process_time() - began


def draw_photograph(target: Path, number: int) -> None:
    """A JPEG of 12 megapixels, some 3 MB, as cameras write them: colour at half size, grain, quality 88."""
    random = np.random.default_rng(number)
    broad = Image.fromarray(random.integers(0, 256, (12, 16, 3), dtype=np.uint8)).resize((_WIDTH, _HEIGHT))
    grain = np.tile(random.normal(0, 6, (_HEIGHT // 10, _WIDTH // 10, 1)).astype(np.int16), (10, 10, 1))
    grained = np.clip(np.asarray(broad, dtype=np.int16) + grain, 0, 255).astype(np.uint8)
    Image.fromarray(grained).save(target, "JPEG", quality=88)


def commented(jpeg: bytes, text: str) -> bytes:
    """The same picture as another file: with a comment of its own."""
    segment = b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text.encode()
    return jpeg[:2] + segment + jpeg[2:]
