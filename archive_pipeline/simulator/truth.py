"""What is true of a simulated archive, as tables: the files beside its videos that an evaluation reads.

`truth/*.parquet` in the archive's folder, and the same as `truth/truth.json` for people. Videos are named by their
path relative to the archive's `videos` folder. Times are seconds from the first frame; `frame` columns count source
frames from 0.

- videos: path, seed, format, frame_rate, n_source_frames, duration_s, shape, black_and_white, interlaced
- cuts: path, kind (hard, gradual, semantic), change (cut, dissolve, fade, wipe, swing), start_frame, end_frame,
  start_s, end_s. Hard: start = end = the first frame of the new shot. Gradual: the frames [start, end) show both.
  Semantic: the camera swings to other subjects during [start, end) without a cut.
- shots: path, shot, scene, class, start_frame, end_frame, start_s, end_s, object, colour, count, object_2, colour_2,
  setting, time, weather, action, card, framing, movement, held_out, caption_en, caption_es. They tile the video;
  gradual and semantic changes divide in their middle. What cannot be seen is null (colours in black and white).
- scenes: path, scene, class, start_s, end_s: maximal runs of one class
- classes: path, class, setting, time, weather, card: the places that recur; class -1 holds leaders, bars and titles
- speech: path, shot, start_s, end_s, language, text, people, event: what is said while a shot is on, `topics.Topic` by
  its keys. Archives that were made before there was speech have none.
- texts: path, kind, language, text, start_s, end_s: lines in the picture while they are on, wholly or in part; of a
  timecode the first one. Only archives that were made with `--lettered` tell of them.
- reuses: path, start_s, end_s, other_path, other_start_s, other_end_s, disturbance, mirrored, moves: footage that a
  programme has from an earlier one, where `simulate` was asked for a share of it. `disturbance` is a
  `programme.Disturbance`. Where camera and subjects stand still (`moves` is false), which part of the other's shot it
  is cannot be seen, or by falling rain and snow alone.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import polars as pl

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.simulator.captions import describe
from archive_pipeline.simulator.facts import Facts, Thing
from archive_pipeline.simulator.overlays import burned_timecode
from archive_pipeline.simulator.programme import CARD_CLASS, Loan, Programme, Take
from archive_pipeline.simulator.speech import Sentence, speech_of
from archive_pipeline.simulator.writings import Writing, written_by_takes

_SECONDS = pl.Float64
_TEXT = pl.String
_N = pl.Int32
SCHEMAS: dict[str, dict[str, type[pl.DataType]]] = {
    "videos": {
        "path": _TEXT, "seed": _TEXT, "format": _TEXT, "frame_rate": _SECONDS, "n_source_frames": _N,
        "duration_s": _SECONDS, "shape": _TEXT, "black_and_white": pl.Boolean, "interlaced": pl.Boolean,
    },
    "cuts": {
        "path": _TEXT, "kind": _TEXT, "change": _TEXT, "start_frame": _N, "end_frame": _N, "start_s": _SECONDS,
        "end_s": _SECONDS,
    },
    "shots": {
        "path": _TEXT, "shot": _N, "scene": _N, "class": _N, "start_frame": _N, "end_frame": _N, "start_s": _SECONDS,
        "end_s": _SECONDS, "object": _TEXT, "colour": _TEXT, "count": _N, "object_2": _TEXT, "colour_2": _TEXT,
        "setting": _TEXT, "time": _TEXT, "weather": _TEXT, "action": _TEXT, "card": _TEXT, "framing": _TEXT,
        "movement": _TEXT, "held_out": pl.Boolean, "caption_en": _TEXT, "caption_es": _TEXT,
    },
    "scenes": {"path": _TEXT, "scene": _N, "class": _N, "start_s": _SECONDS, "end_s": _SECONDS},
    "speech": {
        "path": _TEXT, "shot": _N, "start_s": _SECONDS, "end_s": _SECONDS, "language": _TEXT, "text": _TEXT,
        "people": _TEXT, "event": _TEXT,
    },
    "texts": {
        "path": _TEXT, "kind": _TEXT, "language": _TEXT, "text": _TEXT, "start_s": _SECONDS, "end_s": _SECONDS,
    },
    "classes": {"path": _TEXT, "class": _N, "setting": _TEXT, "time": _TEXT, "weather": _TEXT, "card": _TEXT},
    "reuses": {
        "path": _TEXT, "start_s": _SECONDS, "end_s": _SECONDS, "other_path": _TEXT, "other_start_s": _SECONDS,
        "other_end_s": _SECONDS, "disturbance": _TEXT, "mirrored": pl.Boolean, "moves": pl.Boolean,
    },
}  # fmt: skip

_LATER = frozenset({"speech", "texts", "reuses"})  # archives of earlier releases have none

Row = dict[str, Any]


@dataclass(frozen=True)
class Truth:
    """The tables that the module's documentation lists, of one archive or of one video."""

    videos: pl.DataFrame
    cuts: pl.DataFrame
    shots: pl.DataFrame
    scenes: pl.DataFrame
    classes: pl.DataFrame
    speech: pl.DataFrame
    texts: pl.DataFrame
    reuses: pl.DataFrame


