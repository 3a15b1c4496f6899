"""Decodes photos and draws their clean copies. Runs in a child process only (`apart.py`), asked by `pictures.py`.

Only the decoders named in FORMATS are ever reached. Two questions about one photo: `measure` says what the header claims
and decodes nothing, `draw` decodes what was measured.
"""

from __future__ import annotations

import io
from typing import Any

# The plugins named here are the decoders; importing one makes it known.
from PIL import (
    AvifImagePlugin,
    Image,
    ImageCms,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from linli.lib.picture_ends import NEXT_MARKER

_PLUGINS = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin, AvifImagePlugin)
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")  # what opens JPEG also opens its sister MPO
# A progressive JPEG may carry any number of scans, each costing a pass over the whole picture; cameras write about ten.
MAX_JPEG_SCANS = 64
MAX_PROFILE_BYTES = 1024 * 1024
JPEG_QUALITY = 82

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SRGB = ImageCms.createProfile("sRGB")

_measured: Image.Image | None = None


class Refused(Exception):
    """The picture cannot be taken; the argument is the reason."""


def answer(question: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """What the child says to a question of `pictures.py`; refusals are answers too."""
    try:
        if question["step"] == "measure":
            return measure(content), b""
        return draw(question["display_px"], question["thumb_px"])
    except Refused as refused:
        return {"refused": str(refused)}, b""
    except MemoryError:
        return {"refused": "too_many_pixels"}, b""
    except Exception:
        # Decoders of hostile bytes raise whatever they meet: struct.error, SyntaxError, ZeroDivisionError.
        return {"refused": "damaged"}, b""


def measure(content: bytes) -> dict[str, Any]:
    """Reads the header and keeps the opened picture for `draw`. Raises Refused, or anything for garbage."""
    global _measured
    _measured = None
    _prepare()
    if content.startswith(b"\xff\xd8") and jpeg_scans(content) > MAX_JPEG_SCANS:
        raise Refused("damaged")
    # The pixels are counted by whoever asked, who knows how many are taken of which kind.
    Image.MAX_IMAGE_PIXELS = None
    image = Image.open(io.BytesIO(content), formats=FORMATS)
    _measured = image
    return {
        "format": image.format,
        "width_px": image.width,
        "height_px": image.height,
        "orientation": _orientation(image),
        "progressive": bool(image.info.get("progressive")),
        # A JPEG or HEIC may hold further views (3D, a preview, a brightness map), which are no film; its first is the photo.
        "moving": image.format in ("PNG", "WEBP", "AVIF") and bool(getattr(image, "is_animated", False)),
    }


def draw(*sides_px: int) -> tuple[dict[str, Any], bytes]:
    """Decodes the measured picture and draws one copy for each longest side, the largest first. Raises as `measure`."""
    global _measured
    image, _measured = _measured, None
    if image is None:
        raise Refused("damaged")
    orientation = _orientation(image)
    small = _decoded(image, sides_px[0])
    image.close()
    upright = small.transpose(_TURNS[orientation]) if orientation in _TURNS else small
    copies = [_copy(upright, side_px, progressive=side_px == sides_px[0]) for side_px in sides_px]
    sizes = [size for _jpeg, size in copies]
    return {"sizes": sizes, "first_bytes": len(copies[0][0])}, b"".join(jpeg for jpeg, _size in copies)


def jpeg_scans(content: bytes) -> int:
    """How many scans the first picture of a JPEG has; stops counting when it is too many.

    Walks the segments, so that neither a preview inside one nor a film behind the picture is counted.
    """
    at, scans = 2, 0
    while scans <= MAX_JPEG_SCANS:
        found = NEXT_MARKER.search(content, at)
        if found is None or content[found.start() + 1] == 0xD9:
            break
        start = found.start() + 2
        scans += content[start - 1] == 0xDA
        at = start + max(2, int.from_bytes(content[start : start + 2], "big"))
    return scans


def _prepare() -> None:
    """One thread for each decoder: the machine has others to serve, and threads take address space."""
    if "HEIF" in Image.OPEN:
        return
    import pillow_heif

    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.register_heif_opener(thumbnails=False, aux_images=False, depth_images=False)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(0x0112, 1))
    except Exception:
        return 1  # A broken EXIF block says nothing about the pixels.


def _decoded(image: Image.Image, side_px: int) -> Image.Image:
    """All pixels, no larger than `side_px`, in 8-bit sRGB on white."""
    profile = image.info.get("icc_profile")
    # JPEG decodes at 1/2, 1/4 or 1/8 of its size where that is enough.
    image.draft("RGB", _within(image.size, side_px))
    image.load()
    if image.mode.startswith("I") or image.mode == "F":
        # Sixteen bits a sample; convert("L") would clip everything above 255 to white.
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    clear = image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info
    if clear:
        image = image.convert("RGBA") if image.mode != "RGBA" else image
    elif image.mode not in ("RGB", "L", "CMYK"):
        image = image.convert("RGB")
    small = image.resize(_within(image.size, side_px), Image.Resampling.BICUBIC, reducing_gap=2.0)
    if clear:
        small = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small).convert("RGB")
    return _in_srgb(small, profile)


def _within(size: tuple[int, int], side_px: int) -> tuple[int, int]:
    """The size in proportion whose longer side is at most `side_px`; no side ever becomes nothing."""
    scale = min(1.0, side_px / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


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


def _copy(image: Image.Image, side_px: int, *, progressive: bool) -> tuple[bytes, tuple[int, int]]:
    size = _within(image.size, side_px)
    clean = image if image.size == size else image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    # Pasting into a new image leaves everything behind that Pillow would carry along (comment, resolution, profile).
    fresh = Image.new("RGB", size)
    fresh.paste(clean)
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=progressive)
    return out.getvalue(), size
