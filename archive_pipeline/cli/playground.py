"""`archive-pipeline playground`: one picture or short video put to a VLM and to detectors, beside each other."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from PIL import Image, ImageDraw
from rich.markup import escape
from rich.text import Text

from archive_pipeline.cli.console import CANNOT, SOME_FAILED, err, explained, out, print_json
from archive_pipeline.cli.tables import WholeTable
from archive_pipeline.errors import ArchiveError, RequestError
from archive_pipeline.language.playground.tasks import Task
from archive_pipeline.search.picture import MOST_PICTURE_BYTES
from archive_pipeline.settings import Settings
from archive_pipeline.stages.playground import detect, play


@dataclass(frozen=True)
class Answer:
    """What one of those who were asked found."""

    by: str
    things: list[dict[str, Any]]
    size: tuple[int, int]
    picture: bytes
    loading_s: float
    latency_s: float
    text: str = ""

    def pixels(self, box: dict[str, float], size: tuple[int, int] | None = None) -> list[int]:
        """x0, y0, x1, y1 in the original, or in a picture of `size`."""
        width, height = size or self.size
        sides = (box["left"] * width, box["top"] * height, box["right"] * width, box["bottom"] * height)
        return [round(side) for side in sides]


def playground(
    picture: Annotated[Path, typer.Argument(help="A picture's file, or a video of at most two minutes.", exists=True)],
    detector: Annotated[
        list[str] | None, typer.Option("--detector", "-d", help="A name in ARCHIVE_DETECTORS; may be given again.")
    ] = None,
    vlm: Annotated[bool, typer.Option(help="Ask the VLM server, where ARCHIVE_VLM_URL names one.")] = True,
    model: Annotated[str, typer.Option(help="One of its models; default: ARCHIVE_VLM_MODEL, else its first.")] = "",
    task: Annotated[Task, typer.Option(help="What the VLM is asked for.")] = "detect",
    question: Annotated[str, typer.Option(help="For --task ask; for detect: what to find.")] = "",
    language: Annotated[str, typer.Option(help="Of the VLM's answer, ISO 639-1.")] = "en",
    min_score: Annotated[float, typer.Option(help="What detectors are less sure of is left out.")] = 0.5,
    drawn: Annotated[
        Path | None, typer.Option(help="Folder for the picture with the boxes of each drawn on it.", file_okay=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Put one picture to a VLM and to detectors: labels, scores, boxes, actions, and the seconds of each.

    Boxes are in pixels of the upright original.
    """
    settings = Settings()
    with explained(as_json):
        data = _read(picture)
        askers = _askers(settings, data, detector or [], vlm, model, (task, language, question), min_score)
        answers, problems = _asked(askers)
    if drawn:
        for answer in answers:
            _draw(answer, drawn, picture.stem)
    if as_json:
        print_json({"answers": [_as_json(answer) for answer in answers], "problems": problems})
    else:
        _show(answers)
    for problem in problems:
        said = f"[bold red]{problem['error_code']}[/] {escape(problem['by'])}: {escape(problem['message'])}"
        err.print(said, soft_wrap=True)
    if problems:
        raise typer.Exit(SOME_FAILED if answers else CANNOT)


def _read(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(MOST_PICTURE_BYTES + 1)


def _askers(
    settings: Settings,
    data: bytes,
    detectors: Sequence[str],
    vlm: bool,
    model: str,
    asked: tuple[Task, str, str],
    min_score: float,
) -> dict[str, Callable[[], Answer]]:
    def of_vlm() -> Answer:
        task, language, question = asked
        played = play(settings, data, task, model, language, question)
        if played.status != "ok":
            raise RequestError("vlm_no_answer", f"{played.model}: {played.status}: {played.reason}.")
        sent = played.pictures
        picture = sent.jpegs[sent.boxed]
        return Answer(played.model, played.things, played.size, picture, 0.0, played.latency_s, played.text)

    def of_detector(name: str) -> Answer:
        found = detect(settings, data, name, min_score)
        return Answer(name, found.things, found.size, found.picture, found.loading_s, found.latency_s)

    askers: dict[str, Callable[[], Answer]] = {"VLM": of_vlm} if vlm and settings.vlm_url else {}
    askers |= {name: partial(of_detector, name) for name in detectors}
    if not askers:
        raise RequestError(
            "nobody_asked",
            f"Nobody is asked: name a detector (-d {' or -d '.join(settings.detectors)}), or a VLM server in "
            "ARCHIVE_VLM_URL.",
        )
    return askers


def _asked(askers: dict[str, Callable[[], Answer]]) -> tuple[list[Answer], list[dict[str, str]]]:
    """One after the other, so that the seconds of each are its own; one that cannot answer keeps no other from it."""
    answers, problems = [], []
    for by, ask in askers.items():
        try:
            answers.append(ask())
        except ArchiveError as error:
            problems.append({"by": by, "error_code": error.code, "message": error.message})
    return answers, problems


def _as_json(answer: Answer) -> dict[str, Any]:
    return {
        "by": answer.by,
        "size": answer.size,
        "loading_s": answer.loading_s,
        "latency_s": answer.latency_s,
        "text": answer.text,
        "things": [{**one, "box": answer.pixels(one["box"]) if one["box"] else None} for one in answer.things],
    }


def _show(answers: Sequence[Answer]) -> None:
    things = WholeTable("by", "what", "score", "box (pixels)", "action", texts=("by", "what", "action"))
    seconds = WholeTable("by", "found", "seconds", "loading", texts=("by",))
    for answer in answers:
        if answer.text:
            out.print(Text(answer.text))
        for row in _rows(answer):
            things.add_row(*row)
        loading = f"{answer.loading_s:.2f}" if answer.loading_s else ""
        seconds.add_row(Text(answer.by), str(len(answer.things)), f"{answer.latency_s:.3f}", loading)
    if things.row_count:
        out.print(things)
        out.print()
    out.print(seconds)


def _rows(answer: Answer) -> Iterator[tuple[Text, Text, str, str, Text]]:
    """What a model wrote is text, never markup."""
    for one in answer.things:
        box = ", ".join(map(str, answer.pixels(one["box"]))) if one["box"] else "–"
        score = f"{one['score']:.2f}" if "score" in one else "–"
        yield Text(answer.by), Text(one["label"]), score, box, Text(one.get("action", ""))


def _draw(answer: Answer, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(answer.picture)) as picture:
        pen = ImageDraw.Draw(picture)
        for one in answer.things:
            if one["box"]:
                x0, y0, x1, y1 = answer.pixels(one["box"], picture.size)
                pen.rectangle((x0, y0, x1, y1), outline="red", width=2)
                pen.text((x0 + 4, y0 + 2), one["label"], fill="white", stroke_width=2, stroke_fill="red")
        file = folder / f"{name}.{answer.by.replace('/', '_')}.jpg"
        picture.save(file, quality=92)
    err.print(f"[dim]{escape(str(file))}[/]", soft_wrap=True)
