"""Drawn pictures for the demo city's cases: JPEG, 960 × 720, no photograph of anything real.

`plan_photos` says which pictures there are, `draw_photo` draws one, and `taken_photo` is what a telephone makes of it when it
is taken: a stamp in the picture where the office's app takes it, and in a third of them EXIF with a position and a camera, on
purpose, since what leaves the platform must not have it. The street is `street.py`, what is wrong in it `subjects.py`, the
photograph of it `develop.py`.
"""

import io
import random
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal, cast

from PIL import Image, ImageDraw, ImageFont

from linli.demo.city.develop import develop
from linli.demo.city.model import City
from linli.demo.city.optics import Camera
from linli.demo.city.solids import Stage
from linli.demo.city.street import LIGHTS, Seen, Street, aim, look
from linli.demo.city.subjects import SUBJECTS, draw_subject, dress, zone_of

State = Literal["before", "half", "after"]
Light = Literal["day", "dusk", "night"]
ORDERLY: Final = "orderly"  # a street in good order: where nothing can be drawn, it shows that somebody was there
AT_NIGHT: Final = frozenset({"broken_lamp"})  # whose picture says nothing by day
CAMERA_MAKE: Final = "YunXi"
CAMERA_MODEL: Final = "YX-20 Demo"
_GPS_IFD: Final = 0x8825
_EXIF_IFD: Final = 0x8769


@dataclass(frozen=True, slots=True)
class PhotoPlan:
    """One picture to draw. Plans with one `scene_seed` show one place before, half done and after.

    `position` (longitude, latitude in WGS 84) goes into EXIF with the time when it is taken; None for pictures without.
    """

    name: str
    subject: str
    stage: State
    scene_seed: int
    position: tuple[float, float] | None
    light: Light = "day"


Shots = tuple[PhotoPlan, PhotoPlan, PhotoPlan]
"""One place before, when half is done, and after."""


