"""Answers with the bytes of a stored file; the caller has asked for permission before. `keeping/files.py` receives and opens.

Sound on iPhones plays only from a server that answers range requests, so single ranges are served.
"""

from __future__ import annotations

import re

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from linli.core.platform.keeping.files import OpenedVariant, Variant, open_variant
from linli.core.platform.models import Derivative, StoredFile

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic", "image/avif": "avif", "audio/webm": "webm", "audio/mp4": "m4a",
    "audio/3gpp": "3gp", "audio/ogg": "ogg", "audio/wav": "wav", "audio/amr": "amr", "audio/flac": "flac",
    "audio/mpeg": "mp3", "audio/aac": "aac",
}  # fmt: skip


def file_response(request: HttpRequest, file: StoredFile, variant: Variant) -> HttpResponseBase:
    """The answer for one variant, with ETag, single ranges and headers under which no content can run as a page.

    Copies may be cached by the browser for a year (their content never changes); received bytes are never cached, and
    are saved instead of shown. Raises Http404 for a variant that does not exist.
    """
    try:
        opened = open_variant(file, variant)
    except (Derivative.DoesNotExist, FileNotFoundError):
        raise Http404 from None
    response = _body(request, opened)
    response.headers["ETag"] = f'"{opened.sha256}"'
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if variant == "received":
        ending = _ENDINGS.get(opened.media_type, "bin")
        response.headers["Content-Disposition"] = f'attachment; filename="{opened.sha256[:12]}.{ending}"'
        response.headers["Cache-Control"] = "private, no-store"
    else:
        response.headers["Content-Disposition"] = "inline"
        response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _body(request: HttpRequest, opened: OpenedVariant) -> HttpResponseBase:
    if request.headers.get("If-None-Match") == f'"{opened.sha256}"':
        opened.stream.close()
        return HttpResponse(status=304)
    wanted = request.headers.get("Range")
    span = _span(wanted, opened.size_bytes) if wanted else None
    if span is None:
        response = FileResponse(opened.stream, content_type=opened.media_type)
        response.headers["Content-Length"] = str(opened.size_bytes)
        return response
    with opened.stream as stream:
        start, end = span
        if start > end:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{opened.size_bytes}"})
        stream.seek(start)
        part = HttpResponse(stream.read(end - start + 1), status=206, content_type=opened.media_type)
    part.headers["Content-Range"] = f"bytes {start}-{end}/{opened.size_bytes}"
    return part


def _span(header: str, size_bytes: int) -> tuple[int, int] | None:
    """First and last byte of a single range; None for a header to be ignored; an empty span when it cannot be met."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return max(0, size_bytes - int(last[:18])), size_bytes - 1 if int(last[:18]) else -1
    start = int(first[:18])
    end = min(int(last[:18]), size_bytes - 1) if last else size_bytes - 1
    if last and int(last[:18]) < start:
        return None
    return (start, end) if start < size_bytes else (1, 0)
