"""Clips that ffmpeg makes in no time, and a small archive for each test."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from archive_pipeline.automation.dagster_ui import DagsterUi
from archive_pipeline.automation.instance import environment
from archive_pipeline.encoders.torchvision_operators import import_open_clip
from archive_pipeline.media.bench import make_programme
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.settings import Settings
from archive_pipeline_tests.language.vlm.server import VlmOfTests
from archive_pipeline_tests.made_once import made_once
from archive_pipeline_tests.pipeline.site import Site

_PICTURES = ("testsrc2", "mandelbrot", "rgbtestsrc", "smptebars")


def make_clip(target: Path, *pictures: str, seconds: float = 1.5) -> Path:
    """A clip that shows each of the pictures for some time, with hard cuts between them."""
    inputs: list[str] = []
    for picture in pictures:
        inputs += ["-f", "lavfi", "-t", str(seconds), "-i", f"{picture}=size=160x120:rate=12"]
    joined = "".join(f"[{i}:v]setsar=1,format=yuv420p[v{i}];" for i in range(len(pictures)))
    joined += "".join(f"[v{i}]" for i in range(len(pictures))) + f"concat=n={len(pictures)}:v=1[out]"
    command = [str(find_ffmpeg(None)), "-v", "error", "-y", *inputs, "-filter_complex", joined, "-map", "[out]"]
    subprocess.run([*command, "-pix_fmt", "yuv420p", str(target)], check=True)
    return target


@pytest.fixture
def vlm(monkeypatch: pytest.MonkeyPatch) -> Iterator[VlmOfTests]:
    """A server of the tests, which settings name; two questions at once."""
    with VlmOfTests().running() as running:
        monkeypatch.setenv("ARCHIVE_VLM_URL", running.url)
        monkeypatch.setenv("ARCHIVE_VLM_CONCURRENCY", "2")
        yield running


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Three different clips with two cuts each, and two with one picture only."""
    folder = tmp_path_factory.mktemp("clips")
    a, b, c, d = _PICTURES
    return {
        "first": make_clip(folder / "first.mp4", a, b, c),
        "second": make_clip(folder / "second.mp4", c, a, d),
        "third": make_clip(folder / "third.mp4", d, b, a),
        "plain": make_clip(folder / "plain.mp4", a),
        "other": make_clip(folder / "other.mp4", b),
    }


@pytest.fixture(scope="session")
def programmes(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Four different ones of 20 s in 720p with cuts: a second or two of decoding each."""

    def make(folder: Path) -> None:
        for number in range(4):
            make_programme(folder / f"{number}.mp4", find_ffmpeg(None), 20, number)

    return sorted(made_once(tmp_path_factory, "programmes", make).iterdir())


class Ingested:
    """Archives that several tests begin with: each is ingested once, then copied."""

    def __init__(self, clips: dict[str, Path], folders: pytest.TempPathFactory) -> None:
        self._clips = clips
        self._folders = folders
        self._made: dict[tuple[str, ...], Path] = {}

    def copy(self, site: Site, *names: str) -> Site:
        """`site`, which is empty, with these clips ingested as `<name>.mp4`."""
        if names not in self._made:
            self._made[names] = self._make(names)
        for folder in (site.home, site.source):
            folder.mkdir(exist_ok=True)
            copied = f"{self._made[names] / folder.name}/."
            # dagster.yaml is there already; most of a shard's 140 MB are holes
            subprocess.run(["cp", "--archive", "--sparse=always", "--no-clobber", copied, folder], check=True)
        return site

    def _make(self, names: tuple[str, ...]) -> Path:
        root = self._folders.mktemp("ingested")
        with pytest.MonkeyPatch.context() as environment:
            site = empty_site(root, environment)
            for name in names:
                site.add(self._clips[name])
            assert all(site.ingest().values())
        return root


@pytest.fixture(scope="session")
def ingested(clips: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Ingested:
    return Ingested(clips, tmp_path_factory)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """An empty archive; the environment points to it."""
    return empty_site(tmp_path, monkeypatch)


@pytest.fixture
def instance(site: Site) -> Iterator[dg.DagsterInstance]:  # noqa: ARG001 (it sets DAGSTER_HOME)
    with dg.DagsterInstance.get() as instance:
        yield instance


@pytest.fixture
def ui(site: Site) -> Iterator[DagsterUi]:
    """`archive-pipeline dev` on the site's archive; it comes up beside the test (`ui.wait()`)."""
    ui = DagsterUi(site.source.parent / "dev.log")
    try:
        yield ui
    finally:
        ui.stop()


def empty_site(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    site = Site(folder)
    monkeypatch.setenv("ARCHIVE_HOME", str(site.home))
    monkeypatch.setenv("ARCHIVE_COLLECTIONS", str(site.yaml.parent))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.delenv("QDRANT_URL", raising=False)
    monkeypatch.delenv("ARCHIVE_DATABASE_URL", raising=False)
    for name, value in environment(Settings()).items():
        monkeypatch.setenv(name, value)
    return site


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A local checkpoint with another width than the bundled model."""
    import json

    import torch
    from safetensors.torch import save_file

    folder = tmp_path_factory.mktemp("model")
    config = {
        "embed_dim": 64,
        "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "patch_size": 16, "head_width": 32},
        "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 64, "heads": 2, "layers": 1},
    }
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": config, "preprocess_cfg": {}}))
    torch.manual_seed(3)
    model = import_open_clip().create_model(f"local-dir:{folder}", load_weights=False)
    save_file(model.state_dict(), folder / "open_clip_model.safetensors")
    return f"local-dir:{folder}"
