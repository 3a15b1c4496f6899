"""Where a picture ends: telephones hang a film or a second picture behind it, others whatever they like.

Bytes in, bytes out, no decoder: the containers are walked by the lengths that they give. What cannot be walked is left as
it is, for `pictures.py` next door to judge.
"""

from __future__ import annotations

import re

# The next segment behind the data of a scan: FF 00 is a byte of data, FF D0 to D7 restart a scan, FF FF fills.
NEXT_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_END_OF_JPEG = 0xD9
_SEGMENTS_MOST = 20_000  # of a JPEG, chunks of a PNG, boxes of a HEIC; a photo has some dozens or hundreds
_OF_THE_PICTURE = frozenset({b"ftyp", b"meta", b"mdat", b"idat", b"moov"})


def picture_alone(content: bytes) -> bytes:
    """The first picture of a JPEG, a PNG, a WebP, a HEIC or an AVIF file without what stands behind it.

    A motion photo loses its film, a stereo or brightness-mapped one its second picture. Twice is the same as once. Cost:
    one pass over the bytes, about 1 ms a megabyte of JPEG.
    """
    if content.startswith(b"\xff\xd8\xff"):
        end = _end_of_jpeg(content)
    elif content.startswith(b"\x89PNG\r\n\x1a\n"):
        end = _end_of_png(content)
    elif content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        size = int.from_bytes(content[4:8], "little")
        end = 8 + size + size % 2
    elif content[4:8] == b"ftyp":
        end = _end_of_boxes(content)
    else:
        end = 0
    return content[:end] if 0 < end < len(content) else content


def _end_of_jpeg(content: bytes) -> int:
    at = 2
    for _segment in range(_SEGMENTS_MOST):
        found = NEXT_MARKER.search(content, at)
        if found is None:
            break
        if content[found.start() + 1] == _END_OF_JPEG:
            return found.end()
        at = found.end() + max(2, int.from_bytes(content[found.end() : found.end() + 2], "big"))
    return 0


def _end_of_png(content: bytes) -> int:
    at = 8
    for _chunk in range(_SEGMENTS_MOST):
        if at + 12 > len(content):
            break
        kind, at = content[at + 4 : at + 8], at + 12 + int.from_bytes(content[at : at + 4], "big")
        if kind == b"IEND":
            return at
    return 0


def _end_of_boxes(content: bytes) -> int:
    at = end = 0
    for _box in range(_SEGMENTS_MOST):
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(content[at + 8 : at + 16], "big")
        elif size == 0:
            size = len(content) - at
        if size < 8 or at + 8 > len(content):
            break
        at += size
        if kind in _OF_THE_PICTURE:
            end = at
    return end
