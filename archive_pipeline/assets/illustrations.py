"""Small pictures for the Dagster UI: a contact sheet of a video's shots and a strip of its classes, scenes and shots.

Dagster keeps metadata for ever in its event log, so that a picture stays under 30 KB (DESIGN §5).
"""

import base64
import colorsys
import io
from collections.abc import Sequence
from typing import TypeVar

import dagster as dg
import polars as pl
from PIL import Image, ImageDraw

from archive_pipeline.counting import counted

_T = TypeVar("_T")

_MOST_BYTES = 22_000  # of JPEG or PNG; base64 adds a third
_SHEET_COLUMNS, _MOST_PICTURES = 6, 18
_CELL = (120, 68)
_CAPTION, _CAPTION_LETTERS = 13, 19  # pixels under a picture, and what fits its width in Pillow's own font
_NO_MARKUP = str.maketrans("", "", "[]()<>&|`")
_STRIP_WIDTH, _STRIP_ROW = 640, 20
_NOISE = (120, 120, 120)


def evenly(moments: Sequence[_T]) -> list[_T]:
    """Those of the moments that a contact sheet has room for: 18, evenly chosen."""
    if len(moments) <= _MOST_PICTURES:
        return list(moments)
    return [moments[round(i * (len(moments) - 1) / (_MOST_PICTURES - 1))] for i in range(_MOST_PICTURES)]


def contact_sheet(chosen: Sequence[bytes], n_shots: int) -> dg.MetadataValue:
    """The pictures, at most 18 of `n_shots`, as one JPEG in Markdown."""
    if not chosen:
        return dg.MetadataValue.md("no pictures are kept")
    return _markdown(_small_jpeg(_sheet(chosen, 0)), "jpeg", counted(n_shots, "shot"))


def captioned_sheet(chosen: Sequence[tuple[bytes, str]]) -> dg.MetadataValue:
    """The first 18 pictures, each over a line of its own that says what it is."""
    if not chosen:
        return dg.MetadataValue.md("no pictures")
    shown = chosen[:_MOST_PICTURES]
    sheet = _sheet([jpeg for jpeg, _ in shown], _CAPTION)
    draw = ImageDraw.Draw(sheet)
    for position, (_, text) in enumerate(shown):
        left, top = _place(position, _CAPTION)
        draw.text((left + 3, top + _CELL[1] + 1), text[:_CAPTION_LETTERS], fill="white")
    return _markdown(_small_jpeg(sheet), "jpeg", ", ".join(text for _, text in shown).translate(_NO_MARKUP))


def _sheet(jpegs: Sequence[bytes], below: int) -> Image.Image:
    """The pictures in rows of six, on black, with `below` pixels under each."""
    rows, columns = -(-len(jpegs) // _SHEET_COLUMNS), min(len(jpegs), _SHEET_COLUMNS)
    sheet = Image.new("RGB", (columns * _CELL[0], rows * (_CELL[1] + below)), "black")
    for position, jpeg in enumerate(jpegs):
        with Image.open(io.BytesIO(jpeg)) as picture:
            picture.thumbnail(_CELL)
            left, top = _place(position, below)
            sheet.paste(picture, (left + (_CELL[0] - picture.width) // 2, top + (_CELL[1] - picture.height) // 2))
    return sheet


def _place(position: int, below: int) -> tuple[int, int]:
    return (position % _SHEET_COLUMNS) * _CELL[0], (position // _SHEET_COLUMNS) * (_CELL[1] + below)


def _small_jpeg(sheet: Image.Image) -> bytes:
    for quality in (80, 65, 50, 35, 20):
        buffer = io.BytesIO()
        sheet.save(buffer, "JPEG", quality=quality)
        if buffer.tell() <= _MOST_BYTES:
            break
    return buffer.getvalue()


def timeline_strip(classes: pl.DataFrame, scenes: pl.DataFrame, shots: pl.DataFrame) -> dg.MetadataValue:
    """Three rows over time: classes (a colour each, grey for noise), scenes and shots (alternating shades)."""
    start_s, end_s = shots["start_s"].min(), shots["end_s"].max()
    scale = _STRIP_WIDTH / max(float(end_s) - float(start_s), 1e-6)  # type: ignore[arg-type]
    colours = {number: _colour(i, classes.height) for i, number in enumerate(classes["class"])} | {-1: _NOISE}
    strip = Image.new("RGB", (_STRIP_WIDTH, 3 * (_STRIP_ROW + 4)), "white")
    draw = ImageDraw.Draw(strip)
    for row, (table, plain) in enumerate(((scenes, False), (scenes, True), (shots, True))):
        top = row * (_STRIP_ROW + 4)
        for position, span in enumerate(table.iter_rows(named=True)):
            shade = (70, 110, 160) if position % 2 else (165, 190, 220)
            box = ((span["start_s"] - start_s) * scale, top, (span["end_s"] - start_s) * scale, top + _STRIP_ROW)
            draw.rectangle(box, fill=shade if plain else colours[span["class"]])
    buffer = io.BytesIO()
    strip.quantize(64).save(buffer, "PNG", optimize=True)
    return _markdown(buffer.getvalue(), "png", "classes, scenes and shots over time")


def _colour(position: int, n_colours: int) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(position / max(n_colours, 1), 0.55, 0.9)
    return round(red * 255), round(green * 255), round(blue * 255)


def _markdown(picture: bytes, kind: str, title: str) -> dg.MetadataValue:
    return dg.MetadataValue.md(f"![{title}](data:image/{kind};base64,{base64.b64encode(picture).decode()})")
