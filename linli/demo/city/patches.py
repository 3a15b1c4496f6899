"""Pictures that lie flat in a drawn photo: covers, holes, puddles, gratings, lines, scraps, posters; seen straight on, square, RGBA.

`subjects.py` lays them on the ground or on a wall. One pixel is a centimetre or less.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFilter

from linli.demo.city.fronts import Colour, shade, varied

SIDE = 400
Draw = ImageDraw.ImageDraw


def blank() -> tuple[Image.Image, Draw]:
    """An empty picture and its pen."""
    picture = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    return picture, ImageDraw.Draw(picture)


def blob(
    rng: random.Random, x: float, y: float, rx: float, ry: float, rough: float = 0.15
) -> list[tuple[float, float]]:
    """A rough oval."""
    turns = [i / 26 * math.tau for i in range(26)]
    return [
        (
            x + math.cos(a) * rx * rng.uniform(1 - rough, 1 + rough),
            y + math.sin(a) * ry * rng.uniform(1 - rough, 1 + rough),
        )
        for a in turns
    ]


def stain(rng: random.Random, colour: Colour, strength: int, reach: float = 150, soft: float = 9) -> Image.Image:
    """A stain or wet place with soft edges."""
    picture, draw = blank()
    for _ in range(7):
        x, y = SIDE / 2 + rng.gauss(0, reach / 3), SIDE / 2 + rng.gauss(0, reach / 3)
        draw.polygon(
            blob(rng, x, y, reach * rng.uniform(0.4, 0.75), reach * rng.uniform(0.35, 0.7)), fill=(*colour, strength)
        )
    return picture.filter(ImageFilter.GaussianBlur(soft))


def puddle(rng: random.Random, sky: Colour, reach: float = 150) -> Image.Image:
    """Standing water that shows the sky."""
    picture, draw = blank()
    rim = blob(rng, SIDE / 2, SIDE / 2, reach, reach * 0.8, 0.12)
    draw.polygon(rim, fill=(*shade(sky, 0.34), 235))
    inner = [(SIDE / 2 + (x - SIDE / 2) * 0.92, SIDE / 2 + (y - SIDE / 2) * 0.92) for x, y in rim]
    draw.polygon(inner, fill=(*shade(sky, 0.62), 235))
    for _ in range(9):
        y = SIDE / 2 + rng.uniform(-0.6, 0.6) * reach
        draw.line(
            [(SIDE / 2 - reach * 0.6, y), (SIDE / 2 + reach * rng.uniform(0, 0.6), y + rng.uniform(-6, 6))],
            fill=(*shade(sky, 0.78), 120),
            width=4,
        )
    return picture.filter(ImageFilter.GaussianBlur(2.2))


def cover(rng: random.Random, state: int) -> Image.Image:
    """A manhole: open with half a cover (0), a cover that stands off (1), a new one (2). The picture is 1.6 m wide."""
    picture, draw = blank()
    middle, r, iron = SIDE / 2, 84, varied((96, 94, 90), rng)
    draw.polygon(
        blob(rng, middle, middle, 128, 128, 0.04 if state == 2 else 0.1), fill=(70, 70, 72, 190 if state else 230)
    )
    draw.ellipse((middle - r - 10, middle - r - 10, middle + r + 10, middle + r + 10), fill=(*shade(iron, 0.55), 255))
    if state < 2:
        draw.ellipse((middle - r, middle - r, middle + r, middle + r), fill=(10, 10, 12, 255))
        draw.arc(
            (middle - r + 4, middle - r + 4, middle + r - 4, middle + r - 4), 20, 200, fill=(58, 52, 46, 255), width=16
        )
    if state == 0:
        draw.chord((middle - r + 8, middle - r + 26, middle + r + 8, middle + r + 26), 175, 320, fill=(*iron, 255))
        return picture
    away = 26 if state == 1 else 0
    box = (middle - r + away, middle - r + away, middle + r + away, middle + r + away)
    draw.ellipse(box, fill=(*iron, 255))
    for ring in (0.82, 0.55, 0.28):
        edge = r * ring
        draw.ellipse(
            (middle - edge + away, middle - edge + away, middle + edge + away, middle + edge + away),
            outline=(*shade(iron, 0.7), 255),
            width=5,
        )
    for turn in range(16):
        a = turn / 16 * math.tau
        for reach in (0.42, 0.69):
            x, y = middle + away + math.cos(a) * r * reach, middle + away + math.sin(a) * r * reach
            draw.rectangle((x - 5, y - 5, x + 5, y + 5), fill=(*shade(iron, 1.3), 255))
    return picture


def hole(rng: random.Random, state: int) -> Image.Image:
    """A pothole (0), filled with loose stuff (1), cut and closed with fresh asphalt (2). The picture is 3 m wide."""
    picture, draw = blank()
    if state == 2:
        draw.rectangle((70, 90, 330, 320), fill=(44, 44, 47, 245))
        draw.rectangle((70, 90, 330, 320), outline=(24, 24, 26, 255), width=5)
    else:
        for _ in range(7):
            a, at = rng.uniform(0, math.tau), [(SIDE / 2, SIDE / 2)]
            for step in range(1, 5):
                at.append(
                    (
                        SIDE / 2 + math.cos(a) * 44 * step + rng.uniform(-16, 16),
                        SIDE / 2 + math.sin(a) * 42 * step + rng.uniform(-16, 16),
                    )
                )
            draw.line(at, fill=(34, 34, 36, 220), width=3)
        rim = blob(rng, SIDE / 2, SIDE / 2, 112, 92, 0.16)
        draw.polygon(rim, fill=(40, 38, 36, 255))
        inner = [(SIDE / 2 + (x - SIDE / 2) * 0.84 + 4, SIDE / 2 + (y - SIDE / 2) * 0.84 - 8) for x, y in rim]
        draw.polygon(inner, fill=((96, 84, 68) if state == 0 else (56, 55, 56)) + (255,))
        for _ in range(240):
            x, y, r = SIDE / 2 + rng.gauss(0, 62), SIDE / 2 + rng.gauss(0, 52), rng.uniform(1.5, 5)
            tone = rng.randint(50, 150) if state == 0 else rng.randint(36, 84)
            draw.ellipse((x - r, y - r, x + r, y + r), fill=(tone, tone - 4, tone - 10, 255))
    return picture.filter(ImageFilter.GaussianBlur(0.8))


def grating(rng: random.Random, state: int) -> Image.Image:
    """A gully under leaves and mud (0), half cleared (1), clear (2). The picture is 1.6 m wide."""
    picture, draw = blank()
    iron = varied((74, 74, 76), rng)
    draw.rectangle((96, 60, 304, 340), fill=(*shade(iron, 0.7), 255))
    for bar in range(10):
        draw.rectangle((112, 76 + bar * 26, 288, 88 + bar * 26), fill=(8, 8, 9, 255))
    for _ in range((340, 110, 4)[state]):
        x, y, r = SIDE / 2 + rng.gauss(0, 82), SIDE / 2 + rng.gauss(0, 84), rng.uniform(5, 15)
        leaf = rng.choice(((112, 80, 44), (134, 104, 50), (88, 82, 46), (80, 62, 44), (170, 166, 156)))
        draw.polygon(blob(rng, x, y, r, r * 0.55, 0.3), fill=(*varied(leaf, rng, 16), 255))
    return picture


def scraps(
    rng: random.Random, many: int, colours: Sequence[Colour], reach: float = 110, size: float = 1.0
) -> Image.Image:
    """Small things that lie about."""
    picture, draw = blank()
    for _ in range(many):
        x, y, r = SIDE / 2 + rng.gauss(0, reach), SIDE / 2 + rng.gauss(0, reach), rng.uniform(2, 9) * size
        draw.polygon(
            blob(rng, x, y, r, r * rng.uniform(0.4, 0.9), 0.35), fill=(*varied(rng.choice(list(colours)), rng, 20), 255)
        )
    return picture


def zebra(rng: random.Random, state: int) -> Image.Image:
    """A crossing worn away (0), painted on one half (1), painted (2). The picture is 4 m wide."""
    picture, draw = blank()
    for bar in range(5):
        left = 14 + bar * 80
        draw.rectangle((left, 20, left + 42, 380), fill=(222, 222, 216, 235))
    fresh = Image.new("L", (SIDE, SIDE), 0)
    pen = ImageDraw.Draw(fresh)
    for _ in range(900):
        x, y, r = rng.uniform(0, SIDE), rng.uniform(0, SIDE), rng.uniform(3, 16)
        pen.polygon(blob(rng, x, y, r, r * 0.6, 0.4), fill=255)
    worn = picture.copy()
    worn.paste((0, 0, 0, 0), mask=fresh)
    if state == 0:
        return worn
    if state == 1:
        worn.paste(picture.crop((0, 0, 175, SIDE)), (0, 0))
        return worn
    return picture


def slabs(rng: random.Random, state: int) -> Image.Image:
    """Broken slabs of a pavement (0), half laid anew (1), laid (2). The picture is 1.8 m wide."""
    picture, draw = blank()
    for row in range(5):
        for column in range(5):
            x, y = 20 + column * 72, 20 + row * 72
            broken = 1 <= row <= 3 and 1 <= column <= 3
            tone = varied((150, 146, 138), rng, 8)
            if broken and (state == 0 or (state == 1 and column > 1)):
                draw.rectangle((x, y, x + 72, y + 72), fill=(78, 66, 54, 255))
                for _ in range(5):
                    px, py, r = x + rng.uniform(8, 64), y + rng.uniform(8, 64), rng.uniform(9, 24)
                    draw.polygon(blob(rng, px, py, r, r * 0.7, 0.4), fill=(*varied((146, 142, 134), rng, 14), 255))
            elif broken:
                draw.rectangle(
                    (x + 1, y + 1, x + 70, y + 70), fill=(*shade(tone, 1.12), 255), outline=(96, 92, 86, 255), width=2
                )
    return picture


def posters(rng: random.Random, state: int) -> Image.Image:
    """Small advertisements on a wall (0), torn off with their traces left (1), painted over (2). The picture is 2.4 m wide."""
    picture, draw = blank()
    for _ in range(17):
        x, y, w = rng.uniform(20, 300), rng.uniform(30, 290), rng.uniform(34, 66)
        h, lean = w * rng.uniform(1.2, 1.45), rng.uniform(-6, 6)
        paper = varied(
            rng.choice(((236, 232, 214), (238, 214, 96), (222, 130, 118), (160, 196, 222), (196, 220, 160))), rng, 8
        )
        corners = [(x, y), (x + w, y + lean), (x + w - lean, y + h + lean), (x - lean, y + h)]
        if state == 2:
            draw.polygon(
                [(px + (px > x + 5) * 10 - 5, py + (py > y + 5) * 10 - 5) for px, py in corners],
                fill=(222, 220, 212, 110),
            )
            continue
        if state == 1:
            for _ in range(5):
                draw.polygon(
                    blob(rng, x + rng.uniform(0, w), y + rng.uniform(0, h), w * 0.22, w * 0.16, 0.5),
                    fill=(*shade(paper, 0.94), 190),
                )
            continue
        draw.polygon(corners, fill=(*paper, 255))
        ink = rng.choice(((170, 30, 28), (30, 40, 90), (40, 40, 44)))
        for line in range(rng.randint(4, 6)):
            at = y + h * (0.14 + line * 0.15)
            draw.line(
                [(x + 5, at), (x + w * rng.uniform(0.6, 0.9), at + lean * 0.8)],
                fill=(*(ink if line < 2 else (92, 90, 88)), 255),
                width=6 if line == 0 else 3,
            )
    return picture
