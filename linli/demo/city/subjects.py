"""What is wrong in the foreground of a drawn photo, and how the same place looks when it has been put right.

Ten subjects, each a function of brush, random stream, scene and whether it is mended. `scenes.py` paints behind.
"""

import math
import random
from collections.abc import Callable
from typing import Final

from linli.demo.city.brush import HEIGHT, WIDTH, Brush, Colour, blend, blob, scaled, shade, varied
from linli.demo.city.furniture import BAGS, broken_lamp, fallen_tree, overflowing_bin, water_leak
from linli.demo.city.scenes import Scene

_Draw = Callable[[Brush, random.Random, Scene, bool], None]

_CARS: Final[tuple[Colour, ...]] = (
    (214, 218, 222),
    (66, 74, 86),
    (168, 52, 48),
    (58, 92, 142),
    (196, 172, 128),
    (238, 238, 234),
)


def draw_subject(brush: Brush, rng: random.Random, scene: Scene, subject: str, stage: str) -> None:
    """Draw `subject` ("litter", …) into `scene`, broken for stage "before", mended for "after"."""
    _DRAW[subject](brush, rng, scene, stage == "after")


def _spot(rng: random.Random, scene: Scene) -> tuple[float, float]:
    """Return a place on the carriageway."""
    return rng.uniform(330, 630), scene.kerb + (HEIGHT - scene.kerb) * rng.uniform(0.4, 0.56)


def _litter(brush: Brush, rng: random.Random, scene: Scene, mended: bool) -> None:
    x, y = rng.uniform(300, 640), scene.kerb - 26.0
    if mended:
        brush.polygon(blob(rng, x, y - 4, 190, 26, 0.12), shade(scene.pavement, 0.95))
        return
    brush.polygon(blob(rng, x, y + 6, 210, 30, 0.16), shade(scene.pavement, 0.8))
    bags = sorted((rng.uniform(-150, 150), rng.uniform(-34, 14), rng.uniform(34, 62)) for _ in range(9))
    for dx, dy, size in sorted(bags, key=lambda bag: bag[1]):
        colour = varied(rng.choice(BAGS), rng)
        shape = blob(rng, x + dx, y + dy - size * 0.55, size, size * 0.72, 0.08)
        brush.polygon(shape, colour)
        brush.polygon(scaled(shape, x + dx - size * 0.25, y + dy - size * 0.75, 0.4), shade(colour, 1.16))
        brush.polygon(
            [(x + dx - 9, y + dy - size * 1.18), (x + dx + 11, y + dy - size * 1.2), (x + dx, y + dy - size * 0.98)],
            colour,
        )
    for _ in range(26):
        px, py = x + rng.gauss(0, 150), y + rng.uniform(-6, 30)
        brush.polygon(
            blob(rng, px, py, rng.uniform(5, 13), rng.uniform(3, 6), 0.3),
            rng.choice(((240, 238, 230), (206, 160, 92), (200, 84, 72), (120, 160, 120))),
        )


def _manhole(brush: Brush, rng: random.Random, scene: Scene, mended: bool) -> None:
    x, y = _spot(rng, scene)
    r, iron = rng.uniform(120, 150), varied((92, 90, 88), rng)
    brush.polygon(
        blob(rng, x, y, r * 1.3, r * 0.62, 0.05 if mended else 0.12), shade(scene.asphalt, 0.86 if mended else 0.78)
    )
    brush.oval(x, y, r * 1.08, r * 0.5, shade(iron, 0.72))
    if not mended:
        brush.oval(x, y, r * 0.98, r * 0.45, (24, 24, 27))
        brush.oval(x, y + 10, r * 0.84, r * 0.34, (13, 13, 16))
        half = [
            (x + math.cos(a / 14 * math.pi + 2.2) * r, y + math.sin(a / 14 * math.pi + 2.2) * r * 0.46)
            for a in range(15)
        ]
        crack = [(x + rng.uniform(-18, 18) + t * 40, y + t * 22 + rng.uniform(-9, 9)) for t in (0.8, 0.2, -0.4)]
        brush.polygon(half + crack, iron)
        _cone(brush, x + r * 1.45, y + 36, 0.95)
        return
    brush.oval(x, y, r, r * 0.46, iron)
    for ring in (0.78, 0.5):
        brush.oval(x, y, r * ring, r * ring * 0.46, shade(iron, 0.84))
        brush.oval(x, y, r * ring - 7, (r * ring - 7) * 0.46, iron)
    for i in range(12):
        a = i / 12 * math.tau
        brush.oval(x + math.cos(a) * r * 0.64, y + math.sin(a) * r * 0.295, 7, 3.6, shade(iron, 1.22))


