"""Street furniture in the foreground of a drawn photo, broken or mended: lamp, hydrant, bins, tree.

`subjects.py` has the other subjects and the table of all of them.
"""

import math
import random
from typing import Final

from linli.demo.city.brush import Brush, Colour, blend, blob, shade, varied
from linli.demo.city.scenes import Scene, tree

BAGS: Final[tuple[Colour, ...]] = (
    (58, 62, 68),
    (214, 216, 214),
    (196, 74, 66),
    (74, 124, 160),
    (92, 132, 96),
    (168, 128, 88),
)


def water_leak(brush: Brush, rng: random.Random, scene: Scene, mended: bool) -> None:
    """Draw a hydrant that leaks on the pavement, or stands dry again."""
    x, y = rng.uniform(330, 600), scene.kerb - 22.0
    water, foam, red = (128, 164, 188), (224, 236, 242), varied((190, 52, 44), rng)
    if not mended:
        brush.polygon(blob(rng, x + 90, y + 18, 270, 30, 0.08), shade(scene.pavement, 0.78))
        brush.polygon(blob(rng, x + 90, scene.kerb + 84, 330, 60, 0.07), shade(scene.asphalt, 0.78))
        brush.polygon(blob(rng, x + 90, scene.kerb + 84, 260, 42, 0.08), water)
        brush.polygon(blob(rng, x + 60, scene.kerb + 76, 110, 13, 0.1), foam)
    brush.oval(x, y + 2, 62, 11, shade(scene.pavement, 0.72))
    brush.box(x - 36, y - 14, x + 36, y + 2, shade(red, 0.7), 3)
    brush.box(x - 27, y - 138, x + 27, y - 10, red, 5)
    brush.box(x - 34, y - 112, x + 34, y - 100, shade(red, 0.8), 3)
    brush.oval(x, y - 140, 29, 24, shade(red, 1.1))
    brush.box(x - 8, y - 172, x + 8, y - 156, shade(red, 0.8), 3)
    for side in (-1, 1):
        brush.box(
            min(x + side * 24, x + side * 46), y - 92, max(x + side * 24, x + side * 46), y - 62, shade(red, 0.84), 4
        )
    brush.box(x - 19, y - 130, x - 9, y - 20, shade(red, 1.2), 4)
    if mended:
        return
    for i in range(9):
        reach, lift = rng.uniform(90, 210), rng.uniform(10, 70)
        arc = [(x + 46 + reach * t, y - 78 - lift * 4 * t * (1 - t) + 82 * t * t) for t in (0, 0.2, 0.4, 0.6, 0.8, 1)]
        brush.line(arc, foam if i % 3 else water, rng.uniform(2, 7))
    for _ in range(50):
        brush.oval(x + rng.uniform(60, 270), y - rng.uniform(-14, 110), rng.uniform(1.5, 4), rng.uniform(1.5, 4), foam)


def overflowing_bin(brush: Brush, rng: random.Random, scene: Scene, mended: bool) -> None:
    """Draw two bins with more than they hold, or emptied and shut."""
    x, y = rng.uniform(270, 470), scene.kerb - 22.0
    colours: tuple[Colour, ...] = ((52, 110, 84), (62, 92, 140), (120, 122, 124))
    # Colours are drawn before anything that only one stage has, so that both stages show the same bins.
    for i, colour in enumerate([varied(base, rng) for base in rng.sample(colours, 2)]):
        left = x + i * 158
        brush.oval(left + 66, y + 4, 82, 10, shade(scene.pavement, 0.74))
        if not mended:
            for _ in range(8):
                px, py, size = left + rng.uniform(6, 126), y - 184 - rng.uniform(0, 34), rng.uniform(22, 38)
                brush.polygon(blob(rng, px, py, size, size * 0.7, 0.1), varied(rng.choice(BAGS), rng))
        brush.polygon([(left, y - 180), (left + 132, y - 180), (left + 118, y), (left + 14, y)], colour)
        brush.polygon([(left, y - 180), (left + 26, y - 180), (left + 34, y), (left + 14, y)], shade(colour, 1.16))
        brush.box(left - 6, y - 190, left + 138, y - 174, shade(colour, 0.82), 5)
        brush.box(left + 44, y - 116, left + 90, y - 76, shade(colour, 1.5), 6)
        for wheel in (left + 24, left + 108):
            brush.oval(wheel, y - 2, 12, 12, (40, 42, 44))
        if mended:
            brush.polygon(
                [(left - 8, y - 190), (left + 140, y - 190), (left + 126, y - 212), (left + 8, y - 212)],
                shade(colour, 1.08),
            )
    if mended:
        return
    for _ in range(12):
        px, size = x + rng.uniform(-110, 400), rng.uniform(18, 42)
        shape = blob(rng, px, y + 6 - size * 0.4, size, size * 0.62, 0.12)
        brush.polygon(shape, varied(rng.choice(BAGS), rng))