def truth_of(
    programme: Programme, path: str, format_name: str, *, interlaced: bool, writings: Sequence[Writing] = ()
) -> Truth:
    """The truth of one video, read off the programme it was made from."""
    fps = programme.fps
    shots = _shots(programme, path)
    tables: dict[str, list[Row]] = {
        "videos": [
            {
                "path": path, "seed": programme.seed, "format": format_name, "frame_rate": float(fps),
                "n_source_frames": programme.n_frames, "duration_s": float(programme.n_frames / fps),
                "shape": programme.look.shape, "black_and_white": programme.look.black_and_white,
                "interlaced": interlaced,
            }
        ],
        "cuts": _cuts(programme, path),
        "shots": shots,
        "scenes": _scenes(shots),
        "classes": _classes(programme, path),
        "speech": [_speech(sentence, path) for sentence in speech_of(programme.seed, shots)],
        "texts": _texts(programme, path, writings) if writings else [],
        "reuses": [],
    }  # fmt: skip
    return _as_truth(tables)


def facts_of(shot: Row) -> Facts:
    """The facts of a row of `shots`: `captions.describe` words them, `Facts.answers` matches them with a question."""
    things = []
    if shot["object"] is not None:
        things.append(Thing(shot["object"], shot["colour"], shot["count"]))
    if shot["object_2"] is not None:
        things.append(Thing(shot["object_2"], shot["colour_2"], 1))
    return Facts(tuple(things), shot["action"], shot["setting"], shot["time"], shot["weather"], shot["card"])


def join_truths(truths: list[Truth]) -> Truth:
    """The truths of several videos as one."""
    return Truth(*(pl.concat([getattr(truth, field.name) for truth in truths]) for field in fields(Truth)))


def with_reuses(truth: Truth, programmes: Sequence[Programme], paths: Sequence[str]) -> Truth:
    """The truth of an archive with what its programmes, in files at `paths`, have from each other."""
    rows = [
        _reuse(programme, index, loan, path, paths[loan.number])
        for programme, path in zip(programmes, paths, strict=True)
        for index, loan in sorted(programme.loans.items())
    ]
    return replace(truth, reuses=pl.DataFrame(rows, schema=SCHEMAS["reuses"], orient="row"))


