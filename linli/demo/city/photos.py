"""Drawn pictures for the demo city's cases: JPEG, 960 × 720, no photograph of anything real.

`plan_photos` says which pictures there are, `draw_photo` makes one. A third of them carries EXIF with a position and a
camera on purpose: what leaves the platform must not. Backgrounds come from `scenes.py`, what is wrong from `subjects.py`.
"""

import io
import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from PIL import Image

from linli.demo.city.brush import Brush
from linli.demo.city.model import City
from linli.demo.city.scenes import paint_scene
from linli.demo.city.subjects import CLOSE_SUBJECTS, SUBJECTS, draw_subject

Stage = Literal["before", "after"]
CAMERA_MAKE: Final = "YunXi"
CAMERA_MODEL: Final = "YX-20 Demo"
_GPS_IFD: Final = 0x8825
_EXIF_IFD: Final = 0x8769


@dataclass(frozen=True, slots=True)
class PhotoPlan:
    """One picture to draw. Two plans with one `scene_seed` show one place before and after.

    `position` (longitude, latitude in WGS 84) and `taken_at` (local wall time) go into EXIF; both are None for
    pictures without.
    """

    name: str
    subject: str
    stage: Stage
    scene_seed: int
    position: tuple[float, float] | None
    taken_at: datetime | None


def plan_photos(city: City, anchor: date, count: int = 600) -> tuple[PhotoPlan, ...]:
    """Return `count` plans, pairs of before and after, spread evenly over the subjects; even `count` only."""
    if count < 2 or count % 2:
        raise ValueError(f"count {count} must be an even number of at least 2: pictures come in pairs")
    rng = random.Random(f"linli-demo-photos-{city.seed}")
    plans: list[PhotoPlan] = []
    for pair in range(count // 2):
        subject = SUBJECTS[pair % len(SUBJECTS)]
        where = rng.choice(city.components).point
        day = anchor - timedelta(days=rng.randint(1, 90))
        taken = datetime.combine(day, time(rng.randint(7, 18), rng.randint(0, 59), rng.randint(0, 59)))
        carries = pair % 3 == 0
        scene_seed = city.seed * 100_000 + pair
        stages: tuple[Stage, Stage] = ("before", "after")
        for stage in stages:
            shift = timedelta(0) if stage == "before" else timedelta(hours=rng.randint(2, 50))
            plans.append(
                PhotoPlan(
                    f"{pair + 1:04d}-{subject}-{stage}.jpg",
                    subject,
                    stage,
                    scene_seed,
                    (where.x, where.y) if carries else None,
                    taken + shift if carries else None,
                )
            )
    return tuple(plans)


def draw_photo(plan: PhotoPlan) -> bytes:
    """Return the JPEG of `plan`; the same plan gives the same bytes. At most 60 kB."""
    brush = Brush()
    scene = paint_scene(
        brush,
        random.Random(f"scene-{plan.scene_seed}"),
        close=plan.subject in CLOSE_SUBJECTS,
        dark=plan.subject == "broken_lamp",
    )
    draw_subject(brush, random.Random(f"subject-{plan.scene_seed}"), scene, plan.subject, plan.stage)
    file = io.BytesIO()
    picture = brush.done()
    if plan.position is None or plan.taken_at is None:
        picture.save(file, "JPEG", quality=72)
    else:
        picture.save(file, "JPEG", quality=72, exif=_exif(plan.position, plan.taken_at))
    return file.getvalue()


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
