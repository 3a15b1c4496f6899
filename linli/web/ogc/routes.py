"""The resources of OGC API – Features 1.0, part 1 (core, GeoJSON, OpenAPI 3.0) and part 2 (coordinate systems).

Every answer is made whole and then sent: a page holds at most 10,000 features, and whoever reads it slowly holds no thread. Pages follow
a key, so the last one costs what the first does. Strangers are counted per address, and read what the residents' pages show.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access
from linli.core.api.public import by_token, plain_problem, problem
from linli.core.platform.public import BadInput, NotAllowed, NotThere, Refusal, now
from linli.lib.outside import whole_number
from linli.web.ogc.asked import parse_asked, parse_crs
from linli.web.ogc.collections import COLLECTIONS, Collection
from linli.web.ogc.description import CONFORMS_TO, ITEMS_PARAMETERS, MEDIA_OPENAPI, openapi
from linli.web.ogc.geometry import CRS84, SYSTEMS, Crs
from linli.web.public.door import check_limit

MEDIA_JSON, MEDIA_GEOJSON = "application/json", "application/geo+json"
MANY = gettext_lazy("More came from your address in a short time than is allowed. Wait ten minutes, then try again.")
Given = Mapping[str, str]
View = Callable[..., HttpResponse]


class SignIn(Exception):
    """What was asked for needs somebody who is signed in, and the request names nobody or a token that opens nothing."""


def resource(*known: str) -> Callable[[View], View]:
    """A resource that takes these parameters and no other, is read only, and says no by problem details with the codes of the standard."""

    def around(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, **parts: str) -> HttpResponse:
            if request.method not in ("GET", "HEAD"):
                refused = plain_problem(request, 405)
                refused.headers["Allow"] = "GET, HEAD"
                return refused
            try:
                if _access(request) is None:
                    if by_token(request):
                        raise SignIn
                    check_limit(request, "ogc", str(MANY))
                return view(request, _parameters(request, known), **parts)
            except SignIn:
                return _not_signed_in(request)
            except Refusal as refusal:
                return _refused(request, refusal)

        return answered

    return around


def _access(request: HttpRequest) -> Access | None:
    return getattr(request, "access", None)


def _parameters(request: HttpRequest, known: tuple[str, ...]) -> Given:
    for name, values in request.GET.lists():
        if name not in known:
            told = {"name": name[:40], "known": ", ".join(known)}
            raise BadInput(
                _("The parameter “%(name)s” is not known here; known are: %(known)s.") % told
                if known
                else _("This address takes no parameters; leave “%s” out.") % told["name"],
                field=told["name"],
            )
        if len(values) > 1:
            raise BadInput(_("The parameter stands twice in the address; give it once."), field=name)
    return request.GET.dict()


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    status = 400 if isinstance(refusal, BadInput) else refusal.status
    errors = [{"field": refusal.field, "code": refusal.code, "detail": refusal.sentence}] if refusal.field else []
    return problem(request, status, code=refusal.code, detail=refusal.sentence, errors=errors)


def _not_signed_in(request: HttpRequest) -> HttpResponse:
    return problem(
        request, 401, code="not_signed_in", headers={"WWW-Authenticate": 'Bearer realm="linli"'},
        detail=_("Send a valid token in the header Authorization, or sign in with the browser."),
    )  # fmt: skip


def _answer(body: Any, kind: str = MEDIA_JSON, **headers: str) -> HttpResponse:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    response = HttpResponse(text.encode(), content_type=kind)
    response.headers["Cache-Control"] = "no-store"
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def _link(request: HttpRequest, rel: str, kind: str, address: str, title: str = "") -> dict[str, str]:
    told = {"href": request.build_absolute_uri(address), "rel": rel, "type": kind}
    return {**told, "title": title} if title else told


@resource()
def landing(request: HttpRequest, _given: Given) -> HttpResponse:
    """Where a program begins."""
    links = [
        _link(request, "self", MEDIA_JSON, request.path, _("This page")),
        _link(request, "service-desc", MEDIA_OPENAPI, reverse("ogc-api"), _("Description of the interface")),
        _link(request, "conformance", MEDIA_JSON, reverse("ogc-conformance"), _("What it conforms to")),
        _link(request, "data", MEDIA_JSON, reverse("ogc-collections"), _("Collections")),
    ]
    return _answer({"title": "linli", "description": _("Grids and components for programs of maps."), "links": links})


@resource()
def conformance(_request: HttpRequest, _given: Given) -> HttpResponse:
    """The classes of the standard that linli conforms to."""
    return _answer({"conformsTo": list(CONFORMS_TO)})


@resource()
def api(request: HttpRequest, _given: Given) -> HttpResponse:
    """The OpenAPI 3.0 document; QGIS and GDAL read the limits of a page in it."""
    return _answer(openapi(request.build_absolute_uri(reverse("ogc")).rstrip("/")), MEDIA_OPENAPI)


@resource()
def collections(request: HttpRequest, _given: Given) -> HttpResponse:
    """The collections that whoever asks may read."""
    access = _access(request)
    mine = [one for one in COLLECTIONS.values() if one.permission is None or (access and access.may(one.permission))]
    links = [_link(request, "self", MEDIA_JSON, request.path)]
    return _answer({"links": links, "crs": list(SYSTEMS), "collections": [_described(request, one) for one in mine]})


@resource()
def collection(request: HttpRequest, _given: Given, code: str) -> HttpResponse:
    """One collection."""
    return _answer(_described(request, _opened(request, code)))


def _opened(request: HttpRequest, code: str) -> Collection:
    """The collection of an address. Raises NotThere, SignIn, or NotAllowed for who may not read it."""
    found, access = COLLECTIONS.get(code), _access(request)
    if found is None:
        raise NotThere(_("There is no such collection."))
    if found.permission is not None and access is None:
        raise SignIn
    if found.permission is not None and access is not None and not access.may(found.permission):
        raise NotAllowed(_("Your role does not include this."))
    return found


def _described(request: HttpRequest, one: Collection) -> dict[str, Any]:
    box = one.extent(_access(request))
    extent = {"extent": {"spatial": {"bbox": [box], "crs": CRS84.uri}}} if box else {}
    return {
        "id": one.code,
        "title": str(one.title),
        "description": str(one.description),
        "itemType": "feature",
        **extent,
        "crs": list(SYSTEMS),
        "storageCrs": CRS84.uri,
        "links": [
            _link(request, "self", MEDIA_JSON, reverse("ogc-collection", args=[one.code])),
            _link(request, "items", MEDIA_GEOJSON, reverse("ogc-items", args=[one.code]), str(one.title)),
        ],
    }


@resource(*ITEMS_PARAMETERS)
def items(request: HttpRequest, given: Given, code: str) -> HttpResponse:
    """A page of features. `numberMatched` is told where it costs nothing or everything is asked for."""
    one, asked = _opened(request, code), parse_asked(given)
    page = one.page(_access(request), asked)
    facts: dict[str, Any] = {"type": "FeatureCollection", "timeStamp": now().strftime("%Y-%m-%dT%H:%M:%SZ")}
    if not (asked.cursor or page.next):
        facts["numberMatched"] = len(page.features)
    elif asked.whole:
        facts["numberMatched"] = one.count(_access(request))
    facts["numberReturned"] = len(page.features)
    links = [_link(request, "self", MEDIA_GEOJSON, request.get_full_path())]
    if page.next:
        following = f"{request.path}?{urlencode({**given, 'cursor': page.next})}"
        links.append(_link(request, "next", MEDIA_GEOJSON, following))
    facts["links"] = links
    head = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))[:-1]
    response = _features(f'{head},"features":[{",".join(page.features)}]}}', asked.crs)
    response.headers["Link"] = ", ".join(f'<{one["href"]}>; rel="{one["rel"]}"; type="{one["type"]}"' for one in links)
    return response


@resource("crs")
def item(request: HttpRequest, given: Given, code: str, number: str) -> HttpResponse:
    """One feature by its id."""
    one, crs, wanted = _opened(request, code), parse_crs(given), whole_number(number)
    feature = one.feature(_access(request), wanted, crs) if wanted is not None else None
    if feature is None:
        raise NotThere(_("There is no such feature."))
    links = [
        _link(request, "self", MEDIA_GEOJSON, request.get_full_path()),
        _link(request, "collection", MEDIA_JSON, reverse("ogc-collection", args=[code]), str(one.title)),
    ]
    return _features(f'{feature[:-1]},"links":{json.dumps(links, ensure_ascii=False)}}}', crs)


def _features(text: str, crs: Crs) -> HttpResponse:
    return _answer(text, MEDIA_GEOJSON, Content_Crs=f"<{crs.uri}>")


ogc_urls = [
    path("ogc/", landing, name="ogc"),
    path("ogc/conformance", conformance, name="ogc-conformance"),
    path("ogc/api", api, name="ogc-api"),
    path("ogc/collections", collections, name="ogc-collections"),
    path("ogc/collections/<str:code>", collection, name="ogc-collection"),
    path("ogc/collections/<str:code>/items", items, name="ogc-items"),
    path("ogc/collections/<str:code>/items/<str:number>", item, name="ogc-item"),
]
