"""The fronts of houses in the drawn photos: walls with windows, shops, signs without letters, air conditioners, stains.

A front is one long picture for one side of a street, with a mask of what shines at night; `street.py` puts it up.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from PIL import Image, ImageDraw

from linli.demo.city.optics import Texture, noise

Colour = tuple[int, int, int]
PER_M: Final = 24.0
LENGTH_M, TALLEST_M = 130, 26
BEHIND_M: Final = 35  # the front begins this far behind the camera's place
STOREY_M: Final = 3.0
_WALLS: Final[tuple[Colour, ...]] = (
    (205, 190, 166), (178, 184, 180), (192, 170, 150), (214, 206, 190), (168, 176, 160), (188, 178, 182), (150, 112, 92), (220, 212, 200),
    (140, 146, 152), (196, 180, 140),
)  # fmt: skip
_SIGNS: Final[tuple[Colour, ...]] = (
    (168, 44, 40),
    (32, 98, 90),
    (36, 70, 128),
    (196, 120, 36),
    (92, 60, 110),
    (40, 44, 52),
    (20, 120, 60),
)


def shade(colour: Colour, factor: float) -> Colour:
    """The colour darker (below 1) or lighter."""
    return tuple(max(0, min(255, round(c * factor))) for c in colour)  # type: ignore[return-value]


def varied(colour: Colour, rng: random.Random, amount: int = 12) -> Colour:
    """The colour moved a little."""
    by = rng.randint(-amount, amount)
    return tuple(max(0, min(255, c + by + rng.randint(-5, 5))) for c in colour)  # type: ignore[return-value]


@dataclass(frozen=True)
class Front:
    """One side of the street: the picture, what shines at night, and how high the roof is for each metre along it."""

    picture: Image.Image
    shining: Image.Image
    roof_m: list[float]
    wall: Colour

    @cached_property
    def painted(self) -> Texture:
        """The picture, to be seen from near and far."""
        return Texture(self.picture, PER_M)

    @cached_property
    def glowing(self) -> Texture:
        """The mask of what shines, to be seen from near and far."""
        return Texture(self.shining, PER_M)


class _Painter:
    """Draws in metres from the ground up."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        size = (round(LENGTH_M * PER_M), round(TALLEST_M * PER_M))
        self.picture, self.shining = Image.new("RGB", size, (120, 120, 120)), Image.new("L", size, 0)
        self.draw, self.lights = ImageDraw.Draw(self.picture), ImageDraw.Draw(self.shining)

    def box(self, x: float, z: float, width: float, height: float, colour: Colour, glow: int = 0) -> None:
        """A rectangle whose lower left corner is at (x, z)."""
        corners = (x * PER_M, (TALLEST_M - z - height) * PER_M, (x + width) * PER_M - 1, (TALLEST_M - z) * PER_M - 1)
        if corners[2] > corners[0] and corners[3] > corners[1]:
            self.draw.rectangle(corners, fill=colour)
            if glow:
                self.lights.rectangle(corners, fill=glow)


def paint_front(rng: random.Random, *, bare: bool = False) -> Front:
    """A front of several houses, each of its own age; `bare`: none with shops near the camera."""
    painter, roofs, walls = _Painter(rng), [0.0] * LENGTH_M, []
    x = 0.0
    while x < LENGTH_M:
        width, storeys = rng.uniform(9, 20), rng.choice((2, 3, 4, 5, 6, 6, 7))
        height = min(TALLEST_M - 1.0, 1.2 + storeys * STOREY_M)
        walls.append(varied(rng.choice(_WALLS), rng))
        shops = rng.random() < 0.8 and not (bare and abs(x + width / 2 - BEHIND_M) < 22)
        _house(painter, x, width, height, storeys, walls[-1], shops=shops, door=not bare)
        for metre in range(int(x), min(LENGTH_M, int(x + width) + 1)):
            roofs[metre] = height
        x += width
    picture = _weathered(painter.picture, rng)
    nearest = walls[min(len(walls) - 1, int(len(walls) * BEHIND_M / LENGTH_M))]
    return Front(picture, painter.shining, roofs, nearest)


