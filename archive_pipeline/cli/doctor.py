"""`archive-pipeline doctor`: is everything there that the pipeline needs, and if not, what to do about it."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from archive_pipeline.cli.console import CANNOT, out, print_json
from archive_pipeline.cli.doctor_broker import look_at_broker
from archive_pipeline.cli.doctor_decoder import look_at_decoder
from archive_pipeline.cli.doctor_detectors import look_at_detectors
from archive_pipeline.cli.doctor_encoder import look_at_encoder
from archive_pipeline.cli.doctor_finding import Finding
from archive_pipeline.cli.doctor_holds import look_at_holds
from archive_pipeline.cli.doctor_runs import look_at_runs
from archive_pipeline.cli.doctor_speech import look_at_policies, look_at_transcription
from archive_pipeline.cli.doctor_stores import look_at_stores
from archive_pipeline.cli.doctor_text import look_at_text
from archive_pipeline.cli.doctor_words import look_at_vlm, look_at_vocabularies
from archive_pipeline.errors import ArchiveError
from archive_pipeline.settings import Settings
from archive_pipeline.system_errors import system_error

_PACKAGES = (
    "dagster",
    "torch",
    "open_clip_torch",
    "transformers",
    "polars",
    "duckdb",
    "qdrant-client",
    "qdrant-edge-py",
    "hdbscan",
    "av",
)
_LITTLE_DISK_GB = 20


def doctor(
    deep: Annotated[bool, typer.Option("--deep", help="Read every table and the whole database; takes long.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check ffmpeg, models, servers, collections, and the stores with each other; each problem comes with its fix."""
    findings = list(examine(Settings(), deep=deep))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        _show(findings)
    if any(finding.verdict == "problem" for finding in findings):
        raise typer.Exit(CANNOT)


def examine(settings: Settings, *, deep: bool = False) -> Iterator[Finding]:
    """All findings, in the order of the chain."""
    for what, look in (
        ("python", _python),
        ("ffmpeg", _ffmpeg),
        ("decoder", look_at_decoder),
        ("device", _device),
        ("collections", _collections),
        ("models", _models),
        ("encoder", look_at_encoder),
        ("vocabularies", look_at_vocabularies),
        ("policies", look_at_policies),
        ("detectors", look_at_detectors),
        ("visible text", look_at_text),
        ("transcription", look_at_transcription),
        ("vlm", look_at_vlm),
        ("broker", look_at_broker),
        ("holds", look_at_holds),
        ("stores", partial(look_at_stores, deep=deep)),
        ("runs", look_at_runs),
        ("disk", _disk),
    ):
        yield from _looked(what, look, settings)


def _looked(what: str, look: Callable[[Settings], Iterator[Finding]], settings: Settings) -> Iterator[Finding]:
    try:
        yield from look(settings)
    except ArchiveError as error:
        yield Finding(what, "problem", error.code, error.message)
    except Exception as error:  # whatever is broken is a finding, not the end of the examination
        refused = system_error(error)
        yield Finding(
            what, "problem", *((refused.code, refused.message) if refused else (type(error).__name__, str(error)))
        )


def _python(_: Settings) -> Iterator[Finding]:
    found = []
    for package in _PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            yield Finding(package, "problem", "not installed", "make demo, or: pip install -c constraints.txt -e .")
    yield Finding("versions", "ok", f"Python {sys.version.split()[0]}, {', '.join(found)}")


def _ffmpeg(settings: Settings) -> Iterator[Finding]:
    from archive_pipeline.media.ffmpeg import find_ffmpeg

    binary = find_ffmpeg(settings.ffmpeg)
    shown = subprocess.run([binary, "-version"], capture_output=True, text=True, timeout=30, check=True).stdout
    yield Finding("ffmpeg", "ok", f"{shown.split(' Copyright')[0]} ({binary})")


