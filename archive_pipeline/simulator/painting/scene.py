"""A scene as layers: the place as a wide backdrop, the subjects as one layer with transparency before it."""

from dataclasses import replace
from random import Random

from PIL import Image

from archive_pipeline.simulator.facts import Facts
from archive_pipeline.simulator.painting import effects
from archive_pipeline.simulator.painting.arrangement import FRAMINGS, Body, Framing, arrange
from archive_pipeline.simulator.painting.backdrops import BACKDROPS, HORIZON
from archive_pipeline.simulator.painting.canvas import Canvas
from archive_pipeline.simulator.painting.light import falling, light, paint_sky, snow_ground, veil
from archive_pipeline.simulator.painting.sprites import DRAWINGS, sprite
from archive_pipeline.simulator.world import SETTINGS

# The height of the place that a framing shows, and where that view's upper edge lies, in the place's height.
VIEWS: dict[Framing, tuple[float, float]] = {"wide": (1.0, 0.0), "medium": (0.82, 0.14), "close": (0.66, 0.26)}
FALLING_RGB = {"rain": (206, 214, 226), "snow": (250, 250, 252)}
_SUBJECTS_TINT = 0.3  # subjects take less of it than their place, so that a colour at night is still a colour
_GREY = "purple"  # any colour will do for a thing whose colour is unknown: only black-and-white pictures have those


def paint_place(place: Facts, width: float, height_px: int, random: Random) -> Image.Image:
    """The empty place as RGB, `height_px` high and `width` times as wide, in its light and weather but nothing falling.

    Raises ValueError for facts without a setting.
    """
    if place.setting is None:
        raise ValueError("a place needs a setting")
    size = (round(width * height_px), height_px)
    ground = Image.new("RGBA", size)
    canvas = Canvas(ground, height_px)
    BACKDROPS[place.setting](canvas, random, width)
    if place.weather == "snow":
        snow_ground(canvas, random, width, HORIZON)
    lit = veil(light(ground, place.time, 1.0), place.weather, place.time, 0.5)
    if not SETTINGS[place.setting].outdoors:
        return lit.convert("RGB")
    sky = paint_sky(size, place.time, place.weather, random)
    sky.paste(lit, (0, 0), lit)
    return sky


def paint_subjects(
    facts: Facts, bodies: tuple[Body, ...], aspect: float, height_px: int, random: Random
) -> Image.Image:
    """The subjects of a frame as RGBA, `height_px` high and `aspect` times as wide; empty without subjects."""
    layer = Image.new("RGBA", (round(aspect * height_px), height_px))
    canvas = Canvas(layer, height_px)
    for body in bodies:
        thing = facts.things[body.thing]
        wide = body.size * DRAWINGS[thing.object][1] ** 0.5
        high = body.size / DRAWINGS[thing.object][1] ** 0.5
        acts = facts.action if body.thing == 0 else None
        if acts is not None:
            effects.behind(canvas, acts, body.x, body.foot, wide, high, body.lift, random)
        drawn = sprite(thing.object, thing.colour or _GREY, body.size * height_px, mirrored=body.mirrored)
        drawn = veil(light(drawn, facts.time, _SUBJECTS_TINT), facts.weather, facts.time, 0.2)
        corner = (round(body.x * height_px - drawn.width / 2), round(body.foot * height_px - drawn.height))
        layer.paste(drawn, corner, drawn.getchannel("A"))
        if acts is not None:
            effects.before(canvas, acts, body.x, body.foot, wide, high, body.mirrored, random)
    return layer


def paint_still(
    facts: Facts,
    aspect: float,
    height_px: int,
    random: Random,
    framing: Framing | None = None,
    *,
    moved: float = 0.0,
) -> Image.Image:
    """One picture of the facts as RGB: what a frame of a shot shows, drawn directly at the size asked for.

    `moved`: the same view when its subjects have gone this far to the right, in heights of the picture.
    """
    chosen = random.choice(FRAMINGS) if framing is None else framing
    shown, top = VIEWS[chosen]
    place_px = round(height_px / shown)
    place = paint_place(facts, aspect * shown + 0.02, place_px, random)
    width_px = round(aspect * height_px)
    top_px = round(top * place_px)
    picture = place.crop((0, top_px, width_px, top_px + height_px))
    bodies = tuple(replace(body, x=body.x + moved) for body in arrange(facts, chosen, aspect, random))
    subjects = paint_subjects(facts, bodies, aspect, height_px, random)
    picture.paste(subjects, (0, 0), subjects)
    mask = falling(facts.weather, picture.size, height_px, random)
    if mask is not None and facts.weather is not None:
        picture.paste(FALLING_RGB[facts.weather], (0, 0), mask)
    return picture
