"""Shapes of buildings on a parcel: rows facing south, towers, old lanes, halls, shop fronts. Metres, no names.

Every function takes free ground and returns rectangles or crosses that lie inside it and do not touch each other;
`blocks.py` says what they are.
"""

import math
import random

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon, box
from shapely.affinity import rotate, translate
from shapely.geometry.base import BaseGeometry


def south_angle_deg(ground: Polygon) -> float:
    """Return by how much the side of `ground` nearest to east–west is turned, between −45 and 45 degrees."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(ground))
    dx, dy = corners[1] - corners[0]
    angle = math.degrees(math.atan2(dy, dx)) % 90.0
    return angle if angle <= 45.0 else angle - 90.0


def rows(
    ground: Polygon,
    rng: random.Random,
    *,
    depth_m: float,
    step_m: float,
    length_m: tuple[float, float],
    gap_m: tuple[float, float],
    wobble_m: float = 0.0,
) -> list[Polygon]:
    """Return rows of rectangles that face south as far as the ground allows."""
    centre = ground.centroid
    angle = south_angle_deg(ground)
    flat = rotate(ground, -angle, origin=centre)
    west, south, east, north = flat.bounds
    boxes: list[Polygon] = []
    y = south + depth_m / 2 + rng.uniform(1.0, step_m * 0.35)
    while y < north:
        x = west + rng.uniform(0.0, 9.0)
        while x < east:
            length = rng.uniform(*length_m)
            shift = rng.uniform(-wobble_m, wobble_m)
            boxes.append(box(x, y - depth_m / 2 + shift, x + length, y + depth_m / 2 + shift))
            x += length + rng.uniform(*gap_m)
        y += step_m * rng.uniform(0.96, 1.06)
    return _turned([_fit(flat, one) for one in boxes], angle, centre)


def _fit(ground: Polygon, one: Polygon) -> Polygon | None:
    """Return `one`, shortened at one end if that is what it takes to lie inside, or None."""
    west, south, east, north = one.bounds
    for left, right in ((0.0, 0.0), (0.0, 0.3), (0.3, 0.0), (0.0, 0.55), (0.55, 0.0)):
        length = east - west
        part = box(west + left * length, south, east - right * length, north)
        if ground.contains(part):
            return part
    return None


def _turned(shapes: list[Polygon | None], angle: float, centre: BaseGeometry) -> list[Polygon]:
    return [rotate(shape, angle, origin=centre) for shape in shapes if shape is not None]


def towers(ground: Polygon, rng: random.Random, *, step_m: float) -> list[Polygon]:
    """Return staggered high-rise footprints, each a rectangle with four notches."""
    centre = ground.centroid
    angle = south_angle_deg(ground)
    flat = rotate(ground, -angle, origin=centre)
    west, south, east, north = flat.bounds
    shapes: list[Polygon | None] = []
    y, row = south + rng.uniform(10.0, 16.0), 0
    while y < north:
        x = west + rng.uniform(12.0, 18.0) + (step_m / 2 if row % 2 else 0.0)
        while x < east:
            shape = translate(_cross(rng.uniform(25.0, 34.0), rng.uniform(16.0, 19.0)), x, y)
            shapes.append(shape if flat.contains(shape) else None)
            x += step_m * rng.uniform(0.95, 1.1)
        y, row = y + step_m * rng.uniform(0.85, 0.98), row + 1
    return _turned(shapes, angle, centre)


def _cross(width_m: float, depth_m: float) -> Polygon:
    a, b, notch = width_m / 2, depth_m / 2, 3.2
    inner = a * 0.45
    return Polygon(
        [
            (-a, -b + notch),
            (-inner, -b + notch),
            (-inner, -b),
            (inner, -b),
            (inner, -b + notch),
            (a, -b + notch),
            (a, b),
            (inner, b),
            (inner, b - notch),
            (-inner, b - notch),
            (-inner, b),
            (-a, b),
        ]
    )


def centred(ground: Polygon, width_m: float, depth_m: float) -> list[Polygon]:
    """Return one rectangle around a point well inside `ground`, shrunk until it fits; nothing below 12 m."""
    centre = shapely.maximum_inscribed_circle(ground).coords[0]
    angle = south_angle_deg(ground)
    while min(width_m, depth_m) >= 12.0:
        shape = rotate(box(-width_m / 2, -depth_m / 2, width_m / 2, depth_m / 2), angle, origin=(0, 0))
        placed = translate(shape, *centre)
        if ground.contains(placed):
            return [placed]
        width_m, depth_m = width_m * 0.88, depth_m * 0.88
    return []


def halves(ground: Polygon, share: float) -> tuple[Polygon, Polygon]:
    """Return `ground` cut across its longer side with a gap of 6 m; the larger piece where a part falls in two."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(ground))[:4]
    if np.hypot(*(corners[1] - corners[0])) < np.hypot(*(corners[2] - corners[1])):
        corners = np.roll(corners, -1, axis=0)
    along = corners[1] - corners[0]
    unit = along / np.hypot(*along)
    first = Polygon([corners[0], corners[0] + along * share, corners[3] + along * share, corners[3]])
    second = Polygon(
        [corners[0] + along * share + 6 * unit, corners[1], corners[2], corners[3] + along * share + 6 * unit]
    )
    return largest(ground.intersection(first)), largest(ground.intersection(second))


def largest(shape: BaseGeometry) -> Polygon:
    """Return the largest polygon in `shape`, an empty one where there is none."""
    polygons = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon)]
    return max(polygons, key=lambda part: part.area, default=Polygon())


def shop_front(
    ground: Polygon, start: NDArray[np.float64], end: NDArray[np.float64], rng: random.Random
) -> list[Polygon]:
    """Return a row of shop buildings, 10 m deep, behind the edge from `start` to `end` of `ground`."""
    edge = end - start
    length = float(np.hypot(*edge))
    unit = edge / length
    inward = np.array([-unit[1], unit[0]])
    middle = shapely.Point(*(start + edge / 2 + inward * 3.0))
    if not ground.contains(middle):
        inward = -inward
    depth = rng.uniform(9.0, 12.0)
    made, at = [], rng.uniform(7.0, 14.0)
    while at < length - 18.0:
        width = min(rng.uniform(20.0, 46.0), length - 7.0 - at)
        a, b = start + unit * at + inward * 0.8, start + unit * (at + width) + inward * 0.8
        shape = Polygon([a, b, b + inward * depth, a + inward * depth])
        if ground.contains(shape):
            made.append(shape)
        at += width + rng.choice((1.5, 1.5, 9.0, 16.0))
    return made
