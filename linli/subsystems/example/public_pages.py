"""The example's page for people without account, below /benches/."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

app_name = "example-public"


@require_GET
def about_page(request: HttpRequest) -> HttpResponse:
    """What happens to a broken bench; it reads no table."""
    return render(request, "example/about.html")


urlpatterns = [path("", about_page, name="about")]
