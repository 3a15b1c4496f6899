"""How the drawn photos see: a camera over a street, rays from it to ground and walls, and pictures sampled along them.

Metres; x points across the street, y along it, z up. Everything is arrays of NumPy; `street.py` says what stands where,
`solids.py` draws what stands on the ground, `develop.py` makes a photograph of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[Any]  # numbers are of 32 bits, masks of one
WIDTH: Final = 720
HEIGHT: Final = 540
NOISE: Final = 512  # pixels of the noise that everything is roughened with


@dataclass(frozen=True)
class Camera:
    """A telephone in somebody's hand: place in metres, angles in radians (yaw from the street's direction, pitch up), focal length in pixels."""

    x: float
    y: float
    z: float
    yaw: float
    pitch: float
    roll: float
    focal: float

    @cached_property
    def axes(self) -> tuple[Array, Array, Array]:
        """Forward, right and up of the picture, as unit vectors."""
        sy, cy, sp, cp = math.sin(self.yaw), math.cos(self.yaw), math.sin(self.pitch), math.cos(self.pitch)
        forward = np.array([sy * cp, cy * cp, sp])
        right = np.array([cy, -sy, 0.0])
        up = np.cross(right, forward)
        sr, cr = math.sin(self.roll), math.cos(self.roll)
        return tuple(  # type: ignore[return-value]
            axis.astype(np.float32) for axis in (forward, right * cr + up * sr, up * cr - right * sr)
        )

    def rays(self) -> Array:
        """The direction of every pixel, (HEIGHT, WIDTH, 3); its part along `forward` is 1."""
        forward, right, up = self.axes
        across = (np.arange(WIDTH, dtype=np.float32) - WIDTH / 2) / self.focal
        down = (np.arange(HEIGHT, dtype=np.float32) - HEIGHT / 2) / self.focal
        directions: Array = forward + across[None, :, None] * right - down[:, None, None] * up
        return directions

    def project(self, points: list[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
        """Where points appear: x and y in pixels, and the distance along `forward` in metres (at or below 0: behind)."""
        seen = np.asarray(points, dtype=np.float32) - np.array([self.x, self.y, self.z], dtype=np.float32)
        forward, right, up = self.axes
        depth = seen @ forward
        near = np.maximum(depth, 0.05)
        xs, ys = WIDTH / 2 + self.focal * (seen @ right) / near, HEIGHT / 2 - self.focal * (seen @ up) / near
        return [(float(x), float(y), float(d)) for x, y, d in zip(xs, ys, depth, strict=True)]


@cache
def noise() -> Array:
    """Rough grey in many sizes, between 0 and 1 around 0.5, seamless; (NOISE, NOISE)."""
    rng = np.random.default_rng(7)
    whole = np.zeros((NOISE, NOISE), dtype=np.float32)
    for size, weight in ((8, 0.5), (16, 0.6), (32, 0.7), (64, 0.8), (128, 0.8), (256, 0.8), (512, 0.7)):
        grain = rng.random((size, size)).astype(np.float32)
        grain = np.pad(grain, 2, mode="wrap")
        scale = NOISE // size
        picture = Image.fromarray(grain).resize((grain.shape[1] * scale,) * 2, Image.Resampling.BICUBIC)
        whole += weight * np.asarray(picture)[2 * scale : 2 * scale + NOISE, 2 * scale : 2 * scale + NOISE]
    whole -= whole.mean()
    grey: Array = np.clip(0.5 + whole / (4.5 * whole.std()), 0, 1)
    return grey


@cache
def _softened() -> tuple[Array, ...]:
    """The noise at half the size again and again, for what is far away."""
    levels = [noise()]
    while levels[-1].shape[0] > 16:
        last = levels[-1]
        levels.append((last[::2, ::2] + last[1::2, ::2] + last[::2, 1::2] + last[1::2, 1::2]) / 4)
    return tuple(levels)


def rough(u: Array, v: Array, footprint: Array, per_m: float) -> Array:
    """Noise at places in metres; `footprint` is how many metres a pixel covers there."""
    levels = _softened()
    level = np.clip(np.log2(np.maximum(footprint * per_m, 1e-3)), 0, len(levels) - 1).astype(np.int8)
    out = np.empty(u.shape, dtype=np.float32)
    for number, picture in enumerate(levels):
        chosen = level == number
        if chosen.any():
            size = picture.shape[0]
            scale = per_m * size / NOISE
            out[chosen] = picture[
                (v[chosen] * scale).astype(np.int64) % size, (u[chosen] * scale).astype(np.int64) % size
            ]
    return out


def _stack(picture: Image.Image) -> NDArray[np.uint8]:
    """The pixels with their channels last, also where there is only one."""
    pixels = np.asarray(picture)
    return pixels if pixels.ndim == 3 else pixels[..., None]


class Texture:
    """A picture on a wall or on the ground, with smaller copies for what is far away."""

    def __init__(self, picture: Image.Image, per_m: float) -> None:
        self.per_m = per_m
        self.levels = [_stack(picture)]
        while min(picture.size) > 8:
            picture = picture.reduce(2)
            self.levels.append(_stack(picture))

    def at(self, u: Array, v: Array, footprint: Array) -> Array:
        """Its colours at places in metres from its upper left corner, (n, channels); beyond its edges the edge goes on."""
        level = np.clip(np.log2(np.maximum(footprint * self.per_m, 1e-3)) + 0.3, 0, len(self.levels) - 1).astype(
            np.int8
        )
        out = np.empty((len(u), self.levels[0].shape[2]), dtype=np.float32)
        for number, picture in enumerate(self.levels):
            chosen = level == number
            if chosen.any():
                scale = self.per_m * picture.shape[1] / self.levels[0].shape[1]
                xs = np.clip((u[chosen] * scale).astype(np.int64), 0, picture.shape[1] - 1)
                ys = np.clip((v[chosen] * scale).astype(np.int64), 0, picture.shape[0] - 1)
                out[chosen] = picture[ys, xs]
        return out
