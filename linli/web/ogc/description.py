"""The OpenAPI 3.0 document of /ogc/: the same for everybody, with the bounds of `limit` where QGIS and GDAL look for them."""

from __future__ import annotations

from typing import Any

from linli import __version__
from linli.core.api.public import MEDIA_TYPE
from linli.web.ogc.asked import DEFAULT_LIMIT, MOST
from linli.web.ogc.collections import COLLECTIONS, Collection
from linli.web.ogc.geometry import CRS84, SYSTEMS

MEDIA_OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
_PART_1, _PART_2 = (f"http://www.opengis.net/spec/ogcapi-features-{part}/1.0/conf/" for part in (1, 2))
CONFORMS_TO = (f"{_PART_1}core", f"{_PART_1}oas30", f"{_PART_1}geojson", f"{_PART_2}crs")
ITEMS_PARAMETERS = ("limit", "bbox", "bbox-crs", "datetime", "crs", "cursor")
ERRORS = {
    "400": "A parameter is not known or cannot be used; `errors` names it.",
    "401": "The collection is not public and nobody is signed in, or the token opens nothing.",
    "403": "The person may not read this collection.",
    "404": "There is no such collection or feature, or not for this person.",
    "405": "Only GET and HEAD are taken.",
    "429": "Too many requests from this address; the header Retry-After says when to come back.",
    "500": "An error of the server.",
    "503": "The database does not answer, or the server is busy; the header Retry-After says when to come back.",
}
_SYSTEM = {"type": "string", "format": "uri", "enum": list(SYSTEMS), "default": CRS84.uri}


def _query(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "name": name, "in": "query", "required": False, "schema": schema, "style": "form", "explode": False,
        "description": description,
    }  # fmt: skip


