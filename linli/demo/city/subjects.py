"""What is wrong in the middle of a drawn photo, half put right, and right again; and what stands around it.

Each subject is a function of the stage, the place's x (its y is 0), a random stream and the state: 0 before, 1 half, 2 after.
What all states show is drawn from the stream before what only one has, so that they show the same things.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Final

from linli.demo.city import mishaps, patches
from linli.demo.city.fronts import Colour, shade, varied
from linli.demo.city.solids import Stage

Draw = Callable[[Stage, float, random.Random, int], None]
STATES: Final = {"before": 0, "half": 1, "after": 2}
BAGS: Final[tuple[Colour, ...]] = (
    (34, 36, 40),
    (40, 44, 50),
    (176, 176, 170),
    (150, 46, 42),
    (60, 92, 128),
    (118, 92, 60),
)
CARS: Final[tuple[Colour, ...]] = (
    (214, 216, 218),
    (40, 44, 50),
    (150, 36, 34),
    (60, 84, 120),
    (176, 158, 124),
    (236, 236, 232),
)
LEAVES: Final[tuple[Colour, ...]] = ((74, 108, 58), (96, 118, 60), (64, 98, 68), (128, 118, 54))
TRASH: Final[tuple[Colour, ...]] = (
    (226, 224, 214),
    (188, 140, 76),
    (176, 62, 52),
    (90, 128, 96),
    (70, 96, 140),
    (60, 54, 46),
)


def dress(stage: Stage, rng: random.Random, *, trees: bool, burning: bool) -> None:
    """What stands in any street, from far to near: trees at the kerb, parked cars over there, lamps."""
    street = stage.street
    leaves, over = rng.choice(LEAVES), street.kerb - street.road_m
    things: list[tuple[float, Callable[[], None]]] = []
    for place in range(9):
        y = 4.5 + place * rng.uniform(6.2, 7.4)
        size, tint = rng.uniform(0.85, 1.2), varied(leaves, rng, 8)
        if trees:
            things.append((y, partial(stage.tree, street.kerb + 0.7, y, size, tint, random.Random(f"{y}"))))
        paint, parked = varied(rng.choice(CARS), rng), rng.random() < 0.5
        if parked:
            things.append((y - 1, partial(stage.car, over + 1.15, y - 1, paint)))
    for x, y, height, _burns in street.lamps:
        if y > 1:
            inwards = -1.4 if x > street.kerb else 1.4
            things.append((y, partial(stage.lamp_post, x, y, height, inwards, burns=burning)))
    for _y, draw in sorted(things, key=lambda one: -one[0]):
        draw()


def litter(stage: Stage, x: float, rng: random.Random, state: int) -> None:
    """Bags, boards and scraps, some of them, or a clean pavement."""
    bags = [
        (
            rng.uniform(-0.9, 0.9),
            rng.uniform(-0.35, 0.4),
            rng.uniform(0.2, 0.36),
            varied(rng.choice(BAGS), rng),
            rng.random(),
        )
        for _ in range(13)
    ]
    board = rng.uniform(0.5, 1.0)
    stage.patch(x, 0, 3.4, patches.stain(rng, (52, 48, 42), (70, 60, 26)[state]))
    if state == 2:
        return
    stage.patch(x, 0, 3.4, patches.scraps(rng, (150, 70)[state], TRASH))
    kept = bags if state == 0 else bags[:3]
    for dx, dy, r, _tint, _chance in kept:
        stage.round_shadow(x + dx + 0.08, dy + 0.05, r * 1.15, r * 0.9, 150)
    if state == 0:
        stage.box(x + 0.5, 0.62, 0, (board, 0.05, 0.9), (142, 112, 76), 0.2)
        stage.box(x - 0.7, 0.5, 0, (0.55, 0.42, 0.4), (164, 126, 82), 0.4)
    for dx, dy, r, tint, chance in sorted(kept, key=lambda one: -one[1]):
        stage.bag(x + dx, dy, r, tint, rng, z=r if chance < 0.25 and state == 0 else 0.0)


def manhole(stage: Stage, x: float, rng: random.Random, state: int) -> None:
    """An open manhole, a cover that stands off, or a new cover."""
    stage.patch(x, 0, 1.7, patches.cover(rng, state))
    if state < 2:
        mishaps.cone(stage, x + 0.95, 0.45)


def pothole(stage: Stage, x: float, rng: random.Random, state: int) -> None:
    """A hole in the carriageway, filled loosely, or closed."""
    wet = rng.random() < 0.5
    stage.patch(x, 0, 3.0, patches.hole(rng, state))
    if wet and state == 0:
        stage.patch(x, 0, 1.7, patches.puddle(rng, (150, 160, 170), 130))
    if state == 1:
        mishaps.cone(stage, x + 1.3, 0.4)


def parking(stage: Stage, x: float, rng: random.Random, state: int) -> None:
    """Cars on the pavement, or posts that keep it free."""
    paint, second, turn = varied(rng.choice(CARS), rng), varied(rng.choice(CARS), rng), rng.uniform(-0.12, 0.12)
    for place in range(5):
        y = 5.2 - place * 1.7
        if state == 2:
            stage.round_shadow(x - 1.2, y, 0.16, 0.12, 130)
            stage.box(x - 1.25, y, 0, (0.13, 0.13, 0.8), (74, 80, 84))
            stage.box(x - 1.25, y, 0.5, (0.14, 0.14, 0.12), (214, 172, 60))
    if state < 2:
        stage.car(x + 0.1, 6.4, second, turn=turn / 2)
    if state == 0:
        stage.car(x, 1.4, paint, turn=turn)


def drain(stage: Stage, x: float, rng: random.Random, state: int) -> None:
    """A blocked gully under water, or a clear one."""
    pool = patches.puddle(rng, (150, 156, 160), 176)
    if state == 0:
        stage.patch(x - 0.5, 0.2, 5.2, pool)
    elif state == 1:
        stage.patch(x - 0.3, 0.2, 2.6, pool)
    stage.patch(x + 0.15, 0, 1.5, patches.grating(rng, state))


def stickers(stage: Stage, x: float, rng: random.Random, state: int) -> None:  # noqa: ARG001 - all subjects are asked alike
    """A wall full of posters, their traces, or fresh paint."""
    stage.poster(0, 1.45, 2.5, patches.posters(rng, state))


def lamp(stage: Stage, x: float, rng: random.Random, state: int) -> None:
    """A bent dark lamp, a straight dark one, or one that burns."""
    bent = rng.uniform(0.25, 0.6) * rng.choice((-1, 1))
    stage.round_shadow(x, 2.5, 0.3, 0.3, 90)
    stage.lamp_post(x + 0.6, 2.5, 5.4, -1.4, lean=0.0 if state else bent, burns=state == 2)
    stage.box(x + 0.6, 2.42, 0.5, (0.16, 0.03, 0.45), (30, 32, 34) if state == 0 else (98, 102, 106))
    if state == 2:
        stage.shine(x - 0.8, 2.5, 5.2, 1.6)
    if state == 0:
        stage.stroke([(x + 0.6, 2.4, 0.85), (x + 0.5, 2.3, 0.5), (x + 0.62, 2.3, 0.25)], 0.02, (150, 60, 44))


def leak(stage: Stage, x: float, rng: random.Random, state: int) -> None:
    """A hydrant that leaks much, little, or not."""
    red = varied((168, 36, 30), rng)
    if state < 2:
        stage.patch(x - 0.7, -0.3, (5.0, 2.4)[state], patches.puddle(rng, (160, 170, 180), 165))
    else:
        stage.patch(x - 0.5, -0.2, 3.0, patches.stain(rng, (46, 46, 46), 40))
    stage.round_shadow(x, 0, 0.3, 0.26, 160)
    light = stage.light_at(x, 0)
    for part in range(30):
        z = part * 0.027
        r = 0.2 if part in (0, 1, 21, 22) else 0.15 * (1 - max(0, part - 24) / 9)
        stage.disc(x, 0, z, r, shade(red, 0.72 + 0.012 * part), light, 0.42)
    for part in range(26):
        stage.disc(x - 0.07, -0.02, part * 0.027, 0.045, shade(red, 1.25), light, 0.5)
    for side in (-1, 1):
        stage.box(x + side * 0.19, 0, 0.5, (0.14, 0.14, 0.14), shade(red, 0.85))
    drops = [
        (rng.uniform(0.3, 1.1), rng.uniform(0.0, 0.35), rng.uniform(-0.2, 0.2))
        for _ in range((16, 3)[state] if state < 2 else 0)
    ]
    for reach, lift, aside in drops:
        arc = [
            (x - 0.25 - reach * t, aside * t, 0.56 + lift * 4 * t * (1 - t) - 0.54 * t * t)
            for t in (0, 0.2, 0.4, 0.6, 0.8, 1)
        ]
        stage.stroke(arc, rng.uniform(0.008, 0.03), rng.choice(((214, 222, 228), (176, 190, 202))), light)


def bins(stage: Stage, x: float, rng: random.Random, state: int) -> None:
    """Bins that hold more than they can, or emptied."""
    tints = [varied(one, rng) for one in rng.sample(((40, 92, 66), (44, 70, 118), (84, 86, 88), (128, 44, 40)), 2)]
    heap = [
        (rng.uniform(-1.1, 1.2), rng.uniform(-0.55, -0.25), rng.uniform(0.16, 0.28), varied(rng.choice(BAGS), rng))
        for _ in range(8)
    ]
    stage.patch(x, -0.2, 3.4, patches.stain(rng, (46, 42, 38), (80, 60, 30)[state]))
    for place, tint in enumerate(tints):
        at = x - 0.42 + place * 0.82
        stage.round_shadow(at + 0.1, 0.05, 0.5, 0.45, 160)
        stage.box(at, 0, 0.08, (0.56, 0.62, 0.95), tint)
        if state == 0 or (state == 1 and place):
            for _ in range(5):
                stage.bag(
                    at + rng.uniform(-0.2, 0.2),
                    rng.uniform(-0.2, 0.2),
                    rng.uniform(0.14, 0.22),
                    varied(rng.choice(BAGS), rng),
                    rng,
                    z=0.96,
                )
            stage.box(at, 0.36, 1.0, (0.6, 0.06, 0.55), shade(tint, 0.85))
        else:
            stage.box(at, 0, 1.03, (0.62, 0.68, 0.07), shade(tint, 0.85))
        stage.box(at, -0.32, 0.5, (0.2, 0.01, 0.2), (214, 216, 210))
    if state == 2:
        return
    stage.patch(x, -0.6, 3.0, patches.scraps(rng, (90, 50)[state], TRASH))
    for dx, dy, r, tint in sorted(heap[: (8, 4)[state]], key=lambda one: -one[1]):
        stage.round_shadow(x + dx, dy, r * 1.1, r * 0.8, 140)
        stage.bag(x + dx, dy, r, tint, rng)


def fallen_tree(stage: Stage, x: float, rng: random.Random, state: int) -> None:
    """A tree across the pavement, its stump, or one planted anew."""
    leaves, bark = varied(rng.choice(LEAVES), rng), (92, 74, 58)
    stage.patch(x - 0.4, 0.9, 2.2, patches.stain(rng, (58, 44, 32), 170, 90))
    if state == 2:
        stage.tree(x - 0.4, 0.9, 0.62, leaves, rng)
        for side in (-1, 1):
            stage.stroke([(x - 0.4 + side * 0.6, 0.8, 0), (x - 0.4, 0.9, 1.3)], 0.05, (150, 122, 84))
        return
    stage.shadow([(x - 0.5, 0.8), (x - 2.9, -0.5), (x - 2.7, -1.1), (x - 0.1, 0.5)], 130)
    light = stage.light_at(x, 0)
    stage.box(x - 0.35, 0.9, 0, (0.34, 0.34, 0.35), bark)
    stage.stroke([(x - 0.5, 0.8, 0.3), (x - 1.5, 0.2, 0.26), (x - 2.6, -0.6, 0.24)], 0.24, bark, light)
    stage.stroke([(x - 0.5, 0.8, 0.36), (x - 1.5, 0.2, 0.33), (x - 2.6, -0.6, 0.3)], 0.08, shade(bark, 1.3), light)
    if state == 0:
        for _ in range(7):
            a = rng.uniform(-0.6, 0.9)
            stage.stroke(
                [(x - 1.9, -0.1, 0.3), (x - 2.2 - rng.uniform(0.3, 0.9), -0.5 + a, rng.uniform(0.4, 1.1))],
                0.05,
                shade(bark, 0.85),
                light,
            )
        stage.foliage(x - 2.5, -0.5, 0.6, (1.0, 0.55), leaves, rng)
    else:
        stage.patch(x - 1.6, -0.4, 3.4, patches.scraps(rng, 160, (leaves, shade(leaves, 0.7), bark)))


_DRAW: Final[dict[str, tuple[str, Draw]]] = {
    "litter": ("pavement", litter), "manhole": ("road", manhole), "pothole": ("road", pothole), "illegal_parking": ("pavement", parking),
    "blocked_drain": ("edge", drain), "ad_sticker": ("wall", stickers), "broken_lamp": ("high", lamp), "water_leak": ("pavement", leak),
    "overflowing_bin": ("pavement", bins), "fallen_tree": ("pavement", fallen_tree), "orderly": ("pavement", mishaps.orderly), "spill": ("road", mishaps.spill),
    "marking": ("road", mishaps.marking), "paving": ("pavement", mishaps.paving), "hoarding": ("pavement", mishaps.hoarding),
    "stall": ("pavement", mishaps.stall),
    "bikes": ("pavement", mishaps.bikes), "sign": ("high", mishaps.sign), "bench": ("pavement", mishaps.bench), "cable": ("high", mishaps.cable),
}  # fmt: skip
SUBJECTS: Final = tuple(_DRAW)


def zone_of(subject: str) -> str:
    """Where in the street a subject happens."""
    return _DRAW[subject][0]


def draw_subject(stage: Stage, x: float, rng: random.Random, subject: str, state: str) -> None:
    """Draws `subject` ("litter", …) as it is before, half done or after."""
    _DRAW[subject][1](stage, x, rng, STATES[state])