def _device(settings: Settings) -> Iterator[Finding]:
    """A GPU that nobody uses is a problem: all works without it, only slowly, so that nothing else would tell."""
    from archive_pipeline.encoders.devices import choose, why_no_cuda
    from archive_pipeline.media.decoders.gpus import gpus

    device = choose(settings.device)
    if settings.device == "auto" and device.kind == "cpu" and gpus(settings.visible_gpus) and (why := why_no_cuda()):
        fix = "mend that, or say that it is meant: ARCHIVE_DEVICE=cpu"
        yield Finding(
            "device", "problem", f"this machine has an NVIDIA GPU, and the encoder does not use it: {why}", fix
        )
        return
    slow = device.kind == "cpu"
    yield Finding(
        "device",
        "note" if slow else "ok",
        f"{device.name}, {device.precision} ({device.model})",
        "large models run at 1–3 pictures/s on a CPU; use a machine with a GPU for real archives" if slow else "",
    )


def _collections(settings: Settings) -> Iterator[Finding]:
    from archive_pipeline.collections.collection_files import load_collections

    collections, problems = load_collections(settings.collection_folders)
    for problem in problems:
        yield Finding("collection", "problem", f"{problem.file.name}:{problem.line}", problem.message)
    for folder, here in settings.mounts.items():
        if not Path(here).is_dir():
            fix = f"mount it, or correct ARCHIVE_SOURCES: collections of {folder} find no file meanwhile"
            yield Finding("ARCHIVE_SOURCES", "problem", f"{folder} is to be found at {here}, which is not there", fix)
    for collection in collections:
        there = collection.source.is_dir()
        yield Finding(
            f"collection {collection.name}",
            "ok" if there else "problem",
            str(collection.source),
            "" if there else "the source is not there: mount it, or change `source:`; nothing is removed meanwhile",
        )
    if not collections and not problems:
        yield Finding(
            "collections", "note", "none yet", "archive-pipeline ingest FOLDER, or write collections/NAME.yaml"
        )


def _models(settings: Settings) -> Iterator[Finding]:
    from archive_pipeline.collections.collection_files import load_collections
    from archive_pipeline.encoders import BUNDLED_MODEL, DEFAULT_MODEL, require_available
    from archive_pipeline.encoders.taught_languages import languages_of

    collections, _ = load_collections(settings.collection_folders)
    known: list[str] = []
    names = {collection.model for collection in collections}
    for name in sorted(names | {BUNDLED_MODEL}):
        try:
            if settings.encoder_url is None:  # else the weights are on the encoder's machine
                require_available(name)
                yield Finding(f"model {name}", "ok", "its weights are there")
            known.append(name)
        except ArchiveError as error:
            yield Finding(f"model {name}", "problem", error.code, error.message)
    if english := [name for name in known if languages_of(name) == frozenset({"en"})]:
        yield Finding(
            "languages",
            "note",
            f"{', '.join(english)} was taught English alone",
            f"an archive that is searched in Spanish wants `model: siglip2` ({DEFAULT_MODEL})",
        )


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = settings.home
    while not folder.exists():
        folder = folder.parent
    free_gb = shutil.disk_usage(folder).free / 1e9
    few = free_gb < _LITTLE_DISK_GB
    yield Finding(
        "disk",
        "problem" if few else "ok",
        f"{free_gb:.0f} GB free at {settings.home}",
        "about 0.3 GB per hour of video at 3 fps; use `pictures: keyframes`, or another ARCHIVE_HOME" if few else "",
    )


def _show(findings: list[Finding]) -> None:
    marks = {"ok": "[green]✓[/]", "note": "[yellow]·[/]", "problem": "[bold red]✗[/]"}
    table = Table(
        Column(), Column(overflow="fold"), Column(overflow="fold"), box=None, show_header=False, padding=(0, 1)
    )
    for finding in findings:
        fix = f"\n[dim]→ {escape(finding.fix)}[/]" if finding.fix else ""
        table.add_row(marks[finding.verdict], f"[bold]{escape(finding.what)}[/]", escape(finding.detail) + fix)
    out.print(table)
