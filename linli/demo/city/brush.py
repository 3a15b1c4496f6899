"""A drawing surface for small illustrations: twice the final size underneath, so that edges come out smooth.

Coordinates are those of the final picture, 960 × 720. `scenes.py` paints the background with it, `subjects.py` what has
gone wrong in front, `photos.py` makes the file.
"""

import math
import random
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
WIDTH: Final = 960
HEIGHT: Final = 720
_SCALE: Final = 2


def shade(colour: Colour, factor: float) -> Colour:
    """Return `colour` darker (factor below 1) or lighter (above)."""
    return tuple(max(0, min(255, round(c * factor))) for c in colour)  # type: ignore[return-value]


def blend(one: Colour, other: Colour, share: float) -> Colour:
    """Return the mixture with `share` of `other`."""
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))  # type: ignore[return-value]


def varied(colour: Colour, rng: random.Random, amount: int = 10) -> Colour:
    """Return `colour` moved a little, all channels together and each by itself."""
    all_by = rng.randint(-amount, amount)
    return tuple(max(0, min(255, c + all_by + rng.randint(-4, 4))) for c in colour)  # type: ignore[return-value]


class Brush:
    """Draws in final coordinates; `done()` gives the finished picture."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE))
        self._draw = ImageDraw.Draw(self._image)

    def polygon(self, points: Sequence[tuple[float, float]], fill: Colour) -> None:
        """Fill a polygon."""
        self._draw.polygon([(x * _SCALE, y * _SCALE) for x, y in points], fill=fill)

    def box(self, x0: float, y0: float, x1: float, y1: float, fill: Colour, radius: float = 0.0) -> None:
        """Fill a rectangle, with rounded corners where a radius is given."""
        corners = (x0 * _SCALE, y0 * _SCALE, x1 * _SCALE, y1 * _SCALE)
        if radius:
            self._draw.rounded_rectangle(corners, radius * _SCALE, fill=fill)
        else:
            self._draw.rectangle(corners, fill=fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        """Fill an ellipse around (x, y)."""
        self._draw.ellipse(((x - rx) * _SCALE, (y - ry) * _SCALE, (x + rx) * _SCALE, (y + ry) * _SCALE), fill=fill)

    def line(self, points: Sequence[tuple[float, float]], fill: Colour, width: float) -> None:
        """Draw a line with round joints."""
        self._draw.line(
            [(x * _SCALE, y * _SCALE) for x, y in points], fill=fill, width=max(1, round(width * _SCALE)), joint="curve"
        )

    def fade(self, y0: int, y1: int, top: Colour, bottom: Colour) -> None:
        """Fill the full width from y0 to y1 with a gradient."""
        strip = Image.new("RGB", (1, 16))
        strip.putdata([blend(top, bottom, i / 15) for i in range(16)])
        size = (WIDTH * _SCALE, max(1, (y1 - y0) * _SCALE))
        self._image.paste(strip.resize((1, size[1]), Image.Resampling.BILINEAR).resize(size), (0, y0 * _SCALE))

    def done(self) -> Image.Image:
        """Return the picture, 960 × 720."""
        return self._image.reduce(_SCALE)


def blob(rng: random.Random, x: float, y: float, rx: float, ry: float, rough: float) -> list[tuple[float, float]]:
    """Return a rough oval around (x, y)."""
    points = []
    for i in range(22):
        angle, reach = i / 22 * math.tau, rng.uniform(1 - rough, 1 + rough)
        points.append((x + math.cos(angle) * rx * reach, y + math.sin(angle) * ry * reach))
    return points


def scaled(points: list[tuple[float, float]], x: float, y: float, share: float) -> list[tuple[float, float]]:
    """Return `points` drawn towards (x, y)."""
    return [(x + (px - x) * share, y + (py - y) * share) for px, py in points]
