"""One thing in one colour as a picture with transparency, with a rim that sets it off from any ground."""

from collections.abc import Callable
from functools import lru_cache

from PIL import Image, ImageFilter

from archive_pipeline.simulator.painting import creatures, furnishings, vehicles
from archive_pipeline.simulator.painting.canvas import RGB, Canvas
from archive_pipeline.simulator.world import COLOURS

# How each thing is drawn, and its width in units of its height.
DRAWINGS: dict[str, tuple[Callable[[Canvas, RGB], None], float]] = {
    "boat": (vehicles.boat, 1.2),
    "train": (vehicles.train, 1.9),
    "car": (vehicles.car, 1.9),
    "bicycle": (vehicles.bicycle, 1.6),
    "plane": (vehicles.plane, 2.1),
    "horse": (creatures.horse, 1.2),
    "dog": (creatures.dog, 1.3),
    "bird": (creatures.bird, 1.5),
    "umbrella": (furnishings.umbrella, 1.2),
    "balloon": (vehicles.balloon, 0.8),
    "person": (creatures.person, 0.56),
    "flag": (furnishings.flag, 0.9),
    "windmill": (furnishings.windmill, 1.1),
    "chair": (furnishings.chair, 0.7),
    "clock": (furnishings.clock, 0.9),
    "house": (furnishings.house, 1.2),
}

_MASTER_PX = 480  # drawn once this high; scaled down from the next larger half: smooth edges at a small cost
_RIM_PX = 9


@lru_cache(maxsize=4 * len(DRAWINGS) * len(COLOURS))
def _master(thing: str, colour: str, halvings: int) -> Image.Image:
    if halvings:
        return _master(thing, colour, halvings - 1).reduce(2)
    draw, aspect = DRAWINGS[thing]
    rgb = COLOURS[colour].rgb
    size = (round(aspect * _MASTER_PX) + 2 * _RIM_PX, _MASTER_PX + 2 * _RIM_PX)
    # The rim is also the colour under the transparency, so that scaling mixes edges with it.
    rim = (238, 236, 228) if sum(rgb) < 200 else (30, 28, 32)
    drawn = Image.new("RGBA", size, (*rim, 0))
    box = Image.new("RGBA", (size[0] - 2 * _RIM_PX, _MASTER_PX), (*rim, 0))
    draw(Canvas(box, _MASTER_PX), rgb)
    drawn.paste(box, (_RIM_PX, _RIM_PX))
    alpha = drawn.getchannel("A").resize((size[0] // 3, size[1] // 3)).filter(ImageFilter.MaxFilter(7)).resize(size)
    outlined = Image.new("RGBA", size, (*rim, 0))
    outlined.putalpha(alpha.point([min(255, a * 2) for a in range(256)]))
    outlined.alpha_composite(drawn)
    return outlined


def sprite(thing: str, colour: str, size_px: float, *, mirrored: bool = False) -> Image.Image:
    """The thing as RGBA. `size_px` is the root of its box's area, so that long and tall things look equally large."""
    aspect = DRAWINGS[thing][1]
    height = max(2, round(size_px / aspect**0.5))
    halvings = 0
    while halvings < 3 and _MASTER_PX >> (halvings + 1) >= height:
        halvings += 1
    whole = _master(thing, colour, halvings)
    scaled = whole.resize((max(1, round(whole.width * height / whole.height)), height), Image.Resampling.BILINEAR)
    return scaled.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else scaled
