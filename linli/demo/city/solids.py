"""Draws what stands in the street of a photo: boxes, poles, cars, heaps, leaves, each shaded by where its sides face.

A `Stage` collects them over the empty street of `street.py`: patches on the ground, shadows, then solids from far to near.
Coordinates are the street's, in metres.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from linli.demo.city.fronts import Colour, shade, varied
from linli.demo.city.optics import HEIGHT, NOISE, WIDTH, Array, Camera, Texture, noise, rough
from linli.demo.city.street import Seen, Street

Point = tuple[float, float, float]
SHARP: Final = 2  # solids are drawn so much larger, so that edges come out smooth
# Leaves are as bright as one of so many steps: 0.48 to 1.18 of their colour.
LEAF_DARK, LEAF_STEP, LEAF_STEPS = 0.48, 0.05, 15
_SUN: Final = np.array([-0.45, -0.35, 0.82])


class Stage:
    """What is added to one view of a street."""

    def __init__(self, street: Street, camera: Camera, seen: Seen) -> None:
        self.street, self.camera, self.seen = street, camera, seen
        self.colour = seen.colour.copy()
        self._layer = Image.new("RGBA", (WIDTH * SHARP, HEIGHT * SHARP), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self._layer)
        self._shadows = Image.new("L", (WIDTH, HEIGHT), 0)
        self._shade = ImageDraw.Draw(self._shadows)

    # On the ground and on the wall.

    def patch(self, x: float, y: float, size_m: float, picture: Image.Image) -> None:
        """Lays a square picture (RGBA, seen from above, y upwards) around a place on the ground."""
        seen = self.seen
        near = seen.ground & (np.abs(seen.ground_x - x) < size_m / 2) & (np.abs(seen.ground_y - y) < size_m / 2)
        self._lay(near, seen.ground_x - x + size_m / 2, y + size_m / 2 - seen.ground_y, picture, size_m)

    def poster(self, y: float, z: float, size_m: float, picture: Image.Image) -> None:
        """Puts a square picture (RGBA) on the right wall around a place."""
        seen = self.seen
        near = seen.wall & (np.abs(seen.wall_y - y) < size_m / 2) & (np.abs(seen.wall_z - z) < size_m / 2)
        self._lay(near, y + size_m / 2 - seen.wall_y, z + size_m / 2 - seen.wall_z, picture, size_m)

    def _lay(self, near: Array, u: Array, v: Array, picture: Image.Image, size_m: float) -> None:
        if not near.any():
            return
        footprint = (self.seen.distance / self.camera.focal)[near].astype(np.float32)
        sampled = Texture(picture, picture.width / size_m).at(u[near], v[near], footprint)
        share = sampled[:, 3:] / 255
        grain = (rough(u[near], v[near], footprint, 150.0) - 0.5)[:, None] * 26
        self.colour[near] = self.colour[near] * (1 - share) + (sampled[:, :3] + grain) * self.seen.lit[near] * share

    def shadow(self, corners: Sequence[tuple[float, float]], dark: int = 120) -> None:
        """Darkens a polygon on the ground, with soft edges."""
        self._shade.polygon([one[:2] for one in self.camera.project([(x, y, 0.0) for x, y in corners])], fill=dark)

    def round_shadow(self, x: float, y: float, rx: float, ry: float, dark: int = 120) -> None:
        """Darkens an oval on the ground."""
        self.shadow(
            [(x + math.cos(a / 10 * math.pi) * rx, y + math.sin(a / 10 * math.pi) * ry) for a in range(20)], dark
        )

    def shine(self, x: float, y: float, z: float, strength: float) -> None:
        """Lights ground and wall around a lamp at a place, in warm white."""
        seen = self.seen
        near = (seen.ground | seen.wall) & (seen.distance < 60)
        up = np.where(seen.wall, seen.wall_z, 0)[near]
        away = (seen.ground_x[near] - x) ** 2 + (seen.ground_y[near] - y) ** 2 + (up - z) ** 2
        warm = np.array([1.25, 0.98, 0.62], dtype=np.float32) * strength
        self.colour[near] *= 1 + (1 / (1 + away / 9))[:, None] * warm / np.maximum(seen.lit[near], 0.12)

    # Solids.

    def light_at(self, x: float, y: float) -> Array:
        """The light at a place, taken from the ground there, (3,)."""
        px, py, _depth = self.camera.project([(x, y, 0.0)])[0]
        column, row = min(WIDTH - 1, max(0, int(px))), min(HEIGHT - 1, max(0, int(py)))
        light: Array = self.seen.lit[row, column]
        return light

    def face(self, points: Sequence[Point], colour: Colour, light: Array, *, flat: bool = False) -> None:
        """A flat side: brighter where it faces the sun, duller where it is far away."""
        seen = self.camera.project(list(points))
        if min(depth for _x, _y, depth in seen) < 0.25:
            return
        bright = 1.0
        if not flat:
            a, b, c = (np.asarray(one) for one in (points[0], points[1], points[2]))
            normal = np.cross(b - a, c - a)
            length = float(np.linalg.norm(normal)) or 1.0
            towards = np.array([self.camera.x, self.camera.y, self.camera.z]) - a
            normal = normal / length * (1 if float(normal @ towards) >= 0 else -1)
            bright = 0.62 + 0.42 * max(0.0, float(normal @ _SUN))
        distance = sum(depth for _x, _y, depth in seen) / len(seen)
        self._draw.polygon(
            [(x * SHARP, y * SHARP) for x, y, _d in seen], fill=(*self.toned(colour, light * bright, distance), 255)
        )

    def toned(self, colour: Colour, light: Array, distance: float) -> Colour:
        """The colour as it appears in this light at this distance."""
        share = (1 - math.exp(-distance / self.street.light.haze_m)) * 0.85
        horizon = self.street.light.horizon
        lit = (min(255.0, colour[i] * float(light[i])) for i in range(3))
        red, green, blue = (min(255, max(0, int(c + (horizon[i] - c) * share))) for i, c in enumerate(lit))
        return red, green, blue

    def box(self, x: float, y: float, z: float, size: Point, colour: Colour, turn: float = 0.0) -> None:
        """A box with its bottom's middle at (x, y, z)."""
        w, d, h = size
        cos, sin = math.cos(turn), math.sin(turn)
        low = [
            (x + a * w / 2 * cos - b * d / 2 * sin, y + a * w / 2 * sin + b * d / 2 * cos)
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]
        light = self.light_at(x, y)
        sides = [[(*low[i], z), (*low[(i + 1) % 4], z), (*low[(i + 1) % 4], z + h), (*low[i], z + h)] for i in range(4)]
        for side in sorted(sides, key=lambda one: -self._away(one)):
            self.face(side, colour, light)
        if self.camera.z > z + h:
            self.face([(px, py, z + h) for px, py in low], shade(colour, 1.05), light)

    def _away(self, points: Sequence[Point]) -> float:
        return sum(math.dist(one, (self.camera.x, self.camera.y, self.camera.z)) for one in points) / len(points)

    def stroke(self, points: Sequence[Point], width_m: float, colour: Colour, light: Array | None = None) -> None:
        """A rod or cable through points."""
        seen = self.camera.project(list(points))
        if min(depth for _x, _y, depth in seen) < 0.25:
            return
        depth = sum(one[2] for one in seen) / len(seen)
        width = max(1, round(width_m * self.camera.focal / depth * SHARP))
        lit = self.light_at(points[0][0], points[0][1]) if light is None else light
        self._draw.line(
            [(x * SHARP, y * SHARP) for x, y, _d in seen],
            fill=(*self.toned(colour, lit, depth), 255),
            width=width,
            joint="curve",
        )

    def disc(
        self,
        x: float,
        y: float,
        z: float,
        radius: float,
        colour: Colour,
        light: Array | None = None,
        squash: float = 1.0,
    ) -> None:
        """A ball or a leaf: a spot as wide as it appears."""
        px, py, depth = self.camera.project([(x, y, z)])[0]
        if depth < 0.25:
            return
        r = radius * self.camera.focal / depth * SHARP
        lit = self.light_at(x, y) if light is None else light
        self._draw.ellipse(
            (px * SHARP - r, py * SHARP - r * squash, px * SHARP + r, py * SHARP + r * squash),
            fill=(*self.toned(colour, lit, depth), 255),
        )

    def bag(self, x: float, y: float, radius: float, colour: Colour, rng: random.Random, z: float = 0.0) -> None:
        """A full bag: a squashed ball with folds and its tied neck."""
        light = self.light_at(x, y)
        height = radius * 0.82
        for step in range(7):
            part = 1 - step / 8
            self.disc(
                x - 0.3 * radius * (1 - part), y, z + height * (0.8 + 0.32 * (1 - part)), radius * part,
                shade(colour, 0.62 + 0.09 * step), light, 0.8,
            )  # fmt: skip
        for _ in range(5):
            a, r = rng.uniform(0, math.tau), radius * 0.7
            self.stroke(
                [(x + math.cos(a) * r, y, z + height + math.sin(a) * r * 0.7), (x, y, z + height * 1.75)],
                0.012,
                shade(colour, rng.choice((0.6, 1.25))),
                light,
            )
        self.box(x, y, z + height * 1.7, (0.07, 0.05, 0.1), shade(colour, 0.9))

    def car(self, x: float, y: float, colour: Colour, *, turn: float = 0.0) -> None:
        """A saloon that stands along the street (or turned), 4.4 m long."""
        light, cos, sin = self.light_at(x, y), math.cos(turn), math.sin(turn)

        def at(across: float, along: float, z: float) -> Point:
            return x + across * cos - along * sin, y + across * sin + along * cos, z

        ring = [
            (2.2, 0.32),
            (2.18, 0.72),
            (1.15, 0.92),
            (0.55, 1.42),
            (-0.95, 1.44),
            (-1.7, 0.98),
            (-2.15, 0.92),
            (-2.2, 0.34),
        ]
        self.shadow([at(a, b, 0)[:2] for a, b in ((-0.95, -2.3), (0.95, -2.3), (0.95, 2.3), (-0.95, 2.3))], 190)
        glass, faces = (46, 56, 64), []
        for one, other in pairwise(ring):
            clear = {(1.15, 0.55), (-0.95, -1.7)}
            tint = glass if (one[0], other[0]) in clear else colour
            faces.append(([at(-0.86, *one), at(0.86, *one), at(0.86, *other), at(-0.86, *other)], tint))
        faces.append(
            (
                [at(-0.86, 2.2, 0.32), at(0.86, 2.2, 0.32), at(0.86, 2.18, 0.72), at(-0.86, 2.18, 0.72)],
                shade(colour, 0.9),
            )
        )
        for side in (-0.87, 0.87):
            faces.append(([at(side, *one) for one in ring], colour))
        for points, tint in sorted(faces, key=lambda one: -self._away(one[0])):
            self.face(points, tint, light)
        side = max((-0.88, 0.88), key=lambda s: -self._away([at(s, 0, 0.7)]))
        for window in (
            ((1.0, 0.95), (0.5, 1.36), (-0.2, 1.37), (-0.2, 0.95)),
            ((-0.28, 0.95), (-0.28, 1.37), (-0.9, 1.37), (-1.5, 0.97)),
        ):
            self.face([at(side, *one) for one in window], glass, light)
        for line in ((((0.62, 0.4), (0.62, 0.93))), (((-0.24, 0.4), (-0.24, 0.95)))):
            self.stroke([at(side, *one) for one in line], 0.012, shade(colour, 0.5), light)
        for along in (1.38, -1.36):
            for radius, tint in (
                (0.36, shade(colour, 0.35)),
                (0.32, (26, 27, 28)),
                (0.19, (150, 152, 156)),
                (0.07, (70, 70, 72)),
            ):
                wheel = [
                    at(
                        side * 1.01,
                        along + math.cos(a / 12 * math.pi) * radius,
                        0.32 + math.sin(a / 12 * math.pi) * radius,
                    )
                    for a in range(24)
                ]
                self.face(wheel, tint, light, flat=True)
        for along, tint in ((2.19, (235, 232, 220)), (-2.19, (150, 28, 26))):
            for across in (-0.62, 0.62):
                lamp = [
                    at(across + a, along, 0.64 + b)
                    for a, b in ((-0.17, -0.07), (0.17, -0.07), (0.17, 0.07), (-0.17, 0.07))
                ]
                if (self.camera.x - x) * (-sin * along) + (self.camera.y - y) * (cos * along) > 0:
                    self.face(lamp, tint, light, flat=True)

    def tree(self, x: float, y: float, size: float, leaves: Colour, rng: random.Random) -> None:
        """A street tree, about 6 m high at size 1."""
        light = self.light_at(x, y)
        self.round_shadow(x + 0.3, y + 0.2, 1.5 * size, 1.4 * size, 70)
        for part in range(6):
            z = part * 0.42 * size
            self.stroke(
                [(x, y, z), (x + 0.03, y, z + 0.45 * size)],
                (0.2 - 0.018 * part) * size,
                shade((96, 82, 68), 0.9),
                light,
            )
        self.foliage(x, y, 3.9 * size, (1.55 * size, 1.35 * size), leaves, rng)

    def foliage(
        self, x: float, y: float, z: float, reach: tuple[float, float], leaves: Colour, rng: random.Random
    ) -> None:
        """A crown of many leaves: dark within and below, light above on the sunny side."""
        light = self.light_at(x, y)
        apart = max(2.0, math.dist((x, y), (self.camera.x, self.camera.y)))
        many = int(min(900, 4200 / apart))
        spots = []
        for _ in range(many):
            a, r, up = rng.uniform(0, math.tau), rng.random() ** 0.5, rng.uniform(-1, 1)
            spots.append((math.cos(a) * r * math.sqrt(1 - up * up * 0.8), math.sin(a) * r, up))
        spots.sort(key=lambda one: one[1] * (1 if y > self.camera.y else -1), reverse=True)
        seen = self.camera.project(
            [(x + a * reach[0], y + b * reach[0] * 0.6, z + up * reach[1]) for a, b, up in spots]
        )
        tints = [
            [
                (*self.toned(varied(shade(leaves, LEAF_DARK + step * LEAF_STEP), rng, 8), light, apart), 255)
                for _ in range(4)
            ]
            for step in range(LEAF_STEPS)
        ]
        for (dx, _dy, up), (px, py, depth) in zip(spots, seen, strict=True):
            if depth < 0.25:
                continue
            bright = 0.6 + 0.26 * (up + 1) / 2 + 0.16 * (-dx + 1) / 2 + rng.uniform(-0.12, 0.16)
            r = rng.uniform(0.055, 0.13) * reach[0] / 1.5 * self.camera.focal / depth * SHARP
            flat = r * rng.uniform(0.6, 1)
            tint = tints[int((bright - LEAF_DARK) / LEAF_STEP)][int(rng.random() * 4)]
            self._draw.ellipse((px * SHARP - r, py * SHARP - flat, px * SHARP + r, py * SHARP + flat), fill=tint)

    def lamp_post(
        self, x: float, y: float, height: float, inwards: float, *, lean: float = 0.0, burns: bool = False
    ) -> None:
        """A street lamp whose arm reaches over the carriageway."""
        light = self.light_at(x, y)
        top = (x + lean, y, height)
        self.stroke([(x, y, 0), ((x + top[0]) / 2, y, height / 2)], 0.17, (92, 96, 100), light)
        self.stroke([((x + top[0]) / 2, y, height / 2), top], 0.12, (92, 96, 100), light)
        self.stroke(
            [top, (top[0] + inwards * 0.5, y, height + 0.25), (top[0] + inwards, y, height + 0.2)],
            0.08,
            (92, 96, 100),
            light,
        )
        shining = np.array([3.0, 2.7, 2.1], dtype=np.float32) if burns else light
        self.face(
            [
                (top[0] + inwards * k, y + s, height + 0.14)
                for k, s in ((0.72, -0.12), (1.18, -0.12), (1.18, 0.12), (0.72, 0.12))
            ],
            (252, 240, 206) if burns else (70, 72, 74),
            shining,
            flat=burns,
        )

    def done(self) -> Array:
        """The street with everything in it, (HEIGHT, WIDTH, 3)."""
        dark = np.asarray(self._shadows.filter(ImageFilter.BoxBlur(5)), dtype=np.float32)[..., None] / 255
        ground = self.colour * (1 - 0.75 * dark * (self.seen.ground | self.seen.wall)[..., None])
        layer = np.asarray(self._layer.reduce(SHARP), dtype=np.float32)
        share = layer[..., 3:] / 255
        tiled = np.tile(noise(), (HEIGHT // NOISE + 1, WIDTH // NOISE + 1))
        grain = (tiled[:HEIGHT, :WIDTH] - 0.5)[..., None]
        # The edges of the layer were averaged with nothing, so its colours are weighed already.
        whole: Array = ground * (1 - share) + layer[..., :3] * (1 + 0.14 * grain)
        return whole
