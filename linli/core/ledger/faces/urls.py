"""The addresses of every ledger, below `/ledgers/<code>/`. No department writes any."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.access.public import staff_page
from linli.core.desk.public import List, list_urls, posted_from
from linli.core.ledger.definition import Ledger
from linli.core.ledger.faces.dialogs import add_page, dialog_page
from linli.core.ledger.faces.lists import ledger_list
from linli.core.ledger.faces.merge_page import merge_page, undo_page
from linli.core.ledger.faces.record_page import show
from linli.core.ledger.register import ledgers


@cache
def list_of(code: str) -> List[Any]:
    """The list of a ledger."""
    return ledger_list(ledgers()[code])


def ledger_urls() -> list[URLPattern]:
    """The addresses of all ledgers."""
    return [one for ledger in ledgers().values() for one in urls_of(ledger)]


def of_ledger(view: Callable[..., HttpResponseBase], ledger: Ledger) -> Callable[..., HttpResponseBase]:
    """A view of one ledger; a refusal at the start names it."""

    def page(request: HttpRequest, **given: Any) -> HttpResponseBase:
        return view(ledger, request, **given)

    page.__name__, page.__doc__ = f"{view.__name__}_{ledger.code}", view.__doc__
    return page


def urls_of(ledger: Ledger) -> list[URLPattern]:
    """List, form of a new record, page of a record, its dialogs, joining and taking apart."""
    code, prefix = ledger.code, f"ledgers/{ledger.code}/"
    view = staff_page(ledger.permission("view"))
    form = require_http_methods(["GET", "HEAD", "POST"])
    adds = form(staff_page(ledger.permission("change"))(of_ledger(add_page, ledger)))
    joins = form(staff_page(ledger.permission("merge"))(of_ledger(merge_page, ledger)))
    apart = posted_from(f"{code}-record", "record_id")(
        staff_page(ledger.permission("merge"))(of_ledger(undo_page, ledger))
    )
    return [
        *list_urls(list_of(code), prefix),
        path(f"{prefix}new/", adds, name=f"{code}-new"),
        path(f"{prefix}<int:record_id>/", require_safe(view(of_ledger(show, ledger))), name=f"{code}-record"),
        path(
            f"{prefix}<int:record_id>/do/<slug:action>/", form(view(of_ledger(dialog_page, ledger))), name=f"{code}-do"
        ),
        path(f"{prefix}<int:record_id>/merge/", joins, name=f"{code}-merge"),
        path(f"{prefix}<int:record_id>/merge/<int:merge_id>/undo/", apart, name=f"{code}-undo"),
    ]
