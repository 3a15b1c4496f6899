"""More subjects of the drawn photos: what is spilt, worn, broken, put up or left standing in a street; and the cone beside it.

`subjects.py` has the others and the table of all of them.
"""

from __future__ import annotations

import math
import random

from linli.demo.city import patches
from linli.demo.city.fronts import shade, varied
from linli.demo.city.solids import Stage


def cone(stage: Stage, x: float, y: float) -> None:
    """A traffic cone."""
    stage.round_shadow(x + 0.08, y + 0.05, 0.26, 0.22, 150)
    stage.box(x, y, 0, (0.42, 0.42, 0.04), (44, 44, 46))
    light = stage.light_at(x, y)
    for part in range(12):
        z, r = 0.04 + part * 0.055, 0.15 * (1 - part / 13)
        tint = (232, 230, 222) if part in (4, 5, 8, 9) else (206, 76, 32)
        stage.face(
            [(x + math.cos(a / 8 * math.pi) * r, y + math.sin(a / 8 * math.pi) * r, z) for a in range(16)],
            tint,
            light,
            flat=True,
        )
        stage.disc(x, y, z, r, tint, light, 0.5)


def orderly(stage: Stage, x: float, rng: random.Random, state: int) -> None:
    """A street in good order."""
    if state != 1 and rng.random() < 0.6:
        stage.patch(x, -0.4, 2.6, patches.stain(rng, (50, 50, 50), (40, 0, 22)[state]))


def spill(stage: Stage, x: float, rng: random.Random, state: int) -> None:
    """What a lorry lost, half swept, or gone."""
    tint = rng.choice(((168, 146, 108), (150, 150, 148), (34, 32, 34)))
    stage.patch(
        x,
        1.5,
        6.0,
        patches.stain(rng, tint, (200, 90, 0)[state], 170, 5)
        if state < 2
        else patches.stain(rng, (48, 48, 50), 60, 170),
    )
    if state == 0:
        stage.patch(x, 0.5, 5.0, patches.scraps(rng, 900, (tint, shade(tint, 0.8), shade(tint, 1.15)), 105, 0.35))
        cone(stage, x + 1.4, -0.2)


def marking(stage: Stage, x: float, rng: random.Random, state: int) -> None:
    """A worn crossing, half painted, or painted."""
    stage.patch(x - 0.3, 0.4, 4.2, patches.zebra(rng, state))


def paving(stage: Stage, x: float, rng: random.Random, state: int) -> None:
    """Broken slabs, half laid, or laid."""
    stage.patch(x, 0, 1.9, patches.slabs(rng, state))
    if state == 1:
        cone(stage, x + 0.9, 0.5)


def hoarding(stage: Stage, x: float, rng: random.Random, state: int) -> None:
    """A hoarding with a part down, crooked, or straight."""
    tint = rng.choice(((52, 108, 146), (64, 122, 92), (150, 154, 158)))
    fallen = rng.randint(1, 2)
    for place in reversed(range(5)):
        y = 0.4 + place * 1.9
        if place == fallen and state == 0:
            stage.shadow([(x - 1.3, y - 0.9), (x + 0.2, y - 0.9), (x + 0.2, y + 0.9), (x - 1.3, y + 0.9)], 150)
            stage.face(
                [(x - 1.4, y - 0.9, 0.12), (x + 0.3, y - 0.9, 0.4), (x + 0.3, y + 0.9, 0.4), (x - 1.4, y + 0.9, 0.12)],
                shade(tint, 0.9),
                stage.light_at(x, y),
            )
            continue
        stage.round_shadow(x - 0.1, y, 0.3, 1.0, 120)
        stage.box(x + 0.3, y, 0, (0.06, 1.86, 1.9), tint, 0.06 if state == 1 and place == fallen else 0.0)
        stage.box(x + 0.26, y, 0.0, (0.04, 1.86, 0.22), (196, 150, 44))
    if state == 0:
        stage.box(x - 0.9, -0.3, 0, (0.7, 0.9, 0.5), (132, 112, 84), 0.3)


def stall(stage: Stage, x: float, rng: random.Random, state: int) -> None:
    """A stall on the pavement, its rest, or nothing."""
    cloth, fruit = (
        varied(rng.choice(((160, 44, 40), (44, 86, 140), (58, 112, 70))), rng),
        ((196, 110, 36), (170, 40, 34), (96, 130, 50), (206, 176, 70)),
    )
    stage.patch(x, 0, 3.0, patches.stain(rng, (52, 48, 44), (60, 50, 30)[state]))
    if state == 2:
        return
    stage.round_shadow(x, 0, 1.2, 0.8, 140)
    for row in range((3, 1)[state]):
        for place in range(3):
            at, y = x - 0.75 + place * 0.75, 0.5 - row * 0.5
            stage.box(at, y, 0.1 + 0.1 * (2 - row), (0.66, 0.44, 0.32), (134, 104, 66))
            for _ in range(16):
                stage.disc(
                    at + rng.uniform(-0.26, 0.26),
                    y + rng.uniform(-0.16, 0.16),
                    0.45 + 0.1 * (2 - row),
                    0.055,
                    varied(fruit[(place + row) % 4], rng, 14),
                )
    if state == 0:
        for side in (-1, 1):
            stage.stroke([(x + side * 1.15, 0.7, 0), (x + side * 1.15, 0.7, 2.1)], 0.05, (120, 122, 124))
        stage.face(
            [(x - 1.4, -0.5, 1.95), (x + 1.4, -0.5, 1.95), (x + 1.4, 1.1, 2.3), (x - 1.4, 1.1, 2.3)],
            cloth,
            stage.light_at(x, 0),
        )


