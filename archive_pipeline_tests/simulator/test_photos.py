"""A simulated photo collection: its files hold what its truth says."""

from pathlib import Path

import polars as pl
import pytest
from PIL import ExifTags, Image, ImageOps, IptcImagePlugin

from archive_pipeline.media.perceptual_hash import SAME_PICTURE, as_rows, hash_distances, perceptual_hash
from archive_pipeline.simulator.photo_files import write_photograph
from archive_pipeline.simulator.photo_plan import plan_photographs
from archive_pipeline.simulator.photos import simulate_photos

N = 80


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("photos")
    simulate_photos(out, N, seed=4)
    return out


@pytest.fixture(scope="module")
def truth(made: Path) -> pl.DataFrame:
    return pl.read_parquet(made / "truth" / "photos.parquet")


def upright(made: Path, path: str) -> Image.Image:
    with Image.open(made / "photos" / path) as stored:
        return ImageOps.exif_transpose(stored)


def test_the_truth_names_exactly_the_files(made: Path, truth: pl.DataFrame) -> None:
    files = {str(file.relative_to(made / "photos")) for file in (made / "photos").rglob("*") if file.is_file()}
    assert files == set(truth["path"])
    assert truth.height == N


def test_copies_stand_upright_as_their_originals_do(made: Path, truth: pl.DataFrame) -> None:
    originals = dict(truth.filter(pl.col("copy") == "original").select("exposure", "path").rows())
    copies = truth.filter(pl.col("copy") != "original")
    assert copies["copy"].n_unique() >= 2
    for exposure, path in copies.select("exposure", "path").rows():
        hashes = as_rows([perceptual_hash(upright(made, p)) for p in (path, originals[exposure])])
        assert hash_distances(hashes[:1], hashes[1:])[0] <= SAME_PICTURE, path


def test_dates_places_and_keywords_are_in_the_files(made: Path, truth: pl.DataFrame) -> None:
    for row in truth.filter(~pl.col("bare") & pl.col("path").str.ends_with(".jpg")).to_dicts():
        with Image.open(made / "photos" / row["path"]) as stored:
            exif = stored.getexif()
            taken = exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal]
            degrees, minutes, seconds = exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude]
            words = (IptcImagePlugin.getiptcinfo(stored) or {}).get((2, 25), [])
        assert taken == row["taken_at"].strftime("%Y:%m:%d %H:%M:%S")
        assert float(degrees + minutes / 60 + seconds / 3600) == pytest.approx(abs(row["latitude"]), abs=1e-4)
        assert [word.decode() for word in ([words] if isinstance(words, bytes) else words)] == row["keywords"]


def test_what_messengers_sent_carries_no_metadata(made: Path, truth: pl.DataFrame) -> None:
    for path in truth.filter("bare")["path"]:
        with Image.open(made / "photos" / path) as stored:
            assert not stored.getexif()


def test_a_burst_is_one_view_in_which_something_moves() -> None:
    planned = [photograph for photograph in plan_photographs(600, 1) if photograph.burst is not None]
    bursts = pl.DataFrame([{"burst": p.burst, "at": p.taken_at, "moved": p.moved} for p in planned])
    assert bursts["burst"].n_unique() > 3
    for frames in bursts.unique().partition_by("burst"):
        assert (frames.sort("at")["at"].diff().drop_nulls().dt.total_milliseconds() % 300 == 0).all()
        assert frames["moved"].n_unique() == len(frames)


def test_the_same_seed_makes_the_same_pictures(made: Path, truth: pl.DataFrame, tmp_path: Path) -> None:
    planned = plan_photographs(N, 4)
    assert [photograph.path for photograph in planned] == truth["path"].to_list()
    for photograph in planned[::16]:
        write_photograph(photograph, 4, tmp_path)
        assert (tmp_path / photograph.path).read_bytes() == (made / "photos" / photograph.path).read_bytes()
    assert plan_photographs(N, 4) != plan_photographs(N, 5)