def write_truth(truth: Truth, folder: Path) -> None:
    """Write the Parquet files and `truth.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SCHEMAS:
        getattr(truth, name).write_parquet(folder / f"{name}.parquet")
    readable = {name: getattr(truth, name).to_dicts() for name in SCHEMAS}
    (folder / "truth.json").write_text(json.dumps(readable, ensure_ascii=False, indent=1), encoding="utf-8")


def read_truth(archive: Path) -> Truth:
    """The truth of the archive in this folder. Raises ConfigurationError `no_truth` where there is none."""
    folder = archive / "truth"
    missing = [name for name in SCHEMAS if not (folder / f"{name}.parquet").is_file()]
    if not _LATER.issuperset(missing):
        raise ConfigurationError(
            "no_truth", f"{folder} holds no {missing[0]}.parquet: name a folder that `simulate` made"
        )
    return Truth(
        **{
            name: pl.DataFrame(schema=schema) if name in missing else pl.read_parquet(folder / f"{name}.parquet")
            for name, schema in SCHEMAS.items()
        }
    )


def _as_truth(tables: dict[str, list[Row]]) -> Truth:
    return Truth(**{name: pl.DataFrame(tables[name], schema=schema, orient="row") for name, schema in SCHEMAS.items()})


def _cuts(programme: Programme, path: str) -> list[Row]:
    found: list[tuple[int, int, str, str]] = [
        (join.start, join.end, "hard" if join.change == "cut" else "gradual", join.change) for join in programme.joins
    ]
    found += [(*take.turn, "semantic", "swing") for take in programme.takes if take.turn is not None]
    return [
        {
            "path": path, "kind": kind, "change": change, "start_frame": start, "end_frame": end,
            "start_s": float(start / programme.fps), "end_s": float(end / programme.fps),
        }
        for start, end, kind, change in sorted(found)
    ]  # fmt: skip


def _phases(take: Take) -> list[tuple[int, int, Facts]]:
    if take.turn is None or take.then is None:
        return [(take.start, take.end, take.facts)]
    middle = (take.turn[0] + take.turn[1]) // 2
    return [(take.start, middle, take.facts), (middle, take.end, take.then)]


def _shots(programme: Programme, path: str) -> list[Row]:
    rows: list[Row] = []
    for take in programme.takes:
        for start, end, painted in _phases(take):
            facts = programme.visible(painted)
            first, second = ([*facts.things, None, None])[:2]
            scene = 0 if not rows else rows[-1]["scene"] + (rows[-1]["class"] != take.place)
            rows.append(
                {
                    "path": path, "shot": len(rows), "scene": scene, "class": take.place,
                    "start_frame": start, "end_frame": end,
                    "start_s": float(start / programme.fps), "end_s": float(end / programme.fps),
                    "object": first and first.object, "colour": first and first.colour, "count": first and first.count,
                    "object_2": second and second.object, "colour_2": second and second.colour,
                    "setting": facts.setting, "time": facts.time, "weather": facts.weather, "action": facts.action,
                    "card": facts.card, "framing": take.framing, "movement": take.movement,
                    "held_out": facts.held_out,
                    "caption_en": describe(facts, "en"), "caption_es": describe(facts, "es"),
                }
            )  # fmt: skip
    return rows


def _speech(sentence: Sentence, path: str) -> Row:
    return {
        "path": path, "shot": sentence.shot, "start_s": sentence.start_s, "end_s": sentence.end_s,
        "language": sentence.language, "text": sentence.text, "people": sentence.topic.people,
        "event": sentence.topic.event,
    }  # fmt: skip


def _texts(programme: Programme, path: str, writings: Sequence[Writing]) -> list[Row]:
    def row(kind: str, language: str | None, text: str, start: int, end: int) -> Row:
        span = {"start_s": float(start / programme.fps), "end_s": float(end / programme.fps)}
        return {"path": path, "kind": kind, "language": language, "text": text, **span}

    rows = [row(one.kind, one.language, one.text, one.start, one.end) for one in writings]
    for take in programme.takes:
        rows += [row(kind, None, text, take.start, take.end) for kind, text in written_by_takes(take)]
    if programme.look.timecode:
        rows.append(row("timecode", None, burned_timecode(0, round(programme.fps)), 0, programme.n_frames))
    return sorted(rows, key=lambda one: one["start_s"])


def _reuse(programme: Programme, index: int, loan: Loan, path: str, other_path: str) -> Row:
    take, fps = programme.takes[index], programme.fps
    start_s, end_s = float(take.start / fps), float(take.end / fps)
    return {
        "path": path, "start_s": start_s, "end_s": end_s, "other_path": other_path, "other_start_s": loan.start_s,
        "other_end_s": loan.start_s + (end_s - start_s) * loan.speed, "disturbance": loan.disturbance,
        "mirrored": loan.disturbance == "mirrored", "moves": take.movement != "static",
    }  # fmt: skip


def _scenes(shots: list[Row]) -> list[Row]:
    scenes: list[Row] = []
    for shot in shots:
        if scenes and scenes[-1]["scene"] == shot["scene"]:
            scenes[-1]["end_s"] = shot["end_s"]
        else:
            scenes.append({name: shot[name] for name in SCHEMAS["scenes"]})
    return scenes


def _classes(programme: Programme, path: str) -> list[Row]:
    seen = sorted({take.place for take in programme.takes})
    rows = []
    for place in seen:
        facts = Facts(card="card") if place == CARD_CLASS else programme.places[place]
        row = {"setting": facts.setting, "time": facts.time, "weather": facts.weather, "card": facts.card}
        rows.append({"path": path, "class": place, **row})
    return rows
