"""Reads photos from strangers: checks what they are before decoding, and draws clean copies for display.

Bytes in, bytes out; no Django, no disk. `voices.py` stands next to it for sound. Formats are told by content and only
JPEG, PNG and WebP decoders are ever reached; a copy holds pixels in sRGB and nothing else: no position, no camera, no
embedded text, no colour profile, no bytes behind the picture.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_SIDE_PX = 20_000
MIN_SIDE_PX = 8
# A progressive JPEG may carry any number of scans, each costing a pass over the whole picture; cameras write about ten.
MAX_JPEG_SCANS = 64
DISPLAY_SIDE_PX = 1600
THUMB_SIDE_PX = 320
MAX_PROFILE_BYTES = 1024 * 1024

_MEDIA_TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# A 50-megapixel PNG takes 200 MB while it is decoded: one at a time in a process.
_decoding = threading.Lock()
_SRGB = ImageCms.createProfile("sRGB")


class PictureRefused(ValueError):
    """A file that is not taken. `reason` is one of: empty, too_large, not_a_photo, heic, vector, too_many_pixels,
    too_small, moving, damaged."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Copy:
    """A clean copy: JPEG bytes and its size in pixels."""

    jpeg: bytes
    width_px: int
    height_px: int


@dataclass(frozen=True)
class Picture:
    """What a received photo is, upright, and its clean copies."""

    media_type: str
    width_px: int
    height_px: int
    display: Copy
    thumb: Copy


def read_picture(content: bytes) -> Picture:
    """Checks and decodes a photo and draws its copies. Raises PictureRefused.

    Size and pixel count are judged from the header before any pixel is decoded. Cost: about 0.1 s for 12 megapixels
    (JPEG is decoded at reduced scale), up to some seconds and 400 MB for a 50-megapixel PNG; one decode at a time.
    """
    _check_outside(content)
    with _decoding:
        image = _opened(content)
        media_type = _MEDIA_TYPES[image.format or ""]
        try:
            width_px, height_px = image.size
            orientation = _orientation(image)
            if orientation >= 5:
                width_px, height_px = height_px, width_px
            small = _decoded(image)
        except PictureRefused:
            raise
        except MemoryError:
            raise PictureRefused("too_many_pixels") from None
        except Exception:
            # Decoders of hostile bytes raise whatever they meet: struct.error, SyntaxError, ZeroDivisionError.
            raise PictureRefused("damaged") from None
        finally:
            image.close()
        upright = small.transpose(_TURNS[orientation]) if orientation in _TURNS else small
        return Picture(media_type, width_px, height_px, _copy(upright, DISPLAY_SIDE_PX), _copy(upright, THUMB_SIDE_PX))


def _check_outside(content: bytes) -> None:
    if not content:
        raise PictureRefused("empty")
    if len(content) > MAX_BYTES:
        raise PictureRefused("too_large")
    head = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<svg", b"<?xml", b"<!doctype svg")) or (
        head.startswith(b"<") and b"<svg" in content[:4096].lower()
    ):
        raise PictureRefused("vector")
    if content[4:8] == b"ftyp" and content[8:12] in (
        b"heic",
        b"heix",
        b"hevc",
        b"heim",
        b"heis",
        b"mif1",
        b"msf1",
        b"avif",
    ):
        raise PictureRefused("heic")
    if not (
        content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
        or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")
    ):
        raise PictureRefused("not_a_photo")
    if content.startswith(b"\xff\xd8") and content.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise PictureRefused("damaged")


def _opened(content: bytes) -> Image.Image:
    """The header only; refuses by what it says."""
    try:
        image = Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP", "MPO"])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureRefused("too_many_pixels") from None
    except Exception:
        raise PictureRefused("damaged") from None
    width_px, height_px = image.size
    if width_px * height_px > MAX_PIXELS or max(image.size) > MAX_SIDE_PX:
        raise PictureRefused("too_many_pixels")
    if min(image.size) < MIN_SIDE_PX:
        raise PictureRefused("too_small")
    # An MPO holds a second view of one moment (3D or a preview), not a film; its first picture is the photo.
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise PictureRefused("moving")
    return image


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(0x0112, 1))
    except Exception:
        return 1  # A broken EXIF block says nothing about the pixels.


def _decoded(image: Image.Image) -> Image.Image:
    """All pixels, no larger than the display copy, in 8-bit sRGB on white."""
    profile = image.info.get("icc_profile")
    scale = min(1.0, DISPLAY_SIDE_PX / max(image.size))
    # JPEG decodes at 1/2, 1/4 or 1/8 of its size where that is enough for the display copy.
    image.draft("RGB", (int(image.width * scale), int(image.height * scale)))
    image.load()
    if image.mode.startswith("I") or image.mode == "F":
        # Sixteen bits a sample; convert("L") would clip everything above 255 to white.
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        rgba.thumbnail((DISPLAY_SIDE_PX, DISPLAY_SIDE_PX))
        white = Image.new("RGBA", rgba.size, "white")
        flat = Image.alpha_composite(white, rgba).convert("RGB")
        return _in_srgb(flat, profile)
    if image.mode not in ("RGB", "L", "CMYK"):
        image = image.convert("RGB")
    image.thumbnail((DISPLAY_SIDE_PX, DISPLAY_SIDE_PX))
    return _in_srgb(image, profile)


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """Phones photograph in wider colour spaces; without the profile, which a copy leaves out, they would look dull."""
    if isinstance(profile, bytes) and 128 <= len(profile) <= MAX_PROFILE_BYTES:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # A profile that does not fit the picture is ignored, as browsers do.
    return image.convert("RGB")


def _copy(image: Image.Image, side_px: int) -> Copy:
    # Pasting into a new image leaves everything behind that Pillow would carry along (comment, resolution, profile).
    clean = ImageOps.contain(image, (side_px, side_px)) if max(image.size) > side_px else image
    fresh = Image.new("RGB", clean.size)
    fresh.paste(clean)
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=82, optimize=True, progressive=side_px > THUMB_SIDE_PX)
    return Copy(out.getvalue(), fresh.width, fresh.height)