def fallen_tree(brush: Brush, rng: random.Random, scene: Scene, mended: bool) -> None:
    """Draw a tree across the pavement, or one planted anew between stakes."""
    x, y = rng.uniform(170, 300), scene.kerb - 18.0
    leaves, bark = varied(rng.choice(((96, 142, 88), (116, 150, 84), (84, 130, 100))), rng), (110, 86, 66)
    brush.oval(x, y, 62, 13, shade(scene.pavement, 0.55))
    if mended:
        tree(brush, rng, x, y, 1.25, leaves)
        for side in (-1, 1):
            brush.line([(x + side * 62, y + 4), (x + side * 6, y - 92)], (178, 148, 104), 7)
        return
    brush.polygon(blob(rng, x, y - 8, 56, 20, 0.25), (104, 80, 60))
    brush.oval(x + 400, y + 64, 330, 30, shade(scene.asphalt, 0.74))
    brush.polygon([(x - 24, y - 46), (x + 6, y - 62), (x + 480, y + 6), (x + 472, y + 40), (x - 6, y - 2)], bark)
    brush.polygon([(x + 6, y - 62), (x + 480, y + 6), (x + 478, y + 16), (x, y - 48)], shade(bark, 1.2))
    for i in range(7):
        angle = math.pi * (0.65 + i * 0.12)
        brush.line(
            [(x - 4, y - 24), (x - 4 + math.cos(angle) * 62, y - 24 + math.sin(angle) * 52)], shade(bark, 0.8), 6
        )
    for tone in (0.8, 0.95, 1.1):
        for _ in range(13):
            brush.oval(
                x + rng.uniform(270, 590),
                y + rng.uniform(-60, 62) - (tone - 0.8) * 60,
                rng.uniform(34, 60),
                rng.uniform(26, 44),
                shade(leaves, tone),
            )


def broken_lamp(brush: Brush, rng: random.Random, scene: Scene, mended: bool) -> None:
    """Draw a bent dark lamp after sunset, or a lit one."""
    x, y, side, bent = rng.uniform(360, 560), scene.kerb - 8.0, rng.choice((-1, 1)), rng.uniform(24, 70)
    pole, lean = (66, 72, 80), 0.0 if mended else bent
    top = (x + lean * side, y - 440)
    head = (top[0] + 130 * side, top[1] - 8 + lean * 0.5)
    if mended:
        glow = blend(scene.pavement, (255, 226, 150), 0.5)
        brush.oval(head[0], y - 12, 230, 44, blend(scene.pavement, (255, 226, 150), 0.25))
        brush.oval(head[0], y - 12, 150, 28, glow)
        for radius, share in ((74, 0.18), (50, 0.36), (32, 0.6)):
            brush.oval(head[0], head[1] + 10, radius, radius, blend((70, 74, 104), (255, 226, 150), share))
    brush.box(x - 20, y - 26, x + 20, y, shade(pole, 0.8), 3)
    brush.polygon([(x - 9, y), (x + 9, y), (top[0] + 5, top[1]), (top[0] - 5, top[1])], pole)
    brush.line([top, (top[0] + 60 * side, top[1] - 20 + lean * 0.2), head], pole, 9)
    lamp = [
        (head[0] - 44, head[1] - 6),
        (head[0] + 44, head[1] - 6),
        (head[0] + 30, head[1] + 13),
        (head[0] - 30, head[1] + 13),
    ]
    brush.polygon(lamp, (255, 240, 190) if mended else (44, 47, 53))
    brush.polygon(
        [
            (head[0] - 44, head[1] - 6),
            (head[0] + 44, head[1] - 6),
            (head[0] + 26, head[1] - 18),
            (head[0] - 26, head[1] - 18),
        ],
        shade(pole, 0.9),
    )
    if not mended:
        brush.line(
            [(head[0], head[1] + 12), (head[0] + 8, head[1] + 44), (head[0] - 6, head[1] + 70)], (206, 92, 70), 3
        )
        brush.box(x - 6, y - 84, x + 7, y - 42, (20, 22, 26))
