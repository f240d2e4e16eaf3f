"""What the organisation of simulated photographs must reach, on seeds that no parameter was chosen on."""

from io import BytesIO
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image, ImageOps
from sklearn.metrics import adjusted_rand_score, v_measure_score

from archive_pipeline.encoders.registry import load_encoder
from archive_pipeline.media.perceptual_hash import SAME_PICTURE, as_rows, hash_distances, perceptual_hash
from archive_pipeline.semantics.organisation.duplicates import (
    DuplicateParameters,
    families,
    near_pairs,
    same_pictures,
)
from archive_pipeline.semantics.organisation.grouping import organise
from archive_pipeline.simulator.photos import simulate_photos

pytestmark = pytest.mark.verify
N = 2000
UNSEEN = (13, 14, 15)


@pytest.fixture(scope="module", params=UNSEEN)
def collection(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[pl.DataFrame, ...]:
    """The truth, the embeddings of archive-tiny and the hashes of one collection."""
    out = tmp_path_factory.mktemp("photos")
    made = simulate_photos(out, N, request.param, jobs=2)
    truth = pl.read_parquet(made.truth / "photos.parquet")
    jpegs, hashes = zip(*(_seen(made.photos / path) for path in truth["path"]), strict=True)
    embeddings = load_encoder("archive-tiny", "cpu").encode_images(jpegs, N)
    return truth, embeddings, as_rows(list(hashes))


def _seen(file: Path) -> tuple[bytes, bytes]:
    """A photo's picture as the pipeline keeps it, and its hash."""
    with Image.open(file) as stored:
        picture = ImageOps.exif_transpose(stored).convert("RGB")
    kept = BytesIO()
    ImageOps.contain(picture, (448, 448)).save(kept, "JPEG", quality=88)
    return kept.getvalue(), perceptual_hash(picture)


def test_groups_are_a_thing_at_a_place_and_themes_are_places(collection: tuple) -> None:  # type: ignore[type-arg]
    truth, embeddings, _ = collection
    found = organise(embeddings)[1].labels
    belongs = truth["group"].is_not_null().to_numpy()
    true, group = truth["group"].to_numpy()[belongs].astype(str), found[belongs, 1]
    v, ari = v_measure_score(true, group), adjusted_rand_score(true, group)
    themes = adjusted_rand_score(truth["setting"], found[:, 0])
    unassigned = float((group < 0).mean())
    nowhere = found[:, 1] < 0
    right = (nowhere & ~belongs).sum()
    precision, recall = right / nowhere.sum(), right / (~belongs).sum()
    print(f"V-measure {v:.3f}, ARI {ari:.3f}, unassigned {unassigned:.3f}, themes against places {themes:.3f}")
    print(f"belongs nowhere: precision {precision:.3f}, recall {recall:.3f}")
    assert v >= 0.85
    assert ari >= 0.75
    assert unassigned <= 0.05
    assert precision >= 0.65
    assert recall >= 0.75


def test_copies_are_found_and_bursts_are_not_taken_for_copies(collection: tuple) -> None:  # type: ignore[type-arg]
    truth, embeddings, hashes = collection
    taken_s = np.where(truth["bare"], np.nan, truth["taken_at"].dt.epoch("ms").to_numpy() / 1000)
    pairs = near_pairs(embeddings, DuplicateParameters())
    same = same_pictures(pairs, lambda i, j: hash_distances(hashes[i], hashes[j]), SAME_PICTURE, taken_s)
    found = _pairs(families(same, N))
    true = _pairs(truth["exposure"].to_numpy())
    precision, recall = len(found & true) / len(found), len(found & true) / len(true)
    print(f"copies: precision {precision:.3f}, recall {recall:.3f} of {len(true)} pairs")
    assert precision >= 0.98
    assert recall >= 0.95


def _pairs(family: np.ndarray) -> set[tuple[int, int]]:
    rows = pl.DataFrame({"family": family, "row": np.arange(len(family))}).filter(pl.col("family") >= 0)
    return {pair for members in rows.group_by("family").agg("row")["row"] for pair in combinations(sorted(members), 2)}
