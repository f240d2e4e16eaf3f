"""Pictures as video keeps them: luma and half-sized colour differences (4:2:0, BT.601, studio range)."""

from dataclasses import dataclass

from PIL import Image

BLACK = 16
_NEUTRAL = 128
_LUMA_CURVE = [16 + round(v * 219 / 255) for v in range(256)]
_CHROMA_CURVE = [128 + round((v - 128) * 224 / 255) for v in range(256)]


@dataclass(frozen=True)
class Planes:
    """`luma` is (width, height), `blue` and `red` are (width / 2, height / 2); all of mode L."""

    luma: Image.Image
    blue: Image.Image
    red: Image.Image

    @property
    def size(self) -> tuple[int, int]:
        return self.luma.size

    def raw(self) -> bytes:
        """The frame as ffmpeg's yuv420p."""
        return self.luma.tobytes() + self.blue.tobytes() + self.red.tobytes()

    def crop(self, left: int, top: int, width: int, height: int) -> "Planes":
        """A part of the picture; all four numbers even."""
        half = (left // 2, top // 2, (left + width) // 2, (top + height) // 2)
        whole = (left, top, left + width, top + height)
        return Planes(self.luma.crop(whole), self.blue.crop(half), self.red.crop(half))

    def scale(self, size: tuple[int, int], box: tuple[float, float, float, float]) -> "Planes":
        """The part `box` (left, top, right, bottom in luma pixels) scaled to `size`."""
        small = (size[0] // 2, size[1] // 2)
        half = (box[0] / 2, box[1] / 2, box[2] / 2, box[3] / 2)
        linear = Image.Resampling.BILINEAR
        return Planes(
            self.luma.resize(size, linear, box),
            self.blue.resize(small, linear, half),
            self.red.resize(small, linear, half),
        )

    def copy(self) -> "Planes":
        return Planes(self.luma.copy(), self.blue.copy(), self.red.copy())

    def paste(self, other: "Planes", left: int, top: int, mask: tuple[Image.Image, Image.Image] | None = None) -> None:
        """Put `other` at an even place, through a mask given at full and at half size. Changes this picture."""
        whole, half = mask or (None, None)
        self.luma.paste(other.luma, (left, top), whole)
        self.blue.paste(other.blue, (left // 2, top // 2), half)
        self.red.paste(other.red, (left // 2, top // 2), half)

    def blend(self, other: "Planes", share: float) -> "Planes":
        """A mixture with `share` (0 to 1) of the other."""
        return Planes(
            Image.blend(self.luma, other.luma, share),
            Image.blend(self.blue, other.blue, share),
            Image.blend(self.red, other.red, share),
        )


def planes_of(picture: Image.Image) -> Planes:
    """An RGB picture with even sides as planes."""
    luma, blue, red = picture.convert("YCbCr").split()
    half = (picture.width // 2, picture.height // 2)
    box = Image.Resampling.BOX
    return Planes(
        luma.point(_LUMA_CURVE), blue.point(_CHROMA_CURVE).resize(half, box), red.point(_CHROMA_CURVE).resize(half, box)
    )


def flat(size: tuple[int, int], luma: int = BLACK) -> Planes:
    """A grey or black picture."""
    half = (size[0] // 2, size[1] // 2)
    return Planes(Image.new("L", size, luma), Image.new("L", half, _NEUTRAL), Image.new("L", half, _NEUTRAL))


def halves(mask: Image.Image) -> tuple[Image.Image, Image.Image]:
    """A mask of mode L at full and at half size, as `Planes.paste` takes it."""
    return mask, mask.resize((mask.width // 2, mask.height // 2), Image.Resampling.BOX)
