"""Makes a photograph of what a camera saw: bloom of lamps, soft lens, dark corners, colour of the hour, grain, the size of the file.

The same scene and stage give the same picture.
"""

from __future__ import annotations

import random
from functools import cache
from typing import Final

import numpy as np
from PIL import Image, ImageFilter

from linli.demo.city.optics import HEIGHT, WIDTH, Array

SIZE: Final = (960, 720)
GRAIN_SPARE: Final = 240  # pixels by which the kept grain is larger than a picture


def develop(seen: Array, rng: random.Random, *, night: bool) -> Image.Image:
    """The photograph of a picture in light, (HEIGHT, WIDTH, 3) from 0 to 255 and beyond."""
    # A telephone brightens what is dark and dims what is bright, but not all the way.
    wanted, middle = (66.0 if night else 124.0), float(np.clip(seen, 0, 255).mean())
    exposure, contrast = (
        min(2.1, max(0.8, (wanted / max(middle, 8)) ** 0.8)) * rng.uniform(0.95, 1.06),
        rng.uniform(1.04, 1.14),
    )
    picture = (seen * exposure).astype(np.float32, copy=False)
    bright = np.clip(picture - 225, 0, 255)
    if bright.max() > 20:
        glow = Image.fromarray(bright.astype(np.uint8)).reduce(4)
        glow = glow.filter(ImageFilter.GaussianBlur(2.4 if night else 1.2)).resize((WIDTH, HEIGHT))
        picture += np.asarray(glow, dtype=np.float32) * np.float32(1.6 if night else 0.5)
    warm = rng.uniform(-0.03, 0.035)
    picture *= np.array([1 + warm, 1.0, 1 - warm], dtype=np.float32)
    picture *= 1 - np.float32(rng.uniform(0.1, 0.22)) * _towards_corners()
    picture -= 118
    picture *= contrast
    picture += 118
    over = picture > 200
    picture[over] = 200 + 55 * (1 - np.exp((200 - picture[over]) / 55))  # film does not clip, it rolls off
    drawn = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    drawn = drawn.filter(ImageFilter.BoxBlur(rng.uniform(0.25, 0.7))).resize(SIZE, Image.Resampling.BICUBIC)
    strength = rng.uniform(4.5, 7.0) if night else rng.uniform(2.0, 3.6)
    return _grainy(drawn, rng, strength)


@cache
def _towards_corners() -> Array:
    """How far each pixel is from the middle, squared and weighed, (HEIGHT, WIDTH, 1)."""
    ys, xs = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j].astype(np.float32)
    far: Array = (xs**2 * 0.7 + ys**2 * 0.6)[..., None]
    return far


@cache
def _grain() -> Array:
    """More grain than a picture has pixels; each picture shows another part of it."""
    size = (SIZE[1] + GRAIN_SPARE, SIZE[0] + GRAIN_SPARE)
    return np.random.default_rng(11).standard_normal(size, dtype=np.float32)


def _grainy(drawn: Image.Image, rng: random.Random, strength: float) -> Image.Image:
    """The picture with grain, more where it is dark."""
    down, right = rng.randrange(GRAIN_SPARE), rng.randrange(GRAIN_SPARE)
    grain = _grain()[down : down + SIZE[1], right : right + SIZE[0]]
    dark = 1.15 - np.asarray(drawn.convert("L"), dtype=np.float32) / 400
    out = np.asarray(drawn, dtype=np.float32) + (grain * dark * np.float32(strength))[..., None]
    return Image.fromarray(np.clip(out, 0, 255, out=out).astype(np.uint8))
