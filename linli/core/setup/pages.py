"""The page of what a city needs, for who administers: each step with what it is for, what is there, what lacks and the ways to do it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from linli.core.access.public import access_on, leads_to, opens_to, staff_page
from linli.core.configuration.public import tables_for
from linli.core.exchange.public import open_to
from linli.core.platform.public import NotThere, title_in
from linli.core.setup.public import StepState, examples, steps_of


@dataclass(frozen=True)
class Way:
    """One way to a step: words and address."""

    words: str
    url: str
    icon: str


@dataclass(frozen=True)
class StepShown:
    """A step as the page shows it. `tone` is done, lacks or stands_still."""

    number: int
    state: StepState
    tone: str
    ways: list[Way]
    examples: tuple[str, ...]


@require_GET
@staff_page("access.delegate")
def setup_page(request: HttpRequest) -> HttpResponse:
    """All steps in order, as far as the person administers the city."""
    access = access_on(request)
    files = {one.code: title_in(one.titles) for one in open_to(access)}
    shown = []
    for number, state in enumerate(steps_of(access), 1):
        step, ways = state.step, []
        if step.page and opens_to(access, step.page):
            ways.append(Way(_("By hand"), reverse(step.page) + step.query, "edit-2"))
        ways += [
            Way(_("By hand: %s") % title_in(table.titles), reverse("configuration-table", args=[table.code]), "edit-2")
            for table in tables_for(access)
            if table.code in step.tables
        ]
        ways += [
            Way(_("From a file: %s") % files[one], reverse("import-new", args=[one]), "upload")
            for one in step.imports
            if one in files
        ]
        tone = "stands_still" if state.stands_still else "lacks" if not state.done else "done"
        lacks = tuple(one if one.url and leads_to(access, one.url) else one._replace(url="") for one in state.lacks)
        shown.append(StepShown(number, replace(state, lacks=lacks), tone, ways, state.step.examples))
    context = {"steps": shown, "done": sum(one.tone == "done" for one in shown)}
    return render(request, "setup/setup.html", context)


@require_safe
@staff_page("access.delegate")
def example_file(request: HttpRequest, name: str) -> HttpResponseBase:  # noqa: ARG001 - a view's form
    """An example file to fill in."""
    found = examples().get(name)
    if found is None:
        raise NotThere(_("There is no such example."))
    return FileResponse(found.open("rb"), as_attachment=True, filename=name)


setup_urls = [
    path("setup/", setup_page, name="setup"),
    path("setup/examples/<str:name>/", example_file, name="setup-example"),
]
