"""Assembles the API and gives its addresses to config/urls.py. Each router stands in a module of its own next door; a
subsystem brings its own, below `/api/v1/<code>/`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache, wraps
from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path

from linli import __version__
from linli.core.api.public import SIGNED_IN, StrictParser, as_json, plain_problem, text_answer
from linli.core.configuration.public import configuration_router
from linli.core.flow.public import flow_router
from linli.core.ledger.public import ledger_router
from linli.core.platform.public import subsystems
from linli.web.api import case_writes, cases, errors, files, inbox, me, public_reports, staffing, units
from linli.web.api.description import Api

NAMESPACE = "api"

api = Api(
    title="linli",
    version=__version__,
    description=(
        "Community grid service management. Sign in with a token (`Authorization: Bearer …`) or a session (then writes need "
        "`X-CSRFToken`). Every POST carries `Idempotency-Key: <UUID>`: first 201, the same again 200 with the same answer, "
        "other content 409. Lists give `next`, the cursor of the next page. Errors are problem details (RFC 9457)."
    ),
    urls_namespace=NAMESPACE,
    openapi_url=None,
    docs_url=None,
    auth=SIGNED_IN,
    parser=StrictParser(),
)
errors.register(api)
api.add_router("", me.router)
api.add_router("", units.router)  # and what catalogue.py reads, on the same router
api.add_router("", staffing.router)
api.add_router("/transitions", cases.table_router)
api.add_router("/cases", case_writes.router)
api.add_router("/files", files.router)
api.add_router("", inbox.router)
api.add_router("/public", public_reports.router)
for subsystem in subsystems():
    if subsystem.api:
        api.add_router(f"/{subsystem.code}", import_module(subsystem.api).router)


@lru_cache(maxsize=1)
def description_text() -> str:
    """openapi.json, made once."""
    return as_json(api.get_openapi_schema())


def openapi(request: HttpRequest) -> HttpResponse:
    """GET /openapi.json."""
    if request.method not in ("GET", "HEAD"):
        return _only_get(request)
    response = text_answer(description_text())
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def docs(request: HttpRequest) -> HttpResponse:
    """GET /docs: the operations on a plain page, without scripts."""
    if request.method not in ("GET", "HEAD"):
        return _only_get(request)
    described = api.get_openapi_schema()
    operations = [
        {"method": method.upper(), "path": address, **operation}
        for address, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
    return render(request, "api/docs.html", {"described": described, "operations": operations})


def _only_get(request: HttpRequest) -> HttpResponse:
    response = plain_problem(request, 405)
    response.headers["Allow"] = "GET, HEAD"
    return response


def _told_as_problem(view: Callable[..., Any]) -> Callable[..., Any]:
    """The framework answers a wrong method in plain text; this gives it the form of every other error."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        problem = plain_problem(request, 405)
        problem.headers["Allow"] = response.headers["Allow"]
        return problem

    return told


def _addresses() -> list[URLPattern | URLResolver]:
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern) and pattern.name != "api-root"]
    for pattern in patterns:
        pattern.callback = _told_as_problem(pattern.callback)
    return [
        path("openapi.json", openapi, name="openapi"),
        path("docs", docs, name="docs"),
        *patterns,
    ]


@cache
def api_urls() -> tuple[list[URLPattern | URLResolver], str, str]:
    """The addresses of the API. To be asked when all pages of the core have theirs: they say which flows have routes."""
    for subsystem in subsystems():
        if subsystem.urls:
            import_module(subsystem.urls)
    api.add_router("/flows", flow_router())
    api.add_router("/ledgers", ledger_router())
    api.add_router("/configuration", configuration_router())
    return _addresses(), NAMESPACE, NAMESPACE
