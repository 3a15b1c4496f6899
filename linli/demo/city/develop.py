"""Makes a photograph of what a camera saw: bloom of lamps, soft lens, dark corners, colour of the hour, grain, the size of the file.

The same scene and stage give the same picture.
"""

from __future__ import annotations

import random
from typing import Final

import numpy as np
from PIL import Image, ImageFilter

from linli.demo.city.optics import HEIGHT, WIDTH, Array

SIZE: Final = (960, 720)


def develop(seen: Array, rng: random.Random, *, night: bool) -> Image.Image:
    """The photograph of a picture in light, (HEIGHT, WIDTH, 3) from 0 to 255 and beyond."""
    # A telephone brightens what is dark and dims what is bright, but not all the way.
    wanted, middle = (66.0 if night else 124.0), float(np.clip(seen, 0, 255).mean())
    exposure, contrast = (
        min(2.1, max(0.8, (wanted / max(middle, 8)) ** 0.8)) * rng.uniform(0.95, 1.06),
        rng.uniform(1.04, 1.14),
    )
    picture = seen * exposure
    bright = np.clip(picture - 225, 0, 400).astype(np.float32)
    if bright.max() > 20:
        glow = (
            Image.fromarray(np.clip(bright, 0, 255).astype(np.uint8))
            .reduce(4)
            .filter(ImageFilter.GaussianBlur(2.4 if night else 1.2))
        )
        picture = picture + np.asarray(glow.resize((WIDTH, HEIGHT)), dtype=np.float32) * (1.6 if night else 0.5)
    warm = rng.uniform(-0.03, 0.035)
    picture = picture * np.array([1 + warm, 1.0, 1 - warm], dtype=np.float32)
    ys, xs = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j].astype(np.float32)
    picture *= (1 - rng.uniform(0.1, 0.22) * (xs**2 * 0.7 + ys**2 * 0.6))[..., None]
    picture = (picture - 118) * contrast + 118
    over = np.maximum(picture - 200, 0)
    picture = np.minimum(picture, 200) + 55 * (1 - np.exp(-over / 55))  # film does not clip, it rolls off
    drawn = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(rng.uniform(0.35, 0.8))
    )
    drawn = drawn.resize(SIZE, Image.Resampling.BICUBIC)
    grain = np.random.default_rng(rng.randrange(2**32)).normal(0, 1, (SIZE[1], SIZE[0], 1)).astype(np.float32)
    out = np.asarray(drawn, dtype=np.float32)
    strength = rng.uniform(4.5, 7.0) if night else rng.uniform(2.0, 3.6)
    out = out + grain * strength * (1.15 - out.mean(axis=2, keepdims=True) / 400)
    return Image.fromarray(np.clip(out, 0, 255).astype(np.uint8))
