"""Compresses pages and data on their way out. Scripts and style sheets are compressed when the front end is built.

A compressed page could tell, by its length, whether something that a stranger put into it repeats a secret in it (BREACH).
Three things stand against that, and docs/security.md says so: another site's requests carry no session (SameSite=Lax), the
CSRF token looks different on every page, and Django pads each compressed answer by a random length.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_TEXTS = frozenset({"text/html", "text/plain", "application/json", "application/geo+json", "application/problem+json"})


class TextCompressionMiddleware(GZipMiddleware):
    """Compresses answers of text. Photos and sound are compressed by their nature, and parts of a file must stay parts."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
        if response.streaming or response.status_code == 206 or kind not in _TEXTS:
            return response
        return super().process_response(request, response)
