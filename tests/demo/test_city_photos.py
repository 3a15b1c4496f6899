"""Drawn photos: size, weight, pairs, and the EXIF that some carry on purpose."""

import hashlib
import io
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from PIL import Image

from linli.demo.city import City
from linli.demo.city.photos import (
    AT_NIGHT,
    CAMERA_MODEL,
    ORDERLY,
    Light,
    PhotoPlan,
    draw_photo,
    half_of,
    plan_photos,
    taken_photo,
)
from linli.demo.city.subjects import SUBJECTS

NOON = datetime(2026, 11, 22, 12, 0, 5)


@pytest.fixture(scope="module")
def drawn(city: City) -> list[tuple[PhotoPlan, bytes]]:
    return [(plan, taken_photo(draw_photo(plan), plan, NOON)) for plan in plan_photos(city)[36:46]]


def test_six_hundred_plans_are_three_hundred_pairs_over_all_subjects(city: City) -> None:
    plans = plan_photos(city)
    assert len(plans) == len({plan.name for plan in plans}) == 600
    assert {plan.subject for plan in plans} == set(SUBJECTS)
    for before, after in zip(plans[::2], plans[1::2], strict=True):
        assert (before.stage, after.stage) == ("before", "after")
        assert (before.subject, before.scene_seed) == (after.subject, after.scene_seed)
    assert 150 < sum(plan.position is not None for plan in plans) < 220


def test_an_odd_number_of_photos_is_refused(city: City) -> None:
    with pytest.raises(ValueError, match="count 7 must be an even number"):
        plan_photos(city, 7)


def test_photos_are_distinct_small_jpegs_of_the_right_size(drawn: list[tuple[PhotoPlan, bytes]]) -> None:
    assert len({hashlib.sha256(data).digest() for _, data in drawn}) == len(drawn)
    for _, data in drawn:
        assert len(data) <= 220_000
        with Image.open(io.BytesIO(data)) as picture:
            assert (picture.format, picture.size) == ("JPEG", (960, 720))


def small(data: bytes) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """A picture as few grey cells, without how bright it was taken."""
    with Image.open(io.BytesIO(data)) as picture:
        grey = np.asarray(picture.convert("L").resize((48, 36)), dtype=float)
    return (grey - grey.mean()) / grey.std()


def test_before_half_and_after_show_one_place_and_not_the_same_thing() -> None:
    for number, subject in enumerate(SUBJECTS):
        light: Light = "night" if subject in AT_NIGHT else "day"
        before = PhotoPlan("before", subject, "before", 500 + number, None, light)
        shots = [small(draw_photo(one)) for one in (before, half_of(before), replace(before, stage="after"))]
        elsewhere = small(draw_photo(replace(before, scene_seed=900 + number)))
        assert (shots[0] * shots[2]).mean() > max(0.5, (shots[0] * elsewhere).mean()), subject
        if subject != ORDERLY:
            assert np.abs(shots[0] - shots[2]).max() > 0.35, subject
            assert np.abs(shots[0] - shots[1]).max() > 0.2, subject


def test_a_third_carries_position_and_camera_and_the_rest_nothing(drawn: list[tuple[PhotoPlan, bytes]]) -> None:
    for plan, data in drawn:
        with Image.open(io.BytesIO(data)) as picture:
            exif = picture.getexif()
        if plan.position is None:
            assert len(exif) == 0
            continue
        assert exif[0x0110] == CAMERA_MODEL
        gps = exif.get_ifd(0x8825)
        degrees, minutes, seconds = (float(part) for part in gps[4])
        assert degrees + minutes / 60 + seconds / 3600 == pytest.approx(plan.position[0], abs=1e-6)


def test_a_stamp_tells_time_and_grid_and_changes_nothing_else(drawn: list[tuple[PhotoPlan, bytes]]) -> None:
    plan, _data = drawn[0]
    plain = draw_photo(plan)
    stamped = taken_photo(plain, plan, NOON, "341299001003013")
    one, other = (np.asarray(Image.open(io.BytesIO(data)).convert("L"), dtype=int) for data in (plain, stamped))
    assert np.abs(one[640:] - other[640:]).max() > 100
    assert np.abs(one[:620] - other[:620]).mean() < 3
    assert taken_photo(plain, plan, NOON.replace(second=6), "341299001003013") != stamped


def test_the_same_plan_gives_the_same_bytes(drawn: list[tuple[PhotoPlan, bytes]]) -> None:
    for plan, data in drawn[:6]:
        assert taken_photo(draw_photo(plan), plan, NOON) == data
