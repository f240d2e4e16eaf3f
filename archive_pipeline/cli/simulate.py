"""`archive-pipeline simulate`: an archive of drawn newsreels, or of drawn photographs, whose truth is known."""

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from archive_pipeline.cli.bars import one_bar
from archive_pipeline.cli.console import err, explained, hours, out, print_json
from archive_pipeline.counting import counted
from archive_pipeline.settings import Settings


def simulate(
    folder: Annotated[Path, typer.Argument(help="Gets videos/ or photos/, and truth/.")],
    videos: Annotated[int, typer.Option(min=1)] = 6,
    photos: Annotated[int | None, typer.Option(help="Photographs in albums, in place of videos.", min=1)] = None,
    minutes: Annotated[float, typer.Option(help="Length of each video.")] = 1.0,
    seed: Annotated[int, typer.Option(help="The same seed makes the same pictures.")] = 0,
    fast: Annotated[bool, typer.Option(help="180 lines, cameras that stand still: for large archives.")] = False,
    lettered: Annotated[bool, typer.Option(help="With names, titles, a slate and credits written in them.")] = False,
    formats: Annotated[
        str, typer.Option(help="Of h264, h264_400k, prores, mpeg2, dv, separated by commas; in turns.")
    ] = "h264",
    reuse: Annotated[
        float, typer.Option(help="Share of each video's shots that come from earlier ones, changed as copies are.")
    ] = 0.0,
    jobs: Annotated[int, typer.Option(help="Processes that draw.", min=1)] = os.cpu_count() or 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Draw and encode edited newsreels with subtitles, and write down what is true of them, with captions of shots."""
    if photos is not None:
        _simulate_photos(folder, photos, seed, jobs, as_json)
        return
    from archive_pipeline.media.ffmpeg import find_ffmpeg
    from archive_pipeline.simulator import archive

    started = time.monotonic()
    with explained(as_json), one_bar(f"drawing {videos} newsreels", "simulate"):
        made = archive.simulate(
            folder,
            videos,
            minutes,
            seed,
            ffmpeg=find_ffmpeg(Settings().ffmpeg),
            fast=fast,
            lettered=lettered,
            formats=formats.split(","),
            reuse=reuse,
            jobs=jobs,
        )
    seconds = time.monotonic() - started
    if as_json:
        print_json({"videos": str(made.videos), "truth": str(made.truth), "seconds": round(seconds, 1)})
        return
    length_s = videos * minutes * 60
    out.print(
        f"{counted(videos, 'video')}, {hours(length_s)} h, in {seconds:.0f} s: {length_s / seconds:.0f} × real time",
        soft_wrap=True,
    )
    name = folder.absolute().name
    err.print(
        f"[dim]next: archive-pipeline ingest {made.videos} --collection {name} --model archive-tiny[/]", soft_wrap=True
    )
    err.print(f"[dim]then: archive-pipeline describe {name} --only transcript[/]", soft_wrap=True)
    err.print(f"[dim]then: archive-pipeline evaluate {name} --truth {folder}[/]", soft_wrap=True)


def _simulate_photos(folder: Path, n: int, seed: int, jobs: int, as_json: bool) -> None:
    from archive_pipeline.simulator.photos import simulate_photos

    started = time.monotonic()
    with explained(as_json), one_bar(f"drawing {n} photographs", "simulate"):
        made = simulate_photos(folder, n, seed, jobs=jobs)
    seconds = time.monotonic() - started
    if as_json:
        print_json({"photos": str(made.photos), "truth": str(made.truth), "seconds": round(seconds, 1)})
        return
    out.print(f"{n} photographs in {seconds:.0f} s", soft_wrap=True)
    name = folder.absolute().name
    err.print(
        f"[dim]next: archive-pipeline ingest {made.photos} --collection {name} --model archive-tiny[/]", soft_wrap=True
    )