def _house(
    painter: _Painter, x: float, width: float, height: float, storeys: int, wall: Colour, *, shops: bool, door: bool
) -> None:
    rng = painter.rng
    painter.box(x, 0, width, height, wall)
    painter.box(x, height - 0.35, width, 0.35, shade(wall, 0.8))
    painter.box(x + width - 0.25, 0, 0.1, height, shade(wall, 0.62))  # a drain pipe
    step, glass = rng.uniform(2.6, 3.6), varied((70, 84, 94), rng)
    balconies, bars = rng.random() < 0.4, rng.random() < 0.5
    for storey in range(1, storeys):
        z, left = storey * STOREY_M + 1.0, x + 0.8
        if balconies:
            painter.box(x, z - 0.5, width, 0.18, shade(wall, 0.88))
        while left + 1.6 < x + width:
            _window(painter, left, z, wall, glass, bars=bars)
            left += step
    if shops:
        _shops(painter, x, width, wall)
    else:
        painter.box(x, 0, width, 0.6, shade(wall, 0.7))
        if door:
            painter.box(x + width * 0.4, 0, 1.4, 2.3, (66, 58, 52))


def _window(painter: _Painter, x: float, z: float, wall: Colour, glass: Colour, *, bars: bool) -> None:
    rng = painter.rng
    lit = rng.random() < 0.4
    painter.box(x - 0.08, z - 0.08, 1.46, 1.56, shade(wall, 1.14))
    painter.box(x, z, 1.3, 1.4, varied(glass, rng, 18), glow=rng.randint(120, 230) if lit else 0)
    if rng.random() < 0.5:  # a curtain
        painter.box(x, z, rng.uniform(0.3, 0.6), 1.4, varied((168, 160, 150), rng))
    painter.box(x + 0.62, z, 0.07, 1.4, shade(wall, 1.1))
    painter.box(x - 0.12, z - 0.2, 1.54, 0.12, shade(wall, 0.8))
    if bars:
        for place in range(6):
            painter.box(x + place * 0.25, z - 0.1, 0.035, 1.5, (116, 118, 120))
    if rng.random() < 0.4:  # an air conditioner and the streak below it
        painter.box(x + 0.2, z - 0.95, 0.85, 0.58, (206, 206, 200))
        painter.box(x + 0.28, z - 0.88, 0.44, 0.44, (150, 152, 150))
        painter.box(x + 0.5, z - 2.2, 0.1, 1.2, shade(wall, 0.86))


def _shops(painter: _Painter, x: float, width: float, wall: Colour) -> None:
    rng = painter.rng
    left = x + 0.2
    while left + 2.6 < x + width:
        wide = rng.uniform(2.8, 5.0)
        wide = min(wide, x + width - left - 0.2)
        open_now, sign = rng.random() < 0.7, varied(rng.choice(_SIGNS), rng)
        painter.box(left, 0, wide, 2.75, (58, 64, 68) if open_now else (146, 148, 150), glow=150 if open_now else 0)
        if open_now:
            for _ in range(int(wide * 7)):  # wares behind the glass
                painter.box(
                    left + rng.uniform(0.1, wide - 0.5), rng.uniform(0.1, 1.9), rng.uniform(0.08, 0.28), rng.uniform(0.08, 0.3),
                    varied(rng.choice(((112, 92, 64), (112, 52, 44), (56, 82, 62), (136, 130, 118), (50, 62, 88))), rng, 25),
                )  # fmt: skip
            for place in range(1, int(wide / 1.3)):
                painter.box(left + place * 1.3, 0, 0.06, 2.75, (170, 172, 172))
        else:
            for row in range(18):
                painter.box(left, row * 0.15, wide, 0.03, (112, 114, 116))
        painter.box(left - 0.05, 2.75, wide + 0.1, 0.95, sign, glow=110 if rng.random() < 0.7 else 0)
        # Strokes that read as writing from afar; no letters, so no name can be mistaken for a real one.
        signs = rng.randint(3, 5)
        for place in range(signs):
            at = left + wide / 2 + (place - signs / 2) * 0.72
            for _ in range(7):
                along, up = rng.uniform(0, 0.42), rng.uniform(0, 0.42)
                flat = rng.random() < 0.5
                painter.box(
                    at + along * 0.6,
                    3.0 + up * 0.9,
                    0.3 if flat else 0.07,
                    0.06 if flat else 0.26,
                    (244, 236, 214),
                    glow=200,
                )
        left += wide + rng.uniform(0.15, 0.5)
    painter.box(x, 0, width, 0.12, shade(wall, 0.6))


def _weathered(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Streaks and stains, as rain and years leave them."""
    grain = Image.fromarray((noise() * 255).astype("uint8"))
    left, top = rng.randint(0, 200), rng.randint(0, 200)
    streaks = grain.crop((left, top, left + 300, top + 24)).resize(picture.size, Image.Resampling.BILINEAR)
    stains = grain.crop((top, left, top + 90, left + 18)).resize(picture.size, Image.Resampling.BILINEAR)
    dirt = Image.blend(streaks, stains, 0.5)
    return Image.blend(picture, Image.merge("RGB", (dirt, dirt, dirt)), rng.uniform(0.1, 0.2))
