"""The first page: report, look up, and a quiet way in for the staff, who are led to their own home when signed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from linli.core.platform.public import PublicPages, parts, title_in


@require_safe
def start_page(request: HttpRequest) -> HttpResponse:
    """What a resident sees first."""
    if getattr(request, "access", None) is not None:
        return HttpResponseRedirect(reverse("home"))
    doors = [
        (f"/{one.prefix}/", title_in(one.titles), title_in(one.explained) if one.explained else "", one.icon)
        for one in parts(PublicPages)
        if one.titles
    ]
    return render(request, "public/start.html", {"doors": doors})
