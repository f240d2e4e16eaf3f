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

_T = TypeVar("_T")

_MOST_BYTES = 22_000  # of JPEG or PNG; base64 adds a third
_SHEET_COLUMNS, _MOST_PICTURES = 6, 18
_CELL = (120, 68)
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
    rows = -(-len(chosen) // _SHEET_COLUMNS)
    columns = min(len(chosen), _SHEET_COLUMNS)
    sheet = Image.new("RGB", (columns * _CELL[0], rows * _CELL[1]), "black")
    for position, jpeg in enumerate(chosen):
        with Image.open(io.BytesIO(jpeg)) as picture:
            picture.thumbnail(_CELL)
            left = (position % _SHEET_COLUMNS) * _CELL[0] + (_CELL[0] - picture.width) // 2
            top = (position // _SHEET_COLUMNS) * _CELL[1] + (_CELL[1] - picture.height) // 2
            sheet.paste(picture, (left, top))
    for quality in (80, 65, 50, 35, 20):
        buffer = io.BytesIO()
        sheet.save(buffer, "JPEG", quality=quality)
        if buffer.tell() <= _MOST_BYTES:
            break
    return _markdown(buffer.getvalue(), "jpeg", f"{n_shots} shots")


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
