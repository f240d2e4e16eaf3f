"""A whole simulated archive: many programmes, each from a seed of its own, in files with their truth beside them."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from random import Random

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.progress import report
from archive_pipeline.simulator.editing import raw_frames
from archive_pipeline.simulator.encoding import FORMATS, encode
from archive_pipeline.simulator.loans import lend
from archive_pipeline.simulator.look import Look
from archive_pipeline.simulator.programme import Programme, write_programme
from archive_pipeline.simulator.speech import web_vtt
from archive_pipeline.simulator.truth import Truth, join_truths, truth_of, with_reuses, write_truth
from archive_pipeline.simulator.writings import Writing, with_plain_title, write_on

FULL_HEIGHT, FAST_HEIGHT = 360, 180
_RATES = (Fraction(25), Fraction(25), Fraction(25), Fraction(24), Fraction(30000, 1001))
_FAST_RATE = Fraction(25)


@dataclass(frozen=True)
class SimulatedArchive:
    """`videos` is what a collection names as its source, `truth` the folder with the tables of `truth.Truth`."""

    videos: Path
    truth: Path


@dataclass(frozen=True)
class _Order:
    """What one process needs to make one video."""

    target: Path
    programme: Programme
    format_name: str
    fast: bool
    lettered: bool
    ffmpeg: Path


def simulate(
    out: Path,
    n_videos: int,
    minutes: float,
    seed: int,
    *,
    ffmpeg: Path,
    fast: bool = False,
    formats: Sequence[str] = ("h264",),
    held_out: bool = True,
    lettered: bool = False,
    reuse: float = 0.0,
    jobs: int = 1,
) -> SimulatedArchive:
    """Make `n_videos` of `minutes` each in `out/videos`, and their truth in `out/truth`. Same seed, same pictures.

    What is said in a video lies beside it as subtitles; there is no sound.

    A video depends on the seed and its own number only: asking for more videos leaves the first ones as they are.
    `fast` draws 180 lines and cameras that stand still, without grain or burned-in timecode. `formats` are names in
    `encoding.FORMATS` and take turns. `held_out`: a third of the shots show an object in a colour and setting that
    training never sees. `lettered` writes names, titles, a slate and credits over the pictures, and burns the timecode
    into more of them. `reuse`: that share of the shots of every programme comes from earlier ones, under the
    `programme.Disturbance`s. `jobs` processes draw at once; each feeds an ffmpeg of its own.

    Reports progress as "simulate". Raises ConfigurationError for unknown formats and senseless numbers.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        raise ConfigurationError("unknown_format", f"format {unknown} is not one of {', '.join(FORMATS)}")
    if n_videos < 1 or minutes <= 0 or jobs < 1 or not 0 <= reuse < 1:
        raise ConfigurationError(
            "bad_simulation",
            f"videos ({n_videos}), minutes ({minutes}) and jobs ({jobs}) must be above 0, the share of shots that are "
            f"reused ({reuse}) from 0 to below 1",
        )
    made = SimulatedArchive(out / "videos", out / "truth")
    made.videos.mkdir(parents=True, exist_ok=True)
    chosen = [formats[number % len(formats)] for number in range(n_videos)]
    programmes = [
        programme_for(f"{seed}/{number}", minutes * 60, name, fast=fast, held_out=held_out)
        for number, name in enumerate(chosen)
    ]
    if lettered:
        programmes = list(map(_to_be_written_on, programmes))
    if reuse:
        programmes = lend(programmes, reuse, seed)
    targets = [made.videos / f"programme_{number:04}{FORMATS[name].suffix}" for number, name in enumerate(chosen)]
    orders = [
        _Order(target, programme, name, fast, lettered, ffmpeg)
        for target, programme, name in zip(targets, programmes, chosen, strict=True)
    ]
    truth = join_truths(_make_all(orders, jobs))
    paths = [target.name for target in targets]
    write_truth(with_reuses(truth, programmes, paths), made.truth)
    return made


def programme_for(seed: str, seconds: float, format_name: str, *, fast: bool, held_out: bool) -> Programme:
    """The programme that a seed stands for, with its look and frame rate."""
    random = Random(f"{seed}/look")
    if fast:
        look = Look(random.choice(("16:9", "4:3")), black_and_white=random.random() < 0.1)
        return write_programme(seed, _FAST_RATE, seconds, look, held_out=held_out, calm=True)
    look = Look(
        shape=random.choices(("16:9", "4:3", "pillarbox", "letterbox"), weights=(5, 3, 1, 1))[0],
        black_and_white=random.random() < 0.1,
        grain=random.choice((0, 0, 2, 4)),
        timecode=random.random() < 0.25,
    )
    rate = Fraction(25) if FORMATS[format_name].interlaced else random.choice(_RATES)
    return write_programme(seed, rate, seconds, look, held_out=held_out, calm=False)


def _to_be_written_on(programme: Programme) -> Programme:
    timecode = programme.look.timecode or Random(f"{programme.seed}/timecode").random() < 1 / 3
    look = replace(programme.look, timecode=timecode)
    return replace(programme, look=look, takes=tuple(map(with_plain_title, programme.takes)))


def _make_all(orders: list[_Order], jobs: int) -> list[Truth]:
    if jobs == 1:
        return [_make(order, (number / len(orders), 1 / len(orders))) for number, order in enumerate(orders)]
    # Spawned, not forked: the caller may hold threads (torch, ffmpeg) that a fork would break.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(_make, order) for order in orders]
        for done, _ in enumerate(as_completed(futures), start=1):
            report("simulate", done / len(orders))
        return [future.result() for future in futures]


def _make(order: _Order, share: tuple[float, float] = (0.0, 1.0)) -> Truth:
    programme = order.programme
    writings: Sequence[Writing] = write_on(programme) if order.lettered else ()
    height = FAST_HEIGHT if order.fast else FULL_HEIGHT
    interlaced = FORMATS[order.format_name].interlaced
    pictures = raw_frames(programme, height, fields=interlaced, writings=writings)
    total = programme.n_frames * (2 if interlaced else 1)
    size = programme.look.frame_size(height)
    reported = _reporting(pictures, total, share)
    encode(reported, size, programme.fps, order.format_name, order.target, order.ffmpeg)
    truth = truth_of(programme, order.target.name, order.format_name, interlaced=interlaced, writings=writings)
    _write_subtitles(truth, order.target)
    return truth


def _write_subtitles(truth: Truth, video: Path) -> None:
    """`programme_0000.es.vtt` beside the video: what is said in it."""
    if truth.speech.height:
        cues = truth.speech.select("start_s", "end_s", "text").rows()
        video.with_suffix(f".{truth.speech['language'][0]}.vtt").write_text(web_vtt(cues), encoding="utf-8")


def _reporting(pictures: Iterable[bytes], total: int, share: tuple[float, float]) -> Iterable[bytes]:
    for number, picture in enumerate(pictures, start=1):
        yield picture
        if number % 100 == 0 or number == total:
            report("simulate", share[0] + share[1] * number / total)