def _cone(brush: Brush, x: float, y: float, size: float) -> None:
    orange, white = (226, 98, 44), (244, 242, 236)
    brush.polygon(
        [(x - 40 * size, y), (x + 40 * size, y), (x + 34 * size, y + 12 * size), (x - 46 * size, y + 12 * size)],
        shade(orange, 0.75),
    )
    for low, high, colour in ((0.0, 0.34, orange), (0.34, 0.58, white), (0.58, 1.0, orange)):
        a, b = 27 * size * (1 - low * 0.78), 27 * size * (1 - high * 0.78)
        brush.polygon(
            [
                (x - a, y - low * 105 * size),
                (x + a, y - low * 105 * size),
                (x + b, y - high * 105 * size),
                (x - b, y - high * 105 * size),
            ],
            colour,
        )


def _pothole(brush: Brush, rng: random.Random, scene: Scene, mended: bool) -> None:
    x, y = _spot(rng, scene)
    rx, ry = rng.uniform(140, 200), rng.uniform(48, 68)
    if mended:
        brush.polygon(
            [(x - rx * 1.1, y - ry), (x + rx * 1.05, y - ry), (x + rx * 1.25, y + ry), (x - rx * 1.3, y + ry)],
            shade(scene.asphalt, 0.76),
        )
        for _ in range(90):
            brush.oval(x + rng.uniform(-rx, rx), y + rng.uniform(-ry, ry) * 0.9, 2.4, 1.2, shade(scene.asphalt, 0.88))
        return
    for _ in range(6):
        a, points = rng.uniform(0, math.tau), [(x, y)]
        for step in range(1, 5):
            points.append(
                (
                    x + math.cos(a) * rx * 0.45 * step + rng.uniform(-16, 16),
                    y + math.sin(a) * ry * 0.45 * step + rng.uniform(-7, 7),
                )
            )
        brush.line(points, shade(scene.asphalt, 0.62), 3)
    rim = blob(rng, x, y, rx, ry, 0.14)
    brush.polygon(scaled(rim, x, y, 1.08), shade(scene.asphalt, 1.2))
    brush.polygon(rim, shade(scene.asphalt, 0.62))
    brush.polygon(scaled(rim, x, y + 8, 0.86), (112, 98, 82))
    if rng.random() < 0.55:
        water = scaled(rim, x + 10, y + 12, 0.62)
        brush.polygon(water, (136, 152, 162))
        brush.polygon(scaled(water, x - 20, y + 4, 0.4), (178, 192, 200))
    for _ in range(30):
        brush.polygon(
            blob(
                rng, x + rng.gauss(0, rx * 0.8), y + rng.gauss(0, ry * 0.8), rng.uniform(4, 12), rng.uniform(2, 6), 0.3
            ),
            shade(scene.asphalt, rng.uniform(0.7, 1.25)),
        )


def _illegal_parking(brush: Brush, rng: random.Random, scene: Scene, mended: bool) -> None:
    x, y = rng.uniform(250, 400), scene.kerb - 14.0
    if not mended:
        _car(brush, x, y, varied(rng.choice(_CARS), rng))
        return
    # Bollards keep the pavement free.
    for i in range(6):
        bx = x - 80 + i * 108
        brush.oval(bx, y + 2, 22, 5, shade(scene.pavement, 0.76))
        brush.box(bx - 8, y - 74, bx + 8, y + 2, (88, 94, 98), 7)
        brush.box(bx - 8, y - 58, bx + 8, y - 44, (234, 196, 76))


def _car(brush: Brush, x: float, y: float, paint: Colour) -> None:
    glass, rubber = (70, 88, 100), (34, 35, 38)
    brush.oval(x + 215, y + 2, 250, 16, (92, 90, 88))
    brush.polygon([(x + 86, y - 104), (x + 148, y - 168), (x + 296, y - 168), (x + 366, y - 104)], shade(paint, 0.94))
    brush.polygon([(x + 108, y - 106), (x + 156, y - 156), (x + 214, y - 156), (x + 214, y - 106)], glass)
    brush.polygon([(x + 226, y - 156), (x + 288, y - 156), (x + 340, y - 106), (x + 226, y - 106)], glass)
    brush.polygon([(x + 122, y - 112), (x + 160, y - 152), (x + 178, y - 152), (x + 140, y - 112)], shade(glass, 1.3))
    brush.box(x, y - 110, x + 430, y - 26, paint, 26)
    brush.box(x + 4, y - 60, x + 426, y - 26, shade(paint, 0.86), 14)
    brush.line([(x + 220, y - 106), (x + 220, y - 32)], shade(paint, 0.76), 2.5)
    brush.box(x + 236, y - 90, x + 262, y - 84, shade(paint, 0.7), 3)
    brush.box(x + 408, y - 94, x + 430, y - 74, (250, 236, 190), 6)
    brush.box(x, y - 94, x + 16, y - 72, (190, 50, 46), 5)
    for wheel in (x + 92, x + 336):
        brush.oval(wheel, y - 28, 43, 43, shade(paint, 0.6))
        brush.oval(wheel, y - 28, 37, 37, rubber)
        brush.oval(wheel, y - 28, 21, 21, (176, 180, 184))
        brush.oval(wheel, y - 28, 8, 8, (110, 114, 118))