PARAMETERS: dict[str, dict[str, Any]] = {
    "limit": _query(
        "limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
        "The most features on a page. What is beyond the maximum counts as the maximum.",
    ),
    "bbox": _query(
        "bbox",
        {"type": "array", "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}], "items": {"type": "number"}},
        "Only features that touch this box: its lower left and upper right corner, in the axes of `bbox-crs`. Heights count for nothing.",
    ),
    "bbox-crs": _query("bbox-crs", _SYSTEM, "The coordinate system of `bbox`."),
    "datetime": _query(
        "datetime", {"type": "string"},
        "Only features that were valid then: an instant, a day, or an interval such as 2026-11-01T00:00:00Z/.. . What has no time is always there.",
    ),
    "crs": _query("crs", _SYSTEM, "The coordinate system of the answer; latitude comes first in both of EPSG."),
    "cursor": _query("cursor", {"type": "string", "maxLength": 120}, "Where a page begins; the link `next` holds it."),
}  # fmt: skip


def openapi(root: str) -> dict[str, Any]:
    """The document for a deployment whose landing page is at `root` (no slash at its end)."""
    of_collections = {name: one for each in COLLECTIONS.values() for name, one in _of_collection(each).items()}
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "linli: OGC API – Features",
            "version": __version__,
            "description": "Grids and components for programs of maps. Sign in with a token of your account: `Authorization: Bearer …`.",
        },
        "servers": [{"url": root}],
        "tags": [{"name": "capabilities"}, *({"name": one} for one in COLLECTIONS)],
        "security": [{}, {"token": []}],
        "paths": {
            "/": _get("landing", "Landing page", "LandingPage"),
            "/conformance": _get("conformance", "What this conforms to", "ConfClasses"),
            "/api": _get("api", "This document", "Anything", media=MEDIA_OPENAPI),
            "/collections": _get("collections", "The collections that the caller may read", "Collections"),
            **of_collections,
        },
        "components": {
            "parameters": PARAMETERS,
            "schemas": {**SCHEMAS, **{f"Feature_{one.code}": _feature_schema(one) for one in COLLECTIONS.values()}},
            "responses": {
                status: {"description": words, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
                for status, words in ERRORS.items()
            },
            "headers": {"Content-Crs": {"description": "The coordinate system of the answer.", "schema": {"type": "string"}}},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }  # fmt: skip


def _get(
    operation: str, summary: str, schema: str, *, tag: str = "capabilities", media: str = "application/json",
    parameters: tuple[dict[str, Any], ...] = (), of_collection: bool = False,
) -> dict[str, Any]:  # fmt: skip
    answer: dict[str, Any] = {
        "description": summary,
        "content": {media: {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }
    if media == "application/geo+json":
        answer["headers"] = {"Content-Crs": {"$ref": "#/components/headers/Content-Crs"}}
    errors = [one for one in ERRORS if of_collection or one not in ("403", "404")]
    operation_of = {
        "tags": [tag], "operationId": operation, "summary": summary,
        "responses": {"200": answer, **{one: {"$ref": f"#/components/responses/{one}"} for one in errors}},
    }  # fmt: skip
    return {"get": {**operation_of, "parameters": list(parameters)} if parameters else operation_of}


def _of_collection(one: Collection) -> dict[str, Any]:
    """The three addresses of a collection, each by its name: GDAL looks for `limit` under the very address that it asks."""
    address, title = f"/collections/{one.code}", one.code
    asked = tuple({"$ref": f"#/components/parameters/{name}"} for name in ITEMS_PARAMETERS)
    number = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    media = "application/geo+json"
    return {
        address: _get(f"{title}.collection", f"About {title}", "Collection", tag=title, of_collection=True),
        f"{address}/items": _get(
            f"{title}.items", f"A page of {title}", "FeatureCollection", tag=title, media=media, parameters=asked, of_collection=True,
        ),
        f"{address}/items/{{featureId}}": _get(
            f"{title}.item", f"One of {title}", f"Feature_{one.code}", tag=title, media=media, of_collection=True,
            parameters=(number, {"$ref": "#/components/parameters/crs"}),
        ),
    }  # fmt: skip


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    told = {"required": list(required)} if required else {}  # an empty list is not allowed
    return {"type": "object", **told, "properties": properties}


def _list_of(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


def _feature_schema(one: Collection) -> dict[str, Any]:
    columns = {name: {"type": kind, "nullable": True} for name, kind in one.columns.items()}
    return _feature({"type": "object", "properties": columns, "additionalProperties": False})


def _feature(properties: dict[str, Any]) -> dict[str, Any]:
    return _object(
        ("type", "geometry", "properties"), type={"type": "string", "enum": ["Feature"]}, id=_WHOLE, links=_list_of("Link"),
        geometry={"type": "object", "nullable": True, "required": ["type", "coordinates"]}, properties=properties,
    )  # fmt: skip


_TEXT, _WHOLE = {"type": "string"}, {"type": "integer", "minimum": 0}
_TEXTS = {"type": "array", "items": _TEXT}
SCHEMAS: dict[str, Any] = {
    "Anything": {"type": "object"},
    "Link": _object(("href", "rel"), href=_TEXT, rel=_TEXT, type=_TEXT, title=_TEXT),
    "LandingPage": _object(("links",), title=_TEXT, description=_TEXT, links=_list_of("Link")),
    "ConfClasses": _object(("conformsTo",), conformsTo=_TEXTS),
    "Extent": _object(
        (),
        spatial=_object(
            (),
            bbox={"type": "array", "minItems": 1, "items": {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}},
            crs={"type": "string", "enum": [CRS84.uri]},
        ),
    ),
    "Collection": _object(
        ("id", "links"), id=_TEXT, title=_TEXT, description=_TEXT, links=_list_of("Link"), itemType=_TEXT, crs=_TEXTS, storageCrs=_TEXT,
        extent={"$ref": "#/components/schemas/Extent"},
    ),
    "Collections": _object(("links", "collections"), links=_list_of("Link"), crs=_TEXTS, collections=_list_of("Collection")),
    "Feature": _feature({"type": "object", "nullable": True}),
    "FeatureCollection": _object(
        ("type", "features"), type={"type": "string", "enum": ["FeatureCollection"]}, features=_list_of("Feature"), links=_list_of("Link"),
        timeStamp={"type": "string", "format": "date-time"}, numberMatched=_WHOLE, numberReturned=_WHOLE,
    ),
    "Problem": _object(("title", "status", "code"), type=_TEXT, title=_TEXT, status=_WHOLE, detail=_TEXT, code=_TEXT),
}  # fmt: skip
