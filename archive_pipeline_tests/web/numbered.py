"""Pictures that tell their number: a strip of large dark and light fields, which any coding leaves readable."""

import numpy as np
from numpy.typing import NDArray

_BITS = 10
_WIDTH, _HEIGHT = 160, 90  # in which pictures are read

_DARK, _LIGHT = 96, 160  # as little as is surely told apart, so that a strip makes no shots of its own
_DIFFERENCE = (_LIGHT - _DARK) // 3

READ = f"""(video) => {{
  const canvas = document.createElement("canvas"); canvas.width = {_WIDTH}; canvas.height = {_HEIGHT};
  const context = canvas.getContext("2d", {{ willReadFrequently: true }});
  context.drawImage(video, 0, 0, {_WIDTH}, {_HEIGHT});
  const width = {_WIDTH / _BITS}, height = {_HEIGHT / 6};
  const field = (x, y) => context.getImageData((x + 0.5) * width, (y + 4.5) * height, 1, 1).data[1];
  let number = 0;
  for (let bit = 0; bit < {_BITS}; bit++) {{
    const difference = field(bit, 0) - field(bit, 1);
    if (Math.abs(difference) < {_DIFFERENCE}) return -1;
    if (difference > 0) number += 2 ** bit;
  }}
  return number;
}}"""
"""For a browser: the number of the picture that a <video> shows; -1 where it shows none, or a mixture of two."""


def numbers(rate: str, width: int, height: int) -> str:
    """A source of ffmpeg's: the number of each frame in bits, light and dark, and below them the other way round."""
    bits = f"geq=lum='if(eq(mod(floor(N/pow(2,X)),2),Y),{_DARK},{_LIGHT})':cb=128:cr=128"
    enlarged = f"scale={width}:{height}:flags=neighbor,setsar=1,format=yuv420p"
    return f"nullsrc=size={_BITS}x2:rate={rate},format=yuv444p,{bits},{enlarged}"


def read(picture: NDArray[np.uint8]) -> int:
    """The number in a grey picture (height, width); -1 where it tells none."""
    height, width = picture.shape
    rows = [int((2 / 3 + (y + 0.5) / 6) * height) for y in range(2)]
    columns = [int((x + 0.5) * width / _BITS) for x in range(_BITS)]
    fields = picture[np.ix_(rows, columns)].astype(int)
    difference = fields[0] - fields[1]
    return (
        -1 if (abs(difference) < _DIFFERENCE).any() else int(sum(2**bit for bit in range(_BITS) if difference[bit] > 0))
    )
