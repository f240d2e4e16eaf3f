"""Which photos are copies, of the newest organisation of each collection."""

from pathlib import Path

import polars as pl
import pytest

from archive_pipeline.store import photo_copies
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.photo_copies import LakePhotoCopies
from archive_pipeline_tests.warehouse.organised import keep, key, organise_by_hand


def test_copies_and_raw_files_are_known_by_their_original_and_bursts_are_no_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_copies, "_LOOK_AGAIN_S", 0.0)
    lake = Lake(tmp_path)
    copies = LakePhotoCopies(lake)
    assert copies.of_collections(["pics"]) == {}, "not organised"
    one, two, three, four = (key(name) for name in ("one", "two", "three", "four"))
    organise_by_hand(lake, "pics", [(one, "pics/a/"), (two, "pics/a/")])
    organise_by_hand(lake, "more", [(three, "more/a/"), (four, "more/a/")])
    assert copies.of_collections(["pics"]) == {two: one}
    assert copies.of_collections(["pics", "more"]) == {two: one, four: three}
    kinds = {"photo_id": [two, three, four], "kind": ["burst", "raw_jpeg", "copy"], "of_id": [one, one, two],
             "kept_id": [one] * 3, "cosine": 0.99}  # fmt: skip
    nowhere = dict.fromkeys(("theme_id", "group_id", "part_id"))
    members = pl.DataFrame(
        {"picture_id": [one], "source_id": "pics/a/", "certainty": 1.0, "x": 0.0, "y": 0.0, **nowhere}
    )
    keep(lake, "pics", {"photo_duplicates": pl.DataFrame(kinds), "picture_memberships": members}, 2)
    assert copies.of_collections(["pics"]) == {three: one, four: two}
