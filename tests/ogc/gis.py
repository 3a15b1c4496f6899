"""Reads /ogc/ as a GIS does: a token in the header, JSON out, links followed; answers are held against the OpenAPI document."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
from django.http import HttpResponse
from django.test import Client

from linli.core.access.public import make_token
from linli.core.platform.public import SYSTEM
from tests.city import TestCity

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG_4326, EPSG_4490 = (f"http://www.opengis.net/def/crs/EPSG/0/{code}" for code in (4326, 4490))
MEDIA_JSON, MEDIA_GEOJSON = "application/json", "application/geo+json"


class Gis:
    """One caller."""

    def __init__(self, token: str = "") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, address: str, **query: Any) -> HttpResponse:
        """An answer, whatever its status. `bbox_crs` is sent as `bbox-crs`."""
        given = {name.replace("_", "-"): value for name, value in query.items()}
        return self.client.get(address, given, headers=self.headers)  # type: ignore[return-value]

    def read(self, address: str, **query: Any) -> dict[str, Any]:
        """The JSON of an answer that is well."""
        answer = self.ask(address, **query)
        assert answer.status_code == 200, (address, query, answer.status_code, answer.content[:400])
        body: dict[str, Any] = answer.json()  # type: ignore[attr-defined]
        return body

    def items(self, code: str, **query: Any) -> dict[str, Any]:
        """A page of a collection."""
        return self.read(f"/ogc/collections/{code}/items", **query)

    def ids(self, code: str, **query: Any) -> list[int]:
        """The ids on the first page."""
        return [one["id"] for one in self.items(code, **query)["features"]]

    def pages(self, code: str, **query: Any) -> list[dict[str, Any]]:
        """All pages, by their links `next`."""
        found = [self.items(code, **query)]
        while following := linked(found[-1], "next"):
            parts = urlsplit(following["href"])
            found.append(self.read(f"{parts.path}?{parts.query}"))
            assert len(found) < 100, "the pages have no end"
        return found


def gis_of(city: TestCity, who: str) -> Gis:
    """A caller with a token of somebody of the test city."""
    return Gis(make_token(SYSTEM, user=city.users[who], name="gis")[1])


def linked(body: dict[str, Any], rel: str) -> dict[str, str] | None:
    """The link of this relation, or None."""
    found: list[dict[str, str]] = [one for one in body["links"] if one["rel"] == rel]
    assert len(found) < 2
    return found[0] if found else None


def check_schema(described: dict[str, Any], address: str, body: Any) -> None:
    """Holds an answer against what the OpenAPI document says of an address. Raises ValidationError."""
    media = described["paths"][address]["get"]["responses"]["200"]["content"]
    schema = _as_json_schema(next(iter(media.values()))["schema"])
    components = _as_json_schema(described["components"])
    jsonschema_rs.validator_for({**schema, "components": components}).validate(body)


def _as_json_schema(part: Any) -> Any:
    """OpenAPI 3.0 says `nullable` where JSON Schema has a second type."""
    if isinstance(part, list):
        return [_as_json_schema(one) for one in part]
    if not isinstance(part, dict):
        return part
    found = {name: _as_json_schema(one) for name, one in part.items() if name != "nullable"}
    return {**found, "type": [found["type"], "null"]} if part.get("nullable") is True else found
