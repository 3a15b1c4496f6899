"""Of a photo the picture is kept, and nothing that hangs behind it."""

from __future__ import annotations

import io
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from linli.lib.picture_ends import picture_alone

from .test_pictures import boxed, encoded, photo, read_picture

FILM = boxed(b"ftyp", b"mp42\0\0\0\0") + boxed(b"mdat", b"\xff\xd9\xff\xda\x00\x08" * 5000)
HEIC_FILM = boxed(b"mpvd", FILM)


@pytest.mark.parametrize(
    ("form", "more", "behind"),
    [
        ("JPEG", {}, FILM),
        ("JPEG", {"progressive": True}, FILM),
        ("JPEG", {"comment": b"\xff\xd9 inside a segment"}, b"PK\x03\x04" * 1000),
        ("PNG", {}, FILM),
        ("WEBP", {}, b"<html>"),
        ("HEIF", {}, HEIC_FILM),
        ("AVIF", {}, HEIC_FILM),
        ("AVIF", {}, b"\0" * 100_000),
    ],
)
def test_what_hangs_behind_a_picture_is_cut_off(form: str, more: dict[str, object], behind: bytes) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = encoded(photo(640, 480), form, exif=exif, **more)
    assert picture_alone(picture) == picture
    assert picture_alone(picture + behind) == picture
    assert read_picture(picture_alone(picture + behind)).display == read_picture(picture).display


def test_a_preview_inside_a_jpeg_does_not_end_it() -> None:
    preview = encoded(photo(160, 120), "JPEG")
    picture = encoded(photo(640, 480), "JPEG", extra=b"\xff\xe9" + struct.pack(">H", len(preview) + 2) + preview)
    assert preview in picture
    assert picture_alone(picture + FILM) == picture


def test_of_two_pictures_the_first_is_kept_and_still_read() -> None:
    first = encoded(photo(), "JPEG")
    both = encoded(photo(), "MPO", save_all=True, append_images=[photo(mode="RGB")])
    alone = picture_alone(both)
    assert len(first) <= len(alone) < len(both)
    assert read_picture(alone).media_type == "image/jpeg"


@given(
    start=st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x09\0\0\0WEBP", b"\0\0\0\x08ftypheic", b""]),
    rest=st.binary(max_size=400),
)
def test_whatever_comes_the_start_is_kept_and_twice_is_once(start: bytes, rest: bytes) -> None:
    alone = picture_alone(start + rest)
    assert (start + rest).startswith(alone)
    assert alone or not start + rest
    assert picture_alone(alone) == alone


@pytest.mark.parametrize("unit", [b"\xff\xfe\x00\x02", b"\xff\xd0", b"\xff\xff", b"\xff\xda"])
def test_the_largest_file_is_walked_in_a_moment(unit: bytes) -> None:
    content = b"\xff\xd8\xff\xe0" + unit * (16 * 1024 * 1024 // len(unit))
    begun = time.process_time()
    picture_alone(content)
    assert time.process_time() - begun < 8


def test_a_film_alone_is_left_to_be_refused() -> None:
    assert picture_alone(FILM) == FILM
    assert picture_alone(io.BytesIO(b"").read()) == b""
