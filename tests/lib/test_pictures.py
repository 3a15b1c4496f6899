"""What is taken for a photo, what is refused, and what a clean copy holds; tried with real files made here."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms

from linli.lib import picture_drawing, pictures
from linli.lib.apart import Children
from linli.lib.pictures import FOR_STRANGERS, Picture, PictureRefused

pillow_heif.register_heif_opener()
children = Children()


def read_picture(content: bytes, **options: Any) -> Picture:
    """As the door reads it: in a child process."""
    with children.child() as child:
        return pictures.read_picture(content, child, **options)


def photo(width_px: int = 640, height_px: int = 480, mode: str = "RGB") -> Image.Image:
    """A picture whose four quarters are red, green, blue and grey, so that a turn shows."""
    image = Image.new("RGB", (width_px, height_px), (128, 128, 128))
    half = (width_px // 2, height_px // 2)
    image.paste((255, 0, 0), (0, 0, *half))
    image.paste((0, 255, 0), (half[0], 0, width_px, half[1]))
    image.paste((0, 0, 255), (0, half[1], half[0], height_px))
    return image.convert(mode)


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg))


def segments(jpeg: bytes) -> set[int]:
    """The markers before the picture's data."""
    found, at = set(), 2
    while jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        found.add(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


def reason_of(content: bytes) -> str:
    with pytest.raises(PictureRefused) as caught:
        read_picture(content)
    return caught.value.reason


def colour_at(image: Image.Image, x: float, y: float) -> str:
    red, green, blue = image.convert("RGB").getpixel((int(image.width * x), int(image.height * y)))  # type: ignore[misc]
    strongest = max(red, green, blue)
    if strongest - min(red, green, blue) < 60:
        return "grey"
    return {red: "red", green: "green", blue: "blue"}[strongest]


@pytest.mark.parametrize(("form", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_a_photo_gets_a_display_copy_and_a_thumb(form: str, media_type: str) -> None:
    picture = read_picture(encoded(photo(2400, 1800), form))
    assert picture.media_type == media_type
    assert (picture.width_px, picture.height_px) == (2400, 1800)
    assert opened(picture.display.jpeg).size == (picture.display.width_px, picture.display.height_px) == (1600, 1200)
    assert opened(picture.thumb.jpeg).size == (320, 240)
    quarters = ((0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8))
    assert [colour_at(opened(picture.thumb.jpeg), x, y) for x, y in quarters] == ["red", "green", "blue", "grey"]


def test_a_small_photo_is_not_blown_up() -> None:
    picture = read_picture(encoded(photo(200, 100), "JPEG"))
    assert (picture.display.width_px, picture.display.height_px) == (200, 100)
    assert (picture.thumb.width_px, picture.thumb.height_px) == (200, 100)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [(640, 480), (3200, 2400)])
def test_every_exif_orientation_is_shown_upright(orientation: int, size: tuple[int, int]) -> None:
    upright = photo(*size)
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    lying = upright.transpose(undo[orientation]) if orientation in undo else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = read_picture(encoded(lying, "JPEG", exif=exif))
    assert (picture.width_px, picture.height_px) == size
    shown = opened(picture.display.jpeg)
    assert [colour_at(shown, x, y) for x, y in ((0.2, 0.2), (0.8, 0.2), (0.2, 0.8))] == ["red", "green", "blue"]


def test_copies_hold_no_metadata_at_all() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825)[2] = (39.0, 54.0, 20.0)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    received = encoded(photo(), "JPEG", exif=exif, comment=b"SecretComment", icc_profile=srgb, dpi=(301, 301))
    assert b"SecretPhone" in received
    assert b"SecretComment" in received
    picture = read_picture(received)
    for copy in (picture.display.jpeg, picture.thumb.jpeg):
        assert b"Secret" not in copy
        assert segments(copy) <= {0xE0, 0xDB, 0xC0, 0xC2, 0xC4}
        assert opened(copy).info.get("dpi") != (301, 301)


def test_bytes_behind_or_inside_the_picture_do_not_reach_a_copy() -> None:
    polyglot = (
        encoded(photo(), "JPEG", comment=b"<script>alert(1)</script>")
        + b"<html><script>alert(2)</script></html>PK\x03\x04"
    )
    picture = read_picture(polyglot)
    assert b"script" not in picture.display.jpeg + picture.thumb.jpeg
    assert b"PK\x03\x04" not in picture.display.jpeg


def test_a_wide_colour_space_is_converted_and_not_dropped() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    wide = bytearray(lab.tobytes())
    # The same profile with its red and green primaries exchanged: a reader that ignores it shows the wrong colour.
    red, green = wide.find(b"rXYZ", 128), wide.find(b"gXYZ", 128)
    wide[red : red + 4], wide[green : green + 4] = b"gXYZ", b"rXYZ"
    picture = read_picture(encoded(Image.new("RGB", (64, 64), (255, 0, 0)), "PNG", icc_profile=bytes(wide)))
    assert colour_at(opened(picture.display.jpeg), 0.5, 0.5) == "green"


def test_sixteen_bit_grey_keeps_its_shades() -> None:
    ramp = np.linspace(0, 65535, 64 * 256).reshape(64, 256).astype(np.uint16)
    shown = np.asarray(opened(read_picture(encoded(Image.fromarray(ramp), "PNG")).display.jpeg).convert("L"))
    assert shown.min() < 5
    assert shown.max() > 250
    assert 120 < shown.mean() < 136


def test_transparency_is_laid_on_white() -> None:
    clear = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    assert opened(read_picture(encoded(clear, "PNG")).display.jpeg).convert("RGB").getpixel((30, 30)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_printers_and_grey_jpegs_are_taken(mode: str) -> None:
    shown = opened(read_picture(encoded(photo(mode=mode), "JPEG")).display.jpeg)
    assert shown.mode == "RGB"
    if mode == "CMYK":
        assert colour_at(shown, 0.2, 0.2) == "red"


@pytest.mark.parametrize("mode", ["1", "P", "LA", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(mode: str) -> None:
    image = Image.new(mode, (64, 64)) if mode == "I;16" else photo(64, 64, mode)
    assert read_picture(encoded(image, "PNG")).media_type == "image/png"


def boxed(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def test_a_motion_photo_is_taken_as_the_photo_that_it_begins_with() -> None:
    film = boxed(b"ftyp", b"mp42\0\0\0\0") + boxed(b"mdat", b"\xff\xda\x00\x08" * 5000)
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = read_picture(encoded(photo(640, 480), "JPEG", exif=exif) + film)
    assert (picture.width_px, picture.height_px) == (480, 640)
    assert b"mdat" not in picture.display.jpeg


def test_a_photo_with_a_brightness_map_behind_it_is_taken() -> None:
    gains = Image.new("L", (320, 240), 90)
    ultra_hdr = encoded(photo(1280, 960), "MPO", save_all=True, append_images=[gains], quality=90)
    picture = read_picture(ultra_hdr)
    assert (picture.media_type, picture.width_px, picture.height_px) == ("image/jpeg", 1280, 960)
    assert colour_at(opened(picture.display.jpeg), 0.2, 0.2) == "red"


@pytest.mark.parametrize("size", [(8192, 6144), (12_000, 9_000), (16_320, 12_240)], ids=["50 MP", "108 MP", "200 MP"])
def test_the_largest_photo_of_a_phone_is_taken(size: tuple[int, int]) -> None:
    picture = read_picture(encoded(Image.new("L", size, 80), "JPEG"), limits=FOR_STRANGERS)
    assert (picture.width_px, picture.height_px) == size
    assert (picture.display.width_px, picture.display.height_px) == (1600, 1200)


@pytest.mark.parametrize(("form", "media_type"), [("HEIF", "image/heic"), ("AVIF", "image/avif")])
def test_a_heic_or_avif_photo_is_taken(form: str, media_type: str) -> None:
    picture = read_picture(encoded(photo(2000, 1500), form))
    assert (picture.media_type, picture.width_px, picture.height_px) == (media_type, 2000, 1500)
    assert opened(picture.display.jpeg).size == (1600, 1200)
    assert [colour_at(opened(picture.thumb.jpeg), x, y) for x, y in ((0.2, 0.2), (0.8, 0.2), (0.2, 0.8))] == [
        "red", "green", "blue",
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["HEIF", "AVIF"])
def test_a_heic_or_avif_photo_is_shown_upright_once(form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = photo(480, 640).transpose(Image.Transpose.ROTATE_90)
    picture = read_picture(encoded(lying, form, exif=exif.tobytes()))
    assert (picture.display.width_px, picture.display.height_px) == (480, 640)
    assert [colour_at(opened(picture.display.jpeg), x, y) for x, y in ((0.2, 0.2), (0.8, 0.2), (0.2, 0.8))] == [
        "red", "green", "blue",
    ]  # fmt: skip


def test_ten_bits_a_sample_are_taken() -> None:
    ramp = np.repeat(np.linspace(0, 65535, 256).astype(np.uint16)[None, :, None], 64, axis=0).repeat(3, axis=2)
    deep = pillow_heif.from_bytes(mode="RGB;16", size=(256, 64), data=ramp.tobytes())
    out = io.BytesIO()
    deep.save(out, quality=90)
    shown = np.asarray(opened(read_picture(out.getvalue()).display.jpeg).convert("L"))
    assert shown[:, 0].mean() < 15
    assert 110 < shown[:, 128].mean() < 145
    assert shown[:, -1].mean() > 240


@pytest.mark.parametrize(("width_px", "height_px"), [(19_999, 8), (8, 19_999), (31_000, 9), (6_401, 8)])
def test_a_picture_far_longer_than_wide_keeps_a_pixel_across(width_px: int, height_px: int) -> None:
    for form in ("PNG", "JPEG"):
        picture = read_picture(encoded(Image.new("RGB", (width_px, height_px)), form))
        for copy in (picture.display, picture.thumb):
            assert min(opened(copy.jpeg).size) >= 1
            assert opened(copy.jpeg).size == (copy.width_px, copy.height_px)


def test_scans_are_counted_in_the_first_picture_only() -> None:
    plain, progressive = encoded(photo(), "JPEG"), encoded(photo(), "JPEG", progressive=True)
    assert picture_drawing.jpeg_scans(plain) == 1
    assert picture_drawing.jpeg_scans(progressive) == progressive.count(b"\xff\xda") > 1
    assert picture_drawing.jpeg_scans(plain + progressive * 50) == 1
    assert picture_drawing.jpeg_scans(b"\xff\xd8") == 0


def test_the_first_picture_of_a_stereo_jpeg_is_taken() -> None:
    stereo = encoded(photo(), "MPO", save_all=True, append_images=[photo(mode="RGB")])
    assert read_picture(stereo).media_type == "image/jpeg"


def png_claiming(width_px: int, height_px: int) -> bytes:
    """A PNG of a few bytes whose header promises a huge picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\xff\xd8\xff" + b"\0" * (64 * 1024 * 1024), "too_large"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "vector"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "vector"),
        (b"<!DOCTYPE html><html><body>hello</body></html>", "not_a_photo"),
        (b"%PDF-1.7\n", "not_a_photo"),
        (b"MZ\x90\x00", "not_a_photo"),
        (b"GIF89a" + b"\0" * 50, "not_a_photo"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "damaged"),
        (b"\0\0\0\x18ftypqt  \0\0\0\0", "not_a_photo"),
        (b"RIFF\0\0\0\0WEBP", "damaged"),
        (b"\xff\xd8\xff\xe0garbage", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_photo_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    assert reason_of(content) == reason


def test_a_decompression_bomb_is_refused_from_its_header() -> None:
    real = encoded(Image.new("1", (8000, 7000)), "PNG")
    assert len(real) < 20_000
    claims = [png_claiming(*size) for size in ((12_000, 12_000), (65_000, 65_000), (2_000_000_000, 1), (50_001, 1000))]
    with children.child() as child:
        asked: list[str] = []
        ask = child.ask
        child.ask = lambda reader, question, content=b"": (  # type: ignore[method-assign]
            asked.append(question["step"]),
            ask(reader, question, content),
        )[1]
        for content in (real, *claims):
            with pytest.raises(PictureRefused, match="too_many_pixels"):
                pictures.read_picture(content, child)
        del child.ask  # type: ignore[method-assign]
    assert set(asked) == {"measure"}


def test_exactly_fifty_million_pixels_of_png_are_taken() -> None:
    assert read_picture(encoded(Image.new("1", (10_000, 5_000)), "PNG")).width_px == 10_000
    assert reason_of(encoded(Image.new("1", (10_000, 5_001)), "PNG")) == "too_many_pixels"


def test_a_stranger_sends_half_as_large_a_png_and_as_large_a_photo() -> None:
    large = encoded(Image.new("1", (10_000, 2_501)), "PNG")
    assert read_picture(large).width_px == 10_000
    with pytest.raises(PictureRefused, match="too_many_pixels"):
        read_picture(large, limits=FOR_STRANGERS)
    assert read_picture(encoded(Image.new("L", (8192, 6144)), "JPEG"), limits=FOR_STRANGERS).height_px == 6144


def test_work_is_announced_before_it_is_done_and_can_be_stopped() -> None:
    class Stop(Exception):
        pass

    def spend(pixels: int) -> None:
        spent.append(pixels)
        raise Stop

    spent: list[int] = []
    for form in ("PNG", "JPEG", "HEIF"):
        with pytest.raises(Stop):
            read_picture(encoded(photo(1000, 800), form), spend=spend)
    assert spent == [800_000, 240_000, 1_600_000]
    assert read_picture(encoded(photo(), "JPEG")).width_px == 640


def test_a_text_bomb_inside_a_png_is_refused() -> None:
    plain = encoded(photo(64, 64), "PNG")
    body = b"Comment\0\0" + zlib.compress(b"\0" * 200_000_000)
    bomb = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    assert reason_of(plain[:33] + bomb + plain[33:]) == "damaged"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_a_photo_cut_short_is_refused(form: str) -> None:
    whole = encoded(photo(800, 600), form)
    assert reason_of(whole[: len(whole) // 2]) == "damaged"


@pytest.mark.parametrize("form", ["PNG", "WEBP", "AVIF"])
def test_a_moving_picture_is_refused(form: str) -> None:
    assert reason_of(encoded(photo(64, 64), form, save_all=True, append_images=[photo(64, 64).rotate(90)])) == "moving"


def test_a_jpeg_of_very_many_scans_is_refused() -> None:
    progressive = encoded(photo(), "JPEG", progressive=True)
    assert read_picture(progressive).width_px == 640
    scan = progressive.rindex(b"\xff\xda")
    assert reason_of(progressive[:-2] + progressive[scan:-2] * 100 + b"\xff\xd9") == "damaged"


def test_a_picture_too_small_to_show_anything_is_refused() -> None:
    assert reason_of(encoded(photo(7, 600), "PNG")) == "too_small"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_damaged_bytes_never_raise_anything_else(form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    whole = encoded(photo(120, 90), form, exif=exif)
    chance = random.Random(20250101)
    outcomes = {"taken": 0, "refused": 0}
    for _round in range(150):
        hurt = bytearray(whole)
        for _byte in range(chance.choice((1, 2, 8, 40))):
            hurt[chance.randrange(len(hurt))] = chance.randrange(256)
        try:
            read_picture(bytes(hurt))
            outcomes["taken"] += 1
        except PictureRefused:
            outcomes["refused"] += 1
    assert outcomes["refused"] > 10
