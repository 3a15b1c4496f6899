"""Backgrounds of the drawn case photos: a street with sky, houses, trees, pavement, kerb and carriageway.

Each is drawn from its own random stream, so that "before" and "after" show the same place. `subjects.py` draws in front.
"""

import random
from dataclasses import dataclass
from typing import Final

from linli.demo.city.brush import HEIGHT, WIDTH, Brush, Colour, blend, shade, varied

_SKIES: Final[dict[str, tuple[Colour, Colour]]] = {
    "clear": ((134, 187, 224), (222, 236, 240)),
    "morning": ((176, 201, 220), (250, 229, 204)),
    "overcast": ((183, 192, 198), (221, 224, 223)),
    "evening": ((112, 125, 166), (243, 190, 150)),
    "dusk": ((38, 50, 84), (126, 110, 134)),
}
_WALLS: Final[tuple[Colour, ...]] = (
    (226, 211, 188),
    (205, 214, 214),
    (219, 196, 178),
    (232, 225, 210),
    (196, 205, 190),
    (214, 202, 206),
    (188, 150, 128),
    (240, 232, 222),
)
_AWNINGS: Final[tuple[Colour, ...]] = ((184, 72, 60), (45, 118, 110), (52, 92, 140), (206, 142, 54), (112, 84, 130))
_LEAVES: Final[tuple[Colour, ...]] = ((98, 142, 92), (122, 154, 88), (80, 128, 104), (160, 156, 80))


@dataclass(frozen=True, slots=True)
class Scene:
    """Where things are: `horizon` is where the ground begins, `kerb` where the carriageway does (y of the picture)."""

    horizon: int
    kerb: int
    pavement: Colour
    asphalt: Colour
    wall: Colour
    dark: bool


def paint_scene(brush: Brush, rng: random.Random, *, close: bool, dark: bool) -> Scene:
    """Paint a street; `close` looks down at the ground, `dark` is after sunset."""
    horizon = rng.randint(165, 225) if close else rng.randint(330, 390)
    kerb = horizon + (rng.randint(120, 190) if close else rng.randint(150, 200))
    mood = "dusk" if dark else rng.choice(("clear", "clear", "morning", "overcast", "evening"))
    top, bottom = _SKIES[mood]
    light = {"dusk": 0.5, "evening": 0.9, "overcast": 0.93}.get(mood, 1.0)
    brush.fade(0, horizon + 4, varied(top, rng, 8), bottom)
    _skyline(brush, rng, horizon, bottom, light)
    wall = shade(varied(rng.choice(_WALLS), rng), light)
    _houses(brush, rng, horizon, light, dark)
    pavement = shade(varied(rng.choice(((196, 190, 180), (190, 178, 166), (178, 184, 186))), rng, 8), light)
    asphalt = shade(varied((104, 107, 112), rng, 9), light)
    _ground(brush, rng, horizon, kerb, pavement, asphalt)
    _trees(brush, rng, horizon, light)
    return Scene(horizon, kerb, pavement, asphalt, wall, dark)


def _skyline(brush: Brush, rng: random.Random, horizon: int, haze: Colour, light: float) -> None:
    x = -20.0
    while x < WIDTH:
        width, height = rng.uniform(40, 95), rng.uniform(70, 235) * horizon / 360
        brush.box(
            x, horizon - height, x + width, horizon, blend(haze, shade((150, 165, 178), light), rng.uniform(0.25, 0.5))
        )
        x += width + rng.uniform(-6, 30)


def _houses(brush: Brush, rng: random.Random, horizon: int, light: float, dark: bool) -> None:
    x = rng.uniform(-120, -20)
    while x < WIDTH:
        width, height = rng.uniform(190, 330), rng.uniform(0.45, 0.8) * horizon
        wall = shade(varied(rng.choice(_WALLS), rng), light)
        top = horizon - height
        brush.box(x, top, x + width, horizon, wall)
        brush.box(x - 4, top - 7, x + width + 4, top + 3, shade(wall, 0.84))
        shop = 0.0 if rng.random() < 0.3 else min(84.0, height * 0.42)
        _windows(brush, rng, (x, top + 16, x + width, horizon - shop), wall, dark)
        if shop:
            _shop(brush, rng, x, x + width, horizon - shop, horizon, light, dark)
        x += width + rng.choice((0.0, 4.0, 46.0))


