"""HDR and BT.2020 as a screen of BT.709 shows them: a table of colours, which any build of ffmpeg applies (`lut3d`).

HLG and PQ are decoded to the light of a display of 1,000 cd/m² (ITU-R BT.2100; of PQ what is brighter is clipped),
BT.2020 without HDR by gamma 2.4 (BT.1886). The white of a page or a shirt, 203 cd/m² (BT.2408), is the white of the
screen. What is brighter than 0.7 of it is bent by Möbius's curve, as ffmpeg's `tonemap=mobius` does, by the largest of
red, green and blue, so that hues stay. What BT.709 cannot show is clipped.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.media.colour import Colour, Conversion, conversion

Array = NDArray[np.float64]

_GRID = 33  # values of each channel; colours of SDR come out within 0.7 of 255 on average, with 17 within 1.6
_PEAK, _WHITE, _KNEE = 1000.0, 203.0, 0.7
_GAMMA = 2.4
_PREFIX = "archive-tones-"
_LEFT_OVER_S = 7 * 86_400.0  # no decode takes as long; ffmpeg reads the table once more where a video's size changes
_TO_BT709 = np.array(  # ITU-R BT.2087
    [[1.660491, -0.587641, -0.072850], [-0.124550, 1.132900, -0.008349], [-0.018151, -0.100579, 1.118730]]
)
_LUMA = np.array([0.2627, 0.6780, 0.0593])


def of_pq(signal: Array) -> Array:
    """Light in cd/m² of non-linear RGB (…, 3) in 0 to 1: the EOTF of SMPTE ST 2084."""
    power = signal ** (32 / 2523)
    linear: Array = 10_000 * (np.maximum(power - 3424 / 4096, 0) / (2413 / 128 - 2392 / 128 * power)) ** (8192 / 1305)
    return linear


def of_hlg(signal: Array) -> Array:
    """The same of hybrid log-gamma (ARIB STD-B67), on a display of 1,000 cd/m²: system gamma 1.2."""
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12)
    light: Array = _PEAK * scene * (scene @ _LUMA)[..., np.newaxis] ** 0.2
    return light


def on_screen(signal: Array, by: Conversion) -> Array:
    """Non-linear BT.709 (…, 3) in 0 to 1 of non-linear BT.2020 in 0 to 1."""
    if by == "bt2020":
        light = signal**_GAMMA @ _TO_BT709.T
    else:
        light = (of_pq(signal) if by == "pq" else of_hlg(signal)) @ _TO_BT709.T / _WHITE
        brightest = np.maximum(light.max(-1, keepdims=True), 1e-9)
        light = light * (_bent(np.minimum(brightest, _PEAK / _WHITE)) / brightest)
    shown: Array = np.clip(light, 0, 1) ** (1 / _GAMMA)
    return shown


def _bent(light: Array) -> Array:
    """1 at the peak, itself up to the knee, smooth between."""
    knee, peak = _KNEE, _PEAK / _WHITE
    a = -(knee**2) * (peak - 1) / (knee**2 - 2 * knee + peak)
    b = (knee**2 - 2 * knee * peak + peak) / (peak - 1)
    above = (b**2 + 2 * b * knee + knee**2) / (b - a) * (light + a) / (light + b)
    return np.where(light <= knee, light, above)


@contextmanager
def tone_map(colour: Colour) -> Iterator[str | None]:
    """The name of a file for `lut3d` by which pictures of a video become those of a screen, while the block runs; None
    where they are."""
    by = conversion(colour)
    if by is None:
        yield None
        return
    _clear_left_over()
    with tempfile.NamedTemporaryFile(prefix=_PREFIX, suffix=".cube") as file:
        file.write(_cube(by))
        file.flush()
        yield file.name


def _clear_left_over() -> None:
    """Remove the tables of processes that were killed; nothing else removes these."""
    for file in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*.cube"):
        with suppress(OSError):  # somebody else's, or just gone
            if time.time() - file.stat().st_mtime > _LEFT_OVER_S:
                file.unlink()


@lru_cache
def _cube(by: Conversion) -> bytes:
    """The table as Adobe's .cube, red first; 0.8 MB, made in 0.1 s."""
    steps = np.linspace(0, 1, _GRID)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    shown = on_screen(np.stack([red, green, blue], -1).reshape(-1, 3), by)
    lines = "\n".join("%.4f %.4f %.4f" % tuple(colour) for colour in shown.tolist())  # noqa: UP031 (half the time)
    return f"LUT_3D_SIZE {_GRID}\n{lines}\n".encode()
