"""The first page: report, look up, and a quiet way in for the staff, who are led to their own home when signed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from linli.core.areas.public import area_tree


@require_safe
def start_page(request: HttpRequest) -> HttpResponse:
    """What a resident sees first."""
    if getattr(request, "access", None) is not None:
        return HttpResponseRedirect(reverse("home"))
    return render(request, "public/start.html", {"city": area_tree().root()})