def _windows(
    brush: Brush, rng: random.Random, area: tuple[float, float, float, float], wall: Colour, dark: bool
) -> None:
    x0, y0, x1, y1 = area
    step_x, step_y = rng.uniform(44, 58), rng.uniform(50, 60)
    glass = shade(blend(wall, (96, 128, 150), 0.65), 0.9)
    y = y0
    while y + 34 < y1:
        x = x0 + 14
        while x + 28 < x1 - 6:
            lit = dark and rng.random() < 0.45
            brush.box(x - 2, y - 2, x + 28, y + 34, shade(wall, 1.08))
            brush.box(x, y, x + 26, y + 30, (246, 208, 128) if lit else varied(glass, rng, 6))
            brush.line([(x + 13, y), (x + 13, y + 30)], shade(wall, 1.08), 2)
            if rng.random() < 0.22:
                brush.box(x + 3, y + 35, x + 23, y + 45, shade(wall, 1.12), 2)
            x += step_x
        y += step_y


def _shop(
    brush: Brush, rng: random.Random, x0: float, x1: float, y0: float, y1: float, light: float, dark: bool
) -> None:
    awning = shade(varied(rng.choice(_AWNINGS), rng), light)
    brush.box(x0 + 6, y0 + 12, x1 - 6, y1, (250, 222, 160) if dark else shade((112, 134, 142), light))
    x = x0 + 34
    while x < x1 - 20:
        brush.box(x, y0 + 12, x + 4, y1, shade((214, 214, 208), light))
        x += 48
    brush.box(x0 + 2, y0, x1 - 2, y0 + 24, awning, 3)
    # A sign board with strokes that read as writing from afar; no letters, so no name can be mistaken for a real one.
    for i in range(rng.randint(3, 5)):
        left = x0 + 22 + i * 26
        brush.box(left, y0 + 7, left + 14, y0 + 17, shade(awning, 1.75), 2)


def _ground(brush: Brush, rng: random.Random, horizon: int, kerb: int, pavement: Colour, asphalt: Colour) -> None:
    brush.fade(horizon, kerb, shade(pavement, 0.95), shade(pavement, 1.03))
    seam = shade(pavement, 0.9)
    vanish = rng.uniform(340, 620)
    for i in range(-16, 17):
        brush.line([(vanish + i * 46, horizon), (vanish + i * 46 * (1 + (kerb - horizon) / 130), kerb)], seam, 1.2)
    gap, y = 9.0, float(horizon) + 5
    while y < kerb:
        brush.line([(0, y), (WIDTH, y)], seam, 1.2)
        y, gap = y + gap, gap * 1.28
    brush.box(0, kerb, WIDTH, kerb + 9, shade(pavement, 1.13))
    brush.box(0, kerb + 9, WIDTH, kerb + 20, shade(pavement, 0.72))
    brush.fade(kerb + 20, HEIGHT, shade(asphalt, 0.97), shade(asphalt, 1.06))
    for _ in range(150):
        x, y = rng.uniform(0, WIDTH), rng.uniform(kerb + 24, HEIGHT)
        brush.oval(x, y, rng.uniform(1, 3.2), rng.uniform(0.6, 1.6), shade(asphalt, rng.choice((0.88, 1.13))))
    line_y = kerb + 20 + (HEIGHT - kerb) * 0.8
    if line_y < HEIGHT - 12:
        x = rng.uniform(-160, 0)
        while x < WIDTH:
            brush.polygon(
                [(x, line_y), (x + 130, line_y), (x + 122, line_y + 12), (x - 10, line_y + 12)], shade(asphalt, 1.75)
            )
            x += 290


def _trees(brush: Brush, rng: random.Random, horizon: int, light: float) -> None:
    size = horizon / 360
    x = rng.uniform(20, 200)
    while x < WIDTH:
        if rng.random() < 0.75:
            tree(brush, rng, x, horizon + 14, 0.8 * size, shade(varied(rng.choice(_LEAVES), rng), light))
        x += rng.uniform(190, 330)


def tree(brush: Brush, rng: random.Random, x: float, y: float, size: float, leaves: Colour) -> None:
    """Draw a street tree whose trunk stands at (x, y); size 1 is about 250 high."""
    trunk = blend((112, 88, 70), leaves, 0.15)
    brush.oval(x, y, 34 * size, 7 * size, shade(trunk, 0.75))
    brush.polygon(
        [(x - 8 * size, y), (x + 8 * size, y), (x + 5 * size, y - 120 * size), (x - 5 * size, y - 120 * size)], trunk
    )
    for dark_to_light in (0.86, 1.0, 1.12):
        for _ in range(5):
            dx, dy = rng.uniform(-52, 52) * size, rng.uniform(-78, 12) * size
            radius = rng.uniform(30, 46) * size * (1.25 - 0.3 * dark_to_light)
            lift = (dark_to_light - 1) * 80 * size
            brush.oval(
                x + dx - lift * 0.2, y - 150 * size + dy - lift, radius, radius * 0.88, shade(leaves, dark_to_light)
            )