def bikes(stage: Stage, x: float, rng: random.Random, state: int) -> None:
    """Shared bicycles in a heap, fewer, or in a row."""
    tint = rng.choice(((38, 120, 190), (226, 178, 30), (40, 150, 110)))
    rows = [
        (-1.0 + place * 0.34 + rng.uniform(-0.1, 0.1), rng.uniform(-0.5, 0.6), rng.uniform(-0.5, 0.5))
        for place in range(9)
    ]
    kept = rows if state == 0 else rows[:4] if state == 1 else []
    if state == 2:
        kept = [(0.9, 1.6 + place * 0.5, 1.57) for place in range(4)]
    for dx, dy, turn in sorted(kept, key=lambda one: -one[1]):
        at, y, cos, sin = x + dx, dy, math.cos(turn), math.sin(turn)
        stage.round_shadow(at, y, 0.3, 0.7, 90)
        light = stage.light_at(at, y)

        def place(
            along: float, z: float, at: float = at, y: float = y, cos: float = cos, sin: float = sin
        ) -> tuple[float, float, float]:
            return at - along * sin, y + along * cos, z

        for wheel in (-0.52, 0.52):
            stage.stroke(
                [
                    place(wheel + math.cos(a / 8 * math.pi) * 0.31, 0.32 + math.sin(a / 8 * math.pi) * 0.31)
                    for a in range(17)
                ],
                0.04,
                (28, 28, 30),
                light,
            )
        stage.stroke([place(-0.52, 0.32), place(-0.1, 0.62), place(0.42, 0.7), place(0.52, 0.32)], 0.06, tint, light)
        stage.stroke([place(-0.2, 0.3), place(-0.24, 0.88)], 0.05, tint, light)
        stage.stroke([place(0.42, 0.7), place(0.36, 1.0)], 0.05, tint, light)
        stage.box(*place(-0.24, 0.88), (0.14, 0.24, 0.06), (30, 30, 32))
        stage.box(*place(0.5, 0.78), (0.26, 0.24, 0.2), shade(tint, 0.8))


def sign(stage: Stage, x: float, rng: random.Random, state: int) -> None:
    """A sign that leans much, little, or not."""
    lean = rng.uniform(0.7, 1.2) * rng.choice((-1, 1)) * (1, 0.35, 0)[state]
    stage.round_shadow(x, 1.0, 0.18, 0.15, 130)
    top = (x + lean, 1.0, 2.5)
    stage.stroke([(x, 1.0, 0), top], 0.07, (132, 136, 138))
    blue = varied((34, 70, 140), rng)
    board = [
        (top[0] + a - lean * 0.25 * b, 0.97, top[2] + b)
        for a, b in ((-0.6, -0.2), (0.6, -0.2), (0.6, 0.2), (-0.6, 0.2))
    ]
    stage.face(board, blue, stage.light_at(x, 1.0), flat=True)
    for stroke in range(4):
        a = -0.42 + stroke * 0.24
        stage.face(
            [(top[0] + a + dx, 0.95, top[2] + dz) for dx, dz in ((0, -0.08), (0.15, -0.08), (0.15, 0.1), (0, 0.1))],
            (226, 228, 230),
            stage.light_at(x, 1.0),
            flat=True,
        )


def bench(stage: Stage, x: float, rng: random.Random, state: int) -> None:
    """A bench with broken slats, one broken, or whole."""
    wood = varied((132, 92, 56), rng)
    stage.round_shadow(x, 0.6, 1.0, 0.4, 140)
    for side in (-0.75, 0.75):
        stage.box(x + side, 0.6, 0, (0.07, 0.45, 0.42), (62, 64, 66))
    for slat in range(5):
        if slat in ((1, 3), (1,), ())[state]:
            stage.box(
                x - 0.5, 0.42 + slat * 0.1, 0.36 if slat == 1 else 0.42, (0.7, 0.08, 0.03), shade(wood, 0.7), 0.16
            )
            continue
        stage.box(x, 0.42 + slat * 0.1, 0.42, (1.7, 0.08, 0.04), shade(wood, 1.15 if state == 2 else 0.9))
    for slat in range(3):
        stage.box(x, 0.86, 0.58 + slat * 0.14, (1.7, 0.04, 0.09), shade(wood, 1.1 if state == 2 else 0.85))


def cable(stage: Stage, x: float, rng: random.Random, state: int) -> None:  # noqa: ARG001 - all subjects are asked alike
    """A cable that hangs low, lower than it may, or high."""
    sag = (1.2, 2.9, 4.6)[state]
    dark, over = (24, 24, 26), stage.street.kerb - stage.street.road_m
    light = stage.light_at(x, 2) * 0.8
    for strand in range(5):
        low = 4.9 if strand else sag
        start, end = (stage.street.wall_x - 0.1, 3.2, 5.6 + strand * 0.06), (over - 1, 9.0 + strand * 0.2, 5.8)
        points = []
        for step in range(15):
            t = step / 14
            straight = [a + (b - a) * t for a, b in zip(start, end, strict=True)]
            points.append((straight[0], straight[1], straight[2] - (straight[2] - low) * 4 * t * (1 - t)))
        stage.stroke(points, 0.03, dark, light)
    if state == 0:
        cone(stage, x + 0.4, 1.2)
