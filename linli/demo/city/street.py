"""The street of a drawn photo as rays find it: ground with carriageway, kerb and pavement, a front on each side, sky; and its light.

`Street` is one place; `look` gives what a camera sees of it before anything stands there, with the place of every pixel.
Distances in metres, colours from 0 to 255 as floats.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from linli.demo.city.fronts import BEHIND_M, LENGTH_M, TALLEST_M, Front, paint_front
from linli.demo.city.optics import HEIGHT, WIDTH, Array, Camera, rough

FAR_M: Final = 120.0
# Where things happen: on the carriageway, at its edge, on the pavement, or at the wall.
ZONES: Final = {"road": -1.7, "edge": -0.55, "pavement": 1.5, "wall": 0.0, "high": 0.9}
EYES_M: Final = {"wall": 1.35, "high": 3.1}  # what is looked at, above the ground


@dataclass(frozen=True)
class Light:
    """How it is lit: sky above and at the horizon, the colour of the sun and of the shade, how thick the air is."""

    zenith: tuple[float, float, float]
    horizon: tuple[float, float, float]
    sun: tuple[float, float, float]
    shade: tuple[float, float, float]
    haze_m: float
    sunny: bool = False
    lamps: float = 0.0  # how much lamps and windows give
    wet: float = 0.0


LIGHTS: Final[dict[str, tuple[Light, ...]]] = {
    "day": (
        Light((96, 146, 200), (206, 220, 228), (1.12, 1.06, 0.97), (0.6, 0.64, 0.72), 190, sunny=True),
        Light((120, 156, 196), (222, 222, 214), (1.14, 1.04, 0.9), (0.58, 0.62, 0.68), 150, sunny=True),
        Light((186, 192, 196), (222, 224, 224), (0.88, 0.9, 0.92), (0.8, 0.82, 0.86), 130),
        Light((168, 176, 180), (206, 210, 210), (0.8, 0.83, 0.86), (0.74, 0.77, 0.8), 100, wet=0.5),
    ),
    "dusk": (
        Light((92, 104, 146), (232, 176, 138), (0.82, 0.68, 0.6), (0.5, 0.48, 0.54), 120, lamps=0.25),
        Light((110, 124, 150), (206, 190, 180), (0.66, 0.66, 0.7), (0.56, 0.57, 0.62), 100, lamps=0.2, wet=0.4),
    ),
    "night": (
        Light((14, 18, 34), (46, 42, 52), (0.17, 0.18, 0.24), (0.15, 0.16, 0.22), 110, lamps=1.0),
        Light((12, 14, 26), (52, 44, 46), (0.16, 0.16, 0.2), (0.14, 0.15, 0.19), 80, lamps=1.0, wet=0.8),
    ),
}  # fmt: skip


@dataclass
class Street:
    """One place: half widths, fronts, ground, where lamps stand (x, y, height, whether they burn)."""

    rng: random.Random
    light: Light
    bare: bool = False  # no shops where the camera looks
    kerb: float = 0.0  # x of the kerb; the pavement lies to its right
    road_m: float = 0.0
    pavement_m: float = 0.0
    right: Front = field(init=False)
    left: Front = field(init=False)
    tiles: tuple[float, float, float] = (0, 0, 0)
    asphalt: tuple[float, float, float] = (0, 0, 0)
    lamps: list[tuple[float, float, float, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        rng = self.rng
        self.road_m, self.pavement_m = rng.uniform(6.2, 9.0), rng.uniform(3.2, 4.8)
        self.right, self.left = paint_front(rng, bare=self.bare), paint_front(rng)
        self.tiles = rng.choice(((156, 150, 142), (150, 140, 130), (140, 144, 144), (164, 152, 138)))
        grey = rng.uniform(74, 100)
        self.asphalt = (grey, grey + 1, grey + 4)
        self.tile_m = rng.choice((0.25, 0.3, 0.5))
        self.tactile, self.lines = rng.random() < 0.6, rng.random() < 0.7
        self.shadow_m = rng.uniform(1.5, 10) if rng.random() < 0.7 else 0.0
        self.lamps = [(self.kerb + 0.5, y, 7.0, True) for y in (-14.0, 11.0, 36.0)]
        self.lamps += [(self.kerb - self.road_m - 0.5, y, 7.0, True) for y in (-2.0, 24.0)]

    @property
    def wall_x(self) -> float:
        """Where the right front stands."""
        return self.kerb + self.pavement_m


@dataclass
class Seen:
    """What a camera sees: colours (HEIGHT, WIDTH, 3), how far each pixel is, and the masks and places of ground and right wall."""

    colour: Array
    distance: Array
    ground: Array
    ground_x: Array
    ground_y: Array
    wall: Array
    wall_y: Array
    wall_z: Array
    lit: Array  # light on each pixel, (HEIGHT, WIDTH, 3); objects take it where they stand


def aim(street: Street, rng: random.Random, zone: str) -> tuple[Camera, float]:
    """A camera at eye height that has something in the given zone, at y 0, in the middle of its picture; gives it and the thing's x."""
    if zone == "wall":
        x, away, yaw = (
            street.wall_x,
            rng.uniform(2.6, min(3.4, street.pavement_m + 1.2)),
            math.radians(rng.uniform(52, 74)),
        )
    else:
        x, away = street.kerb + ZONES[zone], rng.uniform(7.0, 8.6) if zone == "high" else rng.uniform(4.0, 5.6)
        yaw = math.radians(rng.uniform(-30, 30) if zone == "high" else rng.uniform(-38, 48))
    z, focal = rng.uniform(1.5, 1.68), rng.uniform(500, 600)
    least, most = street.kerb - street.road_m + 0.8, street.wall_x - 0.7
    camera_x = min(most, max(least, x - away * math.sin(yaw)))
    yaw = math.asin(max(-0.96, min(0.96, (x - camera_x) / away)))
    drop = math.atan2(z - EYES_M.get(zone, 0.0), away)
    pitch = -drop + math.radians(rng.uniform(-1, 2) if zone in EYES_M else rng.uniform(8, 11))
    turned = yaw + math.radians(rng.uniform(-5, 5))
    return Camera(camera_x, -away * math.cos(yaw), z, turned, pitch, math.radians(rng.gauss(0, 1.3)), focal), x


