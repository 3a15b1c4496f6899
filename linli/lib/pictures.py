"""The door for photos from strangers: told by content, judged by the header, then drawn anew in a child process.

Bytes in, bytes out; no Django, no disk. `picture_drawing.py` next door decodes, behind `apart.py`; `voices.py` does the
same for sound. A copy holds pixels in sRGB and nothing else: no position, no camera, no embedded text, no colour
profile, no bytes behind the picture.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from linli.lib.apart import Child, ChildDied

MAX_BYTES = 64 * 1024 * 1024
MAX_SIDE_PX = 32_000
MIN_SIDE_PX = 8
DISPLAY_SIDE_PX = 1600
THUMB_SIDE_PX = 320

_DRAWER = "picture_drawing"
_MEDIA_TYPES = {
    "JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic",
    "AVIF": "image/avif",
}  # fmt: skip
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"})
# What a pixel costs, decoded in full, measured against one of PNG: JPEG is decoded at reduced scale where it is large.
_WORK = {"JPEG": 0.3, "MPO": 0.3, "PNG": 1.0, "WEBP": 1.0, "HEIF": 2.0, "AVIF": 2.0}


class PictureRefused(ValueError):
    """A file that is not taken. `reason` is one of: empty, too_large, not_a_photo, vector, too_many_pixels, too_small,
    moving, damaged."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class PixelLimits:
    """How many pixels are taken, by what decoding them takes.

    A baseline JPEG is decoded line by line at reduced scale, so the largest phone photo costs little memory. A
    progressive one keeps its coefficients (up to 6 bytes a pixel), PNG and WebP up to 8, HEIC and AVIF about 10.
    """

    baseline_jpeg: int
    progressive_jpeg: int
    png_or_webp: int
    heif: int


FOR_STAFF = PixelLimits(220_000_000, 64_000_000, 50_000_000, 52_000_000)
FOR_STRANGERS = PixelLimits(220_000_000, 32_000_000, 25_000_000, 52_000_000)


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


def read_picture(
    content: bytes, child: Child, limits: PixelLimits = FOR_STAFF, spend: Callable[[int], None] | None = None
) -> Picture:
    """Checks a photo, and has `child` decode it and draw its copies. Raises PictureRefused.

    Size and pixels are judged from the header before any pixel is decoded; `spend` is then told how many pixels' worth
    of work is coming, and may raise to prevent it. Cost in the child: about 0.1 s for 12 megapixels of JPEG, up to some
    seconds and 500 MB at the limits.
    """
    _check_outside(content)
    head = _asked(child, {"step": "measure"}, content)
    _check_header(head, limits)
    if spend is not None:
        spend(round(head["width_px"] * head["height_px"] * _WORK[head["format"]]))
    drawn = _asked(child, {"step": "draw", "display_px": DISPLAY_SIDE_PX, "thumb_px": THUMB_SIDE_PX})
    display, thumb = (Copy(jpeg, *size) for jpeg, size in zip(drawn["jpegs"], drawn["sizes"], strict=True))
    width_px, height_px = head["width_px"], head["height_px"]
    if head["orientation"] >= 5:
        width_px, height_px = height_px, width_px
    return Picture(_MEDIA_TYPES[head["format"]], width_px, height_px, display, thumb)


def _asked(child: Child, question: dict[str, Any], content: bytes = b"") -> dict[str, Any]:
    try:
        head, body = child.ask(_DRAWER, question, content)
    except ChildDied:
        # Too much time or memory, or a decoder that fell over what it read: nobody can show this picture.
        raise PictureRefused("damaged") from None
    if "refused" in head:
        raise PictureRefused(head["refused"])
    if question["step"] == "draw":
        first = head["first_bytes"]
        head["jpegs"] = [body[:first], body[first:]]
    return head


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
    known = (
        content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
        or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")
        or (content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS)
    )
    if not known:
        raise PictureRefused("not_a_photo")


def _check_header(head: dict[str, Any], limits: PixelLimits) -> None:
    sides, form = (head["width_px"], head["height_px"]), head["format"]
    if form in ("JPEG", "MPO"):
        most = limits.progressive_jpeg if head["progressive"] else limits.baseline_jpeg
    else:
        most = limits.heif if form in ("HEIF", "AVIF") else limits.png_or_webp
    if sides[0] * sides[1] > most or max(sides) > MAX_SIDE_PX:
        raise PictureRefused("too_many_pixels")
    if min(sides) < MIN_SIDE_PX:
        raise PictureRefused("too_small")
    if head["moving"]:
        raise PictureRefused("moving")