def _blocked_drain(brush: Brush, rng: random.Random, scene: Scene, mended: bool) -> None:
    x, y = rng.uniform(360, 600), scene.kerb + 86.0
    if not mended:
        pool = blob(rng, x, y + 36, rng.uniform(330, 420), rng.uniform(90, 116), 0.06)
        brush.polygon(scaled(pool, x, y + 36, 1.03), shade(scene.asphalt, 0.78))
        brush.polygon(pool, (124, 132, 130))
        brush.polygon(scaled(pool, x - 70, y + 20, 0.6), (146, 156, 156))
    iron = (78, 78, 80)
    brush.polygon([(x - 122, y - 40), (x + 122, y - 40), (x + 142, y + 44), (x - 142, y + 44)], shade(iron, 0.8))
    for i in range(9):
        left = x - 112 + i * 26
        brush.polygon(
            [
                (left, y - 32),
                (left + 12, y - 32),
                (left + 12 + (left - x) * 0.14, y + 36),
                (left + (left - x) * 0.14, y + 36),
            ],
            (20, 20, 22),
        )
    if mended:
        return
    for _ in range(70):
        leaf = rng.choice(((150, 108, 58), (176, 140, 66), (116, 122, 62), (110, 84, 62), (224, 222, 214)))
        brush.polygon(
            blob(rng, x + rng.gauss(0, 92), y + rng.gauss(2, 26), rng.uniform(9, 20), rng.uniform(5, 9), 0.25),
            varied(leaf, rng),
        )


def _ad_sticker(brush: Brush, rng: random.Random, scene: Scene, mended: bool) -> None:
    floor = scene.horizon + 84
    wall = scene.wall
    brush.box(0, 70, WIDTH, floor, wall)
    brush.box(0, 62, WIDTH, 76, shade(wall, 0.86))
    for row in range(70, floor - 40, 44):
        for col in range(-1, 12):
            left = col * 92 + (46 if row // 44 % 2 else 0)
            brush.box(left, row, left + 89, row + 41, varied(shade(wall, 1.01), rng, 4))
    brush.box(0, floor - 34, WIDTH, floor, shade(wall, 0.78))
    places = [(rng.uniform(120, 740), rng.uniform(110, floor - 190), rng.uniform(70, 120)) for _ in range(12)]
    for x, y, size in places:
        paper = varied(
            rng.choice(((250, 246, 232), (250, 226, 112), (240, 150, 140), (176, 214, 236), (206, 232, 170))), rng, 6
        )
        lean, lines = rng.uniform(-12, 12), rng.randint(3, 5)
        if mended:
            # The scraped places are painted over; the fresh paint is a shade lighter than the wall.
            brush.box(
                x - 16, y - 14, x + size + 14, y + size * 1.2 + 12, blend(shade(wall, 1.04), (255, 255, 255), 0.18)
            )
            continue
        brush.polygon(
            [(x, y), (x + size, y + lean), (x + size - lean, y + size * 1.2 + lean), (x - lean, y + size * 1.2)], paper
        )
        for i in range(lines):
            t = 0.16 + i * 0.2
            brush.line(
                [
                    (x + 10 - lean * t, y + size * 1.2 * t),
                    (x + size * (0.85 if i else 0.6) - lean * t, y + size * 1.2 * t + lean * 0.8),
                ],
                (188, 52, 44) if i == 0 else (92, 92, 96),
                7 if i == 0 else 4,
            )


def _orderly(brush: Brush, rng: random.Random, scene: Scene, mended: bool) -> None:
    """A street in good order, seen twice."""
    if mended:
        x = rng.uniform(100, 800)
        brush.box(x, scene.kerb - 190, x + 70, scene.kerb - 4, (88, 94, 98), 7)


_DRAW: Final[dict[str, _Draw]] = {
    "orderly": _orderly,
    "litter": _litter,
    "manhole": _manhole,
    "pothole": _pothole,
    "illegal_parking": _illegal_parking,
    "blocked_drain": _blocked_drain,
    "ad_sticker": _ad_sticker,
    "broken_lamp": broken_lamp,
    "water_leak": water_leak,
    "overflowing_bin": overflowing_bin,
    "fallen_tree": fallen_tree,
}
SUBJECTS: Final = tuple(_DRAW)
CLOSE_SUBJECTS: Final = frozenset({"manhole", "pothole", "blocked_drain"})
