"""A collection whose file names no model keeps the one that its videos were embedded with."""

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from archive_pipeline.cli import app
from archive_pipeline.cli.targets import collection_of
from archive_pipeline.collections.collection_files import find_collection
from archive_pipeline.collections.model import Collection
from archive_pipeline.encoders import DEFAULT_MODEL
from archive_pipeline.settings import Settings
from archive_pipeline.store.arrays import embedding_rows
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance

CLIP = "ViT-L-14-quickgelu/openai"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("ARCHIVE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ARCHIVE_COLLECTIONS", str(tmp_path / "collections"))
    (tmp_path / "collections").mkdir()
    (tmp_path / "collections" / "films.yaml").write_text(f"source: {tmp_path}")
    return Settings()


def embedded(settings: Settings, identity: str, video: bytes = b"a.mp4", at_s: int | None = None) -> None:
    name = VideoName("films", video)
    rows = embedding_rows("frame", np.zeros(1, np.int32), np.ones((1, 2), np.float32))
    rows = rows.with_columns(video_id=pl.lit(name.video_id))
    lake = Lake(settings.lake_place)
    lake.write("embeddings", name, rows, Provenance("embeddings", "1", {"model": identity}))
    if at_s is not None:
        os.utime(lake.objects.shown(lake.key("embeddings", name)), (at_s, at_s))


def films(settings: Settings) -> Collection:
    return find_collection("films", settings.collection_folders)


def test_a_new_collection_gets_the_default(settings: Settings) -> None:
    assert films(settings).model == DEFAULT_MODEL
    assert not films(settings).keeps_former_model


def test_what_was_embedded_with_a_former_default_keeps_it(settings: Settings) -> None:
    embedded(settings, CLIP)
    assert films(settings).model == CLIP
    assert films(settings).keeps_former_model


def test_the_newest_embeddings_tell(settings: Settings) -> None:
    embedded(settings, "ViT-B-32/openai", b"a.mp4", at_s=1_000)
    embedded(settings, CLIP, b"b" * 300, at_s=2_000)  # long names lie in folders of their own
    assert films(settings).model == CLIP


@pytest.mark.parametrize("identity", ["folder:0a1b", "ViT-B-32@sha256:0a1b"])
def test_the_hash_of_a_local_model_names_none(settings: Settings, identity: str) -> None:
    embedded(settings, identity)
    assert films(settings).model == DEFAULT_MODEL


def test_a_file_that_names_a_model_is_obeyed(settings: Settings) -> None:
    embedded(settings, CLIP)
    file = settings.collection_folders.described[0] / "films.yaml"
    file.write_text(f"{file.read_text()}\nmodel: siglip2")
    assert (films(settings).model, films(settings).keeps_former_model) == (DEFAULT_MODEL, False)


def test_what_is_registered_names_its_model_whole(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive_pipeline.cli.targets.require_served", lambda *_: None)
    settings.collection_folders.described[0].joinpath("films.yaml").unlink()
    (tmp_path / "tapes").mkdir()
    for said, whole in ((None, DEFAULT_MODEL), ("clip", CLIP)):
        collection_of(settings, str(tmp_path / "tapes"), name=None, model=said, fps=None)
        written = (settings.registered_collections_dir / "tapes.yaml").read_text()
        assert f"model: {whole}\n" in written


def test_the_check_says_so(settings: Settings) -> None:
    embedded(settings, CLIP)
    said = " ".join(CliRunner().invoke(app, ["collections", "check"]).output.split())
    assert f"names no model, so it keeps {CLIP}" in said
