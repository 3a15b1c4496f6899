"""The one page of the example."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from linli.core.access.public import access_on, staff_page
from linli.subsystems.example.selectors import notes_for


@require_GET
@staff_page("example.view")
def notes_page(request: HttpRequest) -> HttpResponse:
    """The latest notes."""
    return render(request, "example/notes.html", {"notes": notes_for(access_on(request))})