def plan_photos(city: City, count: int = 600) -> tuple[PhotoPlan, ...]:
    """Return `count` plans, pairs of before and after, spread evenly over the subjects; even `count` only."""
    if count < 2 or count % 2:
        raise ValueError(f"count {count} must be an even number of at least 2: pictures come in pairs")
    rng = random.Random(f"linli-demo-photos-{city.seed}")
    plans: list[PhotoPlan] = []
    for pair in range(count // 2):
        subject = SUBJECTS[pair % len(SUBJECTS)]
        where = rng.choice(city.components).point
        position = (where.x, where.y) if pair // len(SUBJECTS) % 3 == 1 else None
        light: Light = "night" if subject in AT_NIGHT else "day"
        stages: tuple[State, State] = ("before", "after")
        plans += [
            PhotoPlan(
                f"{pair + 1:04d}-{subject}-{stage}.jpg", subject, stage, city.seed * 100_000 + pair, position, light
            )
            for stage in stages
        ]
    return tuple(plans)


def spare_shots(city: City, subject: str) -> Shots:
    """Pictures of a subject that belong to no case in particular, for a city with few."""
    seed, light = city.seed * 100_000 + 90_000 + SUBJECTS.index(subject), "night" if subject in AT_NIGHT else "day"
    before = PhotoPlan(f"0000-{subject}-before.jpg", subject, "before", seed, None, cast(Light, light))
    return before, half_of(before), replace(before, name=f"0000-{subject}-after.jpg", stage="after")


def half_of(before: PhotoPlan) -> PhotoPlan:
    """The same place when half of the work is done."""
    return replace(before, name=before.name.replace("-before", "-half"), stage="half")


def light_at(hour: int, plan: PhotoPlan) -> Light:
    """The light of a picture that is taken at an hour of the day."""
    if plan.subject in AT_NIGHT or not 6 <= hour < 19:
        return "night"
    return "dusk" if hour in (6, 17, 18) else "day"


@lru_cache(maxsize=2)
def _place(scene_seed: int, subject: str, light: Light) -> tuple[Street, Camera, float, Seen]:
    """The empty street of a scene; kept, since its pictures are drawn one after the other."""
    rng = random.Random(f"scene-{scene_seed}")
    zone = zone_of(subject)
    sky = rng.choice(LIGHTS[light])
    street = Street(rng, sky, bare=zone == "wall")
    camera, x = aim(street, rng, zone)
    return street, camera, x, look(street, camera)


def paint(plan: PhotoPlan) -> Image.Image:
    """Return the picture of `plan`, 960 × 720."""
    street, camera, x, seen = _place(plan.scene_seed, plan.subject, plan.light)
    stage = Stage(street, camera, seen)
    dressing = random.Random(f"dressing-{plan.scene_seed}")
    dress(stage, dressing, trees=zone_of(plan.subject) not in ("wall", "high"), burning=plan.light == "night")
    draw_subject(stage, x, random.Random(f"subject-{plan.scene_seed}"), plan.subject, plan.stage)
    taking = random.Random(f"taking-{plan.scene_seed}-{plan.stage}")
    return develop(stage.done(), taking, night=plan.light == "night")


def draw_photo(plan: PhotoPlan) -> bytes:
    """Return the drawn picture of `plan` as JPEG; the same plan gives the same bytes."""
    return _jpeg(paint(plan), 88)


def taken_photo(drawn: bytes, plan: PhotoPlan, taken_at: datetime, stamp: str = "") -> bytes:
    """Return the file that a telephone makes of a drawn picture at `taken_at` (local wall time). At most 220 kB.

    `stamp` (the code of a grid) and the time are written below it, as the office's app does; empty: nothing is.
    """
    if not stamp and plan.position is None:
        return drawn
    picture: Image.Image = Image.open(io.BytesIO(drawn))
    if stamp:
        picture = stamped(picture, f"{taken_at:%Y-%m-%d %H:%M:%S}", stamp)
    exif = None if plan.position is None else _exif(plan.position, taken_at)
    return _jpeg(picture, 80, exif)


def _jpeg(picture: Image.Image, quality: int, exif: Image.Exif | None = None) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality, **({} if exif is None else {"exif": exif}))
    return file.getvalue()


def stamped(picture: Image.Image, when: str, grid: str) -> Image.Image:
    """Return the picture with a bar of time and grid in its lower left corner."""
    words, font = f"{when}   GRID {grid}", ImageFont.load_default(22)
    draw = ImageDraw.Draw(picture, "RGBA")
    left, top, right, bottom = draw.textbbox((30, picture.height - 52), words, font=font)
    draw.rectangle((left - 14, top - 10, right + 14, bottom + 10), fill=(12, 20, 24, 150))
    draw.rectangle((left - 14, top - 10, left - 8, bottom + 10), fill=(242, 178, 52, 255))
    draw.text((30, picture.height - 52), words, font=font, fill=(255, 255, 255, 235))
    return picture


def _exif(position: tuple[float, float], taken_at: datetime) -> Image.Exif:
    exif = Image.Exif()
    stamp = taken_at.strftime("%Y:%m:%d %H:%M:%S")
    exif[0x010F], exif[0x0110], exif[0x0132] = CAMERA_MAKE, CAMERA_MODEL, stamp
    exif.get_ifd(_EXIF_IFD)[0x9003] = stamp
    lon, lat = position
    exif.get_ifd(_GPS_IFD).update(
        {1: "N" if lat >= 0 else "S", 2: _degrees(lat), 3: "E" if lon >= 0 else "W", 4: _degrees(lon)}
    )
    return exif


def _degrees(value: float) -> tuple[float, float, float]:
    """Return degrees, minutes, seconds, as EXIF has it."""
    minutes, seconds = divmod(abs(value) * 3600, 60)
    degrees, minutes = divmod(minutes, 60)
    return degrees, minutes, round(seconds, 3)
