"""Addresses under which tests of the middleware reach views that do one thing each."""

from __future__ import annotations

import errno
import logging

from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from linli.core.platform.public import TooBusy, platform_urls, server_error


def fine(request: HttpRequest, number: str = "") -> HttpResponse:
    logging.getLogger("linli.test").info("called 13800138000")
    return HttpResponse(f"{request.request_id} {request.origin}")  # type: ignore[attr-defined]


def database_down(request: HttpRequest) -> HttpResponse:
    raise OperationalError("connection refused")


def missing_table(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM no_such_table")
    return HttpResponse()


def disk_full(request: HttpRequest) -> HttpResponse:
    raise OSError(errno.ENOSPC, "No space left on device")


def busy(request: HttpRequest) -> HttpResponse:
    raise TooBusy("Come back.", retry_after_s=4)


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("the phone is 13800138000")


views = [
    path("fine/<str:number>/", fine, name="fine"),
    path("down/", database_down),
    path("missing/", missing_table),
    path("full/", disk_full),
    path("busy/", busy),
    path("broken/", broken),
]
urlpatterns = [*platform_urls, *views, path("api/v1/", include(views))]
handler500 = server_error
