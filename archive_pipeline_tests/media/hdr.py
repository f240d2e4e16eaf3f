"""A made-up programme in SDR, and as a converter makes HDR of it by ITU-R BT.2100: its white at 203 cd/m²."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from archive_pipeline_tests.media.zoo import Maker, run

Array = NDArray[np.float64]

TRANSFERS = {"pq": "smpte2084", "hlg": "arib-std-b67", "bt2020": "bt2020-10"}
"""By what is converted, its transfer characteristics as ffmpeg names them."""

LOSSLESS = ("-c:v", "ffv1")
_BT2020_OF_BT709 = np.array(  # BT.2087, in the other direction than the product has it
    [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]]
)
_SHOTS = ("testsrc2", "smptebars", "mandelbrot", "yuvtestsrc", "rgbtestsrc", "testsrc")
_PALE = "hue=s=0.6"  # colours as strong as those of the test pictures are in no footage


def signal(sdr: Array, to: str) -> Array:
    """Non-linear BT.2020 (…, 3) of non-linear BT.709 as BT.1886 shows it, both in 0 to 1."""
    light = np.clip(sdr**2.4 @ _BT2020_OF_BT709.T, 0, 1)
    if to == "bt2020":
        return np.asarray(light ** (1 / 2.4))
    nits = 203 * light
    if to == "pq":
        power = (nits / 10_000) ** 0.1593017578125
        return np.asarray(((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375)
    luma = np.maximum(nits @ np.array([0.2627, 0.6780, 0.0593]), 1e-6)[..., np.newaxis]
    scene = nits / 1000 * (luma / 1000) ** (1 / 1.2 - 1)  # the inverse of the system gamma of 1.2
    log = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), log)


def programme(*arguments: str, to: str | None = None, size: str = "320x180", tagged: bool = True) -> Maker:
    """Six shots of a second each; `to`: HDR (`TRANSFERS`), with 10 bits."""

    def make(ffmpeg: Path, path: Path) -> None:
        shots = [f"{shot}{':' if '=' in shot else '='}s={size}:r=10" for shot in _SHOTS]
        inputs = [word for shot in shots for word in ("-f", "lavfi", "-t", "1", "-i", shot)]
        each = ";".join(f"[{n}]{_PALE},format=gbrp,setsar=1[v{n}]" for n in range(len(shots)))
        joined = "".join(f"[v{n}]" for n in range(len(shots))) + f"concat={len(shots)}"
        steps = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,setparams=colorspace=bt709:range=tv"
        if to:
            table = path.with_suffix(f".{to}.cube")
            table.write_text(_cube(to))
            told = f":color_primaries=bt2020:color_trc={TRANSFERS[to]}" if tagged else ""
            coded = f"scale=out_color_matrix=bt2020:out_range=tv,format=yuv420p10le,setparams=colorspace=bt2020nc{told}"
            steps = f"format=gbrp16le,lut3d={table},{coded}:range=tv"
        graph = f"{each};{joined},{steps}"
        run(ffmpeg, *inputs, "-filter_complex", graph, *(arguments or LOSSLESS), path)

    return make


def _cube(to: str, grid: int = 49) -> str:
    steps = np.linspace(0, 1, grid)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    colours = signal(np.stack([red, green, blue], -1).reshape(-1, 3), to)
    return f"LUT_3D_SIZE {grid}\n" + "\n".join("{:.5f} {:.5f} {:.5f}".format(*colour) for colour in colours) + "\n"
