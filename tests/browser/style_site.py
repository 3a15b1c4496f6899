"""A site of the style pages alone, under the real content security policy and without a database.

It remembers what is posted to /post/, so that a test can count effects. test_style_pages.py stands next to it.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path

from linli.core.platform.serving.requests import content_security_policy
from linli.web import errors, style_pages

Handler = Callable[[HttpRequest], HttpResponse]
# What arrived: effect UUID and the sizes of its files. Filled by the server's threads, emptied by a test.
ARRIVED: list[tuple[str, list[int]]] = []
_lock = Lock()


def strict_policy(get_response: Handler) -> Handler:
    """Middleware: the policy that a deployment without an external map sends."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Content-Security-Policy"] = content_security_policy("")
        return response

    return answer


def post(request: HttpRequest) -> HttpResponse:
    """Takes a form; text 拒绝 is refused with the page that it stands on, as a form with errors would be."""
    if request.POST.get("text") == "拒绝":
        staff = request.headers.get("referer", "").endswith("/style/")
        refused = style_pages.workbench_style(request) if staff else style_pages.public_style(request)
        refused.status_code = 422
        return refused
    sizes = [upload.size or 0 for name in request.FILES for upload in request.FILES.getlist(name)]
    with _lock:
        ARRIVED.append((request.POST["effect_id"], sizes))
    return HttpResponseRedirect("/sent/")


def plain(request: HttpRequest) -> HttpResponse:
    """Stands for the page after a form, and for a page that opens beside a list."""
    return HttpResponse("<!doctype html><title>x</title><main><div data-detail><h2>案卷页</h2></div></main>")


def no_tile(request: HttpRequest, **tile: int) -> HttpResponse:
    """An empty vector tile."""
    return HttpResponse(b"", content_type="application/vnd.mapbox-vector-tile")


urlpatterns = [
    path("style/", style_pages.workbench_style),
    path("public/", style_pages.public_style),
    path("post/", post),
    path("sent/", plain),
    path("case/", plain),
    path("error/", lambda request: errors.error_page(request, 503)),
    path("map/base/<int:z>/<int:x>/<int:y>.mvt", no_tile),
]
