"""Asks the API as a program would: a token or a session, JSON in and out, a UUID with every POST."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from linli.core.access.public import make_token
from linli.core.platform.public import SYSTEM
from tests.access_table import signed_in
from tests.city import TestCity

ROOT = "/api/v1"


class Caller:
    """One program, with the token of a person or with none."""

    def __init__(self, token: str = "", client: Client | None = None) -> None:
        self.client = client or Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(ROOT + path, query, headers=self.headers)  # type: ignore[return-value]

    def post(self, path: str, body: Any, *, key: UUID | str | None = None, **headers: str) -> HttpResponse:
        """JSON with a UUID; the empty text as key leaves the header out."""
        own = {**self.headers, **headers}
        if key != "":
            own["Idempotency-Key"] = str(key or uuid4())
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.post(ROOT + path, text, content_type="application/json", headers=own)  # type: ignore[return-value]

    def send(self, path: str = "/files", content: bytes = b"", kind: str = "photo", key: UUID | None = None) -> Any:
        """Sends a file."""
        form = {"file": SimpleUploadedFile("a.jpg", content or photo_bytes()), "kind": kind}
        own = {**self.headers, "Idempotency-Key": str(key or uuid4())}
        return self.client.post(ROOT + path, form, headers=own)

    def delete(self, path: str) -> HttpResponse:
        return self.client.delete(ROOT + path, headers=self.headers)  # type: ignore[return-value]


def by_token(city: TestCity, who: str) -> Caller:
    """A caller with a token of `who`."""
    return Caller(make_token(SYSTEM, user=city.users[who], name="test")[1])


def by_session(city: TestCity, who: str, *, csrf: bool = False) -> Caller:
    """A caller in a browser in which `who` is signed in; `csrf` as a real one, which must send the CSRF token."""
    client = Client(raise_request_exception=False, enforce_csrf_checks=csrf)
    signed_in(client, city.users[who])
    return Caller(client=client)


def photo_bytes(shade: int = 120) -> bytes:
    """A small JPEG."""
    out = BytesIO()
    Image.new("RGB", (64, 48), (shade, 90, 60)).save(out, "JPEG")
    return out.getvalue()


def report_body(**more: Any) -> dict[str, Any]:
    """A report in the middle of the first grid."""
    return {"description": "路口有垃圾", "lon": 115.005, "lat": 30.005, **more}
