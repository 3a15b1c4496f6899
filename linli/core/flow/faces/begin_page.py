"""The page on which an item begins: a form of the department, and the item's own page afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from linli.core.access.public import Access, staff_page
from linli.core.desk.public import DeskForm
from linli.core.flow.faces.item_pages import ItemPages, Text
from linli.core.platform.public import Actor

Begin = Callable[[Actor, Access, UUID, dict[str, Any]], Any]


def begin_page(
    pages: ItemPages,
    form_class: type[DeskForm],
    begin: Begin,
    *,
    title: Text,
    permission: str = "",
    template: str = "flow/begin.html",
) -> Callable[..., Any]:
    """The view of a form that begins an item: `begin(actor, access, uuid, values)` makes it, once per form, and gives it.

    `permission` is needed somewhere to open it (empty: every member of the staff); what the item itself asks for says its flow.
    """

    def page(request: HttpRequest) -> HttpResponse:
        form = form_class(request)
        answer = form.send(
            [pages.flow.code, "begin"], lambda actor, uuid: begin(actor, form.access, uuid, form.cleaned_data).id
        )
        if answer is not None:
            return HttpResponseRedirect(reverse(pages.name, args=[int(answer.body)]))
        context = {"form": form, "title": title, "back_url": reverse(pages.back), "back_title": pages.back_title}
        return render(request, template, context, status=form.status)

    page.__name__, page.__doc__ = f"begin_{pages.flow.code}", str(begin.__doc__)
    return require_http_methods(["GET", "HEAD", "POST"])(staff_page(permission)(page))