def look(street: Street, camera: Camera) -> Seen:
    """The empty street as the camera sees it, lit and hazy."""
    rays = camera.rays()
    dx, dy, dz = rays[..., 0], rays[..., 1], rays[..., 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        to_ground = np.where(dz < -1e-4, -camera.z / dz, np.inf)
        to_right = np.where(dx > 1e-4, (street.wall_x - camera.x) / dx, np.inf)
        to_left = np.where(dx < -1e-4, (street.kerb - street.road_m - 3.2 - camera.x) / dx, np.inf)
    fronts = [_front_mask(street.right, camera, rays, to_right), _front_mask(street.left, camera, rays, to_left)]
    to_right, to_left = (np.where(mask, reach, np.inf) for mask, reach in zip(fronts, (to_right, to_left), strict=True))
    distance = np.minimum(np.minimum(to_ground, to_right), to_left).astype(np.float32)
    colour, lit = np.zeros((HEIGHT, WIDTH, 3), dtype=np.float32), np.ones((HEIGHT, WIDTH, 3), dtype=np.float32)
    ground = (to_ground <= distance) & (distance < FAR_M)
    right, left = (to_right < to_ground) & (to_right <= to_left), (to_left < to_ground) & (to_left < to_right)
    sky = ~(ground | right | left)
    colour[sky] = _sky(street, rays[sky])
    reach = np.minimum(distance, FAR_M)
    place_x, place_y, place_z = camera.x + dx * reach, camera.y + dy * reach, camera.z + dz * reach
    footprint = reach / camera.focal
    _put_fronts(street, (right, left), (place_x, place_y, place_z), footprint, colour, lit)
    x, y = place_x[ground], place_y[ground]
    colour[ground] = _ground(street, x, y, footprint[ground] * np.maximum(1, reach[ground] / 6))
    lit[ground] = _light_on_ground(street, x, y)
    colour *= lit  # 1 in the sky
    if street.light.wet:
        _mirror(street, rays, ground, (place_x, place_y), colour)
    air = (
        np.where(np.isfinite(distance), 1 - np.exp(-np.minimum(distance, 400) / street.light.haze_m), 1.0)[..., None]
        * 0.85
    )
    air[sky] = 0
    colour += (np.array(street.light.horizon, dtype=np.float32) - colour) * air.astype(np.float32)
    return Seen(colour, distance, ground, place_x, place_y, right, place_y, place_z, lit)


def _front_mask(front: Front, camera: Camera, rays: Array, reach: Array) -> Array:
    """Where a ray meets a front below its roof."""
    safe = np.where(np.isfinite(reach), reach, 0)
    y, z = camera.y + rays[..., 1] * safe, camera.z + rays[..., 2] * safe
    place = (y + BEHIND_M).astype(np.int64)
    roofs = np.asarray(front.roof_m, dtype=np.float32)[np.clip(place, 0, LENGTH_M - 1)]
    return np.isfinite(reach) & (reach > 0) & (z >= 0) & (z < roofs) & (place >= 0) & (place < LENGTH_M)


def _sky(street: Street, rays: Array) -> Array:
    """The colours of the sky along rays, (n, 3)."""
    up = np.clip(rays[:, 2] / np.sqrt(np.einsum("nc,nc->n", rays, rays)), 0, 1)[:, None]
    zenith, horizon = (np.array(one, dtype=np.float32) for one in (street.light.zenith, street.light.horizon))
    share = np.clip(up * 2.2, 0, 1) ** 0.8
    sky = horizon + (zenith - horizon) * share
    flat = np.maximum(up[..., 0], 0.03)
    clouds = rough(
        rays[..., 0] / flat * 3 + 90, rays[..., 1] / flat * 3 + 90, np.full(flat.shape, 0.05, dtype=np.float32), 6.0
    )
    cover = (
        np.clip((clouds - 0.5) * 3.2, 0, 1)[..., None]
        * np.clip(up * 5, 0, 1)
        * (0.35 if street.light.lamps < 0.5 else 0.1)
    )
    sky = sky + (np.minimum(horizon * 1.12, 250) - sky) * cover
    return np.asarray(sky, dtype=np.float32)


def _put_fronts(
    street: Street,
    masks: tuple[Array, Array],
    places: tuple[Array, Array, Array],
    footprint: Array,
    colour: Array,
    lit: Array,
) -> None:
    _x, y, z = places
    light = street.light
    for front, mask, sunlit in ((street.right, masks[0], 0.92), (street.left, masks[1], 1.0)):
        if not mask.any():
            continue
        u, v, size = y[mask] + BEHIND_M, TALLEST_M - z[mask], footprint[mask]
        colour[mask] = front.painted.at(u, v, size)
        in_sun = light.sunny and sunlit == 1.0
        base = np.array(light.sun if in_sun else light.shade, dtype=np.float32) * (1.0 if light.lamps else 1.12)
        base = np.broadcast_to(base, (len(u), 3)) * (0.8 + 0.2 * np.clip(z[mask] / 2.5, 0, 1))[:, None]
        lamp = _lamplight(
            street,
            np.full(len(u), street.wall_x if sunlit < 1 else street.kerb - street.road_m - 3.2),
            y[mask],
            z[mask],
        )
        lit[mask] = base + lamp * 0.8
        if light.lamps:
            glow = front.glowing.at(u, v, size) / 255 * light.lamps * np.array([1.75, 1.37, 0.87], dtype=np.float32)
            lit[mask] += glow


def _lamplight(street: Street, x: Array, y: Array, z: Array) -> Array:
    """Warm light of the lamps that burn, (n, 3)."""
    if not street.light.lamps:
        return np.zeros((len(x), 3), dtype=np.float32)
    total = np.zeros(len(x), dtype=np.float32)
    for lamp_x, lamp_y, height, burns in street.lamps:
        if burns:
            reach = lamp_x - 1.4 if lamp_x > street.kerb else lamp_x + 1.4
            away = (x - reach) ** 2 + (y - lamp_y) ** 2 + (z - height) ** 2
            total += (1.0 / (1.0 + away / 22.0)).astype(np.float32)
    warm = np.array([1.2, 0.92, 0.55], dtype=np.float32)
    return total[:, None] * warm * street.light.lamps


def _ground(street: Street, x: Array, y: Array, footprint: Array) -> Array:
    """The colours of the ground: asphalt with patches and lines, kerb, tiles with seams and the strip that leads the blind."""
    grain = rough(x, y, footprint, 150.0) - 0.5
    coarse = rough(x + 31, y + 17, footprint, 16.0) - 0.5
    across = x - street.kerb
    road, kerb = across < -0.0, (across >= 0) & (across < 0.14)
    out = np.empty((len(x), 3), dtype=np.float32)
    far_side = across < -street.road_m
    out[:] = np.array(street.asphalt, dtype=np.float32)
    paved = (across >= 0.14) | far_side
    out[paved] = np.array(street.tiles, dtype=np.float32)
    out += (grain * np.where(paved, 26, 46) + coarse * np.where(paved, 24, 20))[:, None]
    fade = np.clip(0.03 / np.maximum(footprint, 1e-4), 0, 1)
    size = street.tile_m
    row = np.floor(y / size)
    seam = ((x + (row % 2) * size / 2) % size < 0.02) | (y % size < 0.02)
    out[paved & seam] *= (1 - 0.28 * fade[paved & seam])[:, None]
    tile = np.sin(np.floor((x + (row % 2) * size / 2) / size) * 12.9 + row * 78.2) * 43758.5
    out[paved] *= (0.95 + 0.1 * (tile - np.floor(tile)))[paved][:, None].astype(np.float32)
    if street.tactile:
        strip = (across > 1.15) & (across < 1.65)
        ribs = np.where((x % 0.1 < 0.035), 0.82, 1.0)
        out[strip] = (
            np.array([168, 146, 72], dtype=np.float32)
            * ((0.92 + grain * 0.5 + coarse * 0.5) * (1 - (1 - ribs) * fade))[strip][:, None]
        )
    out[kerb] = np.array([158, 156, 150], dtype=np.float32) * (0.95 + coarse + grain * 0.4)[kerb][:, None]
    out[kerb & (y % 1.0 < 0.015)] *= 0.7
    gutter = (across < 0) & (across > -0.3)
    out[gutter] *= (0.74 + coarse[gutter] * 0.4)[:, None]
    if street.lines:
        worn = np.clip(1.25 + coarse * 3.2 + grain * 1.6, 0.15, 1)
        edge = road & (across < -0.42) & (across > -0.55)
        middle = road & (np.abs(across + street.road_m / 2) < 0.07) & (y % 6 < 3)
        for mask, tint in ((edge, (206, 168, 70)), (middle, (214, 214, 208))):
            out[mask] += (np.array(tint, dtype=np.float32) - out[mask]) * (0.85 * worn[mask])[:, None]
    cracks = np.abs(rough(x + 7, y + 3, footprint, 9.0) - 0.5) < 0.004
    out[cracks & road] *= 0.72
    return np.clip(out, 6, 250)


def _light_on_ground(street: Street, x: Array, y: Array) -> Array:
    light = street.light
    share = np.ones(len(x), dtype=np.float32)
    if light.sunny and street.shadow_m:
        roofs = np.asarray(street.right.roof_m, dtype=np.float32)[
            np.clip((y + BEHIND_M).astype(np.int64), 0, LENGTH_M - 1)
        ]
        edge = street.wall_x - street.shadow_m * roofs / 12
        share = np.clip((edge - x) / 0.25, 0, 1).astype(np.float32)
    sun, shade = (np.array(one, dtype=np.float32) for one in (light.sun, light.shade))
    lit = shade + (sun - shade) * share[:, None]
    lit = lit * (0.72 + 0.28 * np.clip((street.wall_x - x) / 0.9, 0, 1))[:, None]  # dark at the foot of the wall
    lit = lit + _lamplight(street, x, y, np.zeros(len(x), dtype=np.float32))
    return np.asarray(lit, dtype=np.float32)


def _mirror(street: Street, rays: Array, ground: Array, places: tuple[Array, Array], colour: Array) -> None:
    """Wet ground shows the fronts and the sky upside down, more at a flat angle, in puddles that the noise draws."""
    x, y = places[0][ground], places[1][ground]
    direction = rays[ground] * np.array([1, 1, -1], dtype=np.float32)
    with np.errstate(divide="ignore", invalid="ignore"):
        right = np.where(direction[:, 0] > 1e-3, (street.wall_x - x) / direction[:, 0], np.inf)
        left = np.where(direction[:, 0] < -1e-3, (street.kerb - street.road_m - 3.2 - x) / direction[:, 0], np.inf)
    mirrored = np.broadcast_to(np.array(street.light.horizon, dtype=np.float32), (len(x), 3)).copy()
    for front, reach in ((street.right, right), (street.left, left)):
        safe = np.where(np.isfinite(reach), np.minimum(reach, 200), 0)
        at_y, at_z = y + direction[:, 1] * safe, direction[:, 2] * safe
        roofs = np.asarray(front.roof_m, dtype=np.float32)[np.clip((at_y + BEHIND_M).astype(np.int64), 0, LENGTH_M - 1)]
        hit = np.isfinite(reach) & (at_z < roofs)
        if hit.any():
            u, v, size = at_y[hit] + BEHIND_M, TALLEST_M - at_z[hit], np.full(int(hit.sum()), 0.12, dtype=np.float32)
            glow = front.glowing.at(u, v, size) / 255 * street.light.lamps
            base = front.painted.at(u, v, size) * np.array(street.light.shade, dtype=np.float32)
            mirrored[hit] = base * (1 + glow * 6)
    flat = 1 - np.clip(direction[:, 2] / np.sqrt((direction**2).sum(axis=1)), 0, 1)
    puddles = np.clip((rough(x + 3, y + 5, np.full(len(x), 0.01, dtype=np.float32), 22.0) - 0.47) * 9, 0, 1)
    share = street.light.wet * (0.1 + 0.8 * flat**3) * (0.35 + 0.65 * puddles)
    colour[ground] = colour[ground] * (1 - 0.25 * street.light.wet) * (1 - share[:, None]) + mirrored * share[:, None]
