"""The page on which an item begins: a form of the department, and the item's own page afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from linli.core.access.public import Access, staff_page
from linli.core.desk.public import Chooser, DayField, DeskForm
from linli.core.flow.begin import begin_from
from linli.core.flow.faces.item_pages import ItemPages, Text
from linli.core.flow.faces.offered import Begin, offer_beginning
from linli.core.platform.public import Actor

FILLED_IN = (forms.CharField, forms.ChoiceField, DayField, Chooser)


def begin_page(
    pages: ItemPages,
    form_class: type[DeskForm],
    begin: Begin | None = None,
    *,
    title: Text,
    permission: str = "",
    template: str = "flow/begin.html",
    action: str = "",
) -> Callable[..., Any]:
    """The view of a form that begins an item, once per form: `begin(actor, access, uuid, values)` makes it and gives it; without one
    the values are its columns and what its first action takes (`begin_from`). What the address names of the form is filled in.

    `permission` is needed somewhere to open it (empty: every member of the staff); what the item itself asks for says its flow.
    The API has the same form, below `action`; it has to be named where several forms begin items of the flow.
    """

    def usual(actor: Actor, access: Access, uuid: UUID, values: dict[str, Any]) -> Any:
        return begin_from(pages.flow, actor, values, access=access, uuid=uuid, action=action)

    make = begin or usual
    offer_beginning(pages, form_class, make, permission, action)

    def page(request: HttpRequest) -> HttpResponse:
        form = form_class(request, initial=_named(form_class, request.GET))
        answer = form.send(
            [pages.flow.code, "begin"], lambda actor, uuid: make(actor, form.access, uuid, form.cleaned_data).id
        )
        if answer is not None:
            return HttpResponseRedirect(reverse(pages.name, args=[int(answer.body)]))
        context = {"form": form, "title": title, **pages.way_back(form.access)}
        return render(request, template, context, status=form.status)

    page.__name__, page.__doc__ = f"begin_{pages.flow.code}", str(title)
    return require_http_methods(["GET", "HEAD", "POST"])(staff_page(permission)(page))


def _named(form_class: type[DeskForm], asked: Mapping[str, str]) -> dict[str, str]:
    """What an address such as `?answers=12` fills in: of fields that are typed or chosen, as if somebody had typed it."""
    fields = form_class.base_fields
    return {name: words for name, words in asked.items() if isinstance(fields.get(name), FILLED_IN)}
