"""The pages of a list: the list itself, its export, its bulk actions, its saved views. `list_urls` mounts them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.core.access.public import Access, access_on, actor_on, opens_to, staff_page
from linli.core.desk.door import do_once, posted_from
from linli.core.desk.export import FORMATS, MOST_AT_ONCE, MOST_PRINTED, export, reason_of, rows_beyond
from linli.core.desk.exports import EXPORT_PERMISSION, ask_export
from linli.core.desk.filters import Asked
from linli.core.desk.lists import MOST_BULK, Bulk, List
from linli.core.desk.saved_views import SaveViewForm, drop_view, save_view, views_of
from linli.core.desk.table import filter_bar, search_line, table
from linli.core.platform.public import (
    BadInput,
    NotAllowed,
    Refusal,
    Work,
    check_permission,
    digest_of,
    effect_uuid,
    once,
    recall,
)
from linli.lib.canonical import canonical_bytes
from linli.lib.outside import whole_number

View = Callable[..., HttpResponseBase]
_mounted: dict[str, List[Any]] = {}


def list_at(name: str) -> List[Any] | None:
    """The list whose page has this name; None for pages that are none. To be asked when all addresses are known."""
    return _mounted.get(name)


def list_urls(shown: List[Any], prefix: str, space: str = "", page_of_its_own: View | None = None) -> list[URLPattern]:
    """The addresses of a list below `prefix`: its own under the name `shown.code`, and those of what is done from it.

    `space` is the `app_name` of the addresses that it stands among. `page_of_its_own` shows the list instead of the desk's
    page; it passes the gate by itself, shows `more_of` at its head and `bulk_of` below its rows, and is asked again with the
    `refusal` of a bulk action, so it lets itself be posted to.
    """
    for permission in (shown.permission, *(one.permission for one in shown.bulk)):
        if permission:
            check_permission(permission, f"The list {shown.code}")
    name = f"{space}:{shown.code}" if space else shown.code
    _mounted[name] = shown
    door = staff_page(shown.permission)
    urls = [
        path(prefix, page_of_its_own or require_GET(door(of_list(list_page, shown, name))), name=shown.code),
        path(f"{prefix}views/", door(of_list(views_page, shown, name)), name=f"{shown.code}-views"),
        path(
            f"{prefix}views/<int:view_id>/drop/",
            posted_from(f"{name}-views")(door(of_list(drop_page, shown, name))),
            name=f"{shown.code}-view-drop",
        ),
    ]
    if shown.exported:
        page = posted_from(name)(staff_page(EXPORT_PERMISSION)(door(of_list(export_page, shown, name))))
        urls.append(path(f"{prefix}export/", page, name=f"{shown.code}-export"))
    if shown.bulk:
        page = posted_from(name)(door(of_list(bulk_page, shown, name, again=page_of_its_own)))
        urls.append(path(f"{prefix}bulk/<slug:action>/", page, name=f"{shown.code}-bulk"))
    return urls


def of_list(view: View, shown: List[Any], name: str, **more: Any) -> View:
    """A view of one list, with `more` besides what the address gives."""

    def page(request: HttpRequest, **given: Any) -> HttpResponseBase:
        return view(request, shown, name, **more, **given)

    page.__name__, page.__doc__ = f"{view.__name__}_{shown.code}", view.__doc__
    return page


def more_of(shown: List[Any], name: str, access: Access, query: str) -> dict[str, Any]:
    """Where the views of a list and its export stand, for the template `desk/more.html`; `query` is what the address asks for."""
    may = shown.exported and access.may(EXPORT_PERMISSION)
    return {
        "views_url": reverse(f"{name}-views") + query,
        "export_url": reverse(f"{name}-export") + query if may else "",
        "export_reason": may and shown.holds_personal(access),
    }


def open_to(shown: List[Any], access: Access) -> list[Bulk]:
    """The bulk actions that this person may take."""
    return [one for one in shown.bulk if access.may(one.permission)]


def bulk_of(
    request: HttpRequest, shown: List[Any], name: str, query: str, refusal: Refusal | None = None
) -> dict[str, Any]:
    """What the template `desk/bulk.html` shows below the rows, and `ticked`: the ids of the rows that were ticked, None where
    there is nothing to do with them. After a refused action what was ticked and typed is there still."""
    bulk, typed = open_to(shown, access_on(request)), request.POST if refusal else {}
    ticked = {words for words in request.POST.getlist("ids") if words.isascii()} if refusal else set()
    return {
        "bulk": bulk, "with_reason": any(one.with_reason for one in bulk), "ticked": ticked if bulk else None,
        "bulk_urls": [(one, reverse(f"{name}-bulk", args=[one.code]) + query) for one in bulk],
        "notice": refusal.sentence if refusal else "", "reason": typed.get("reason", ""), "effect": typed.get("effect_id", ""),
    }  # fmt: skip


def list_page(
    request: HttpRequest, shown: List[Any], name: str, *, refusal: Refusal | None = None
) -> HttpResponse:  # fmt: skip
    """The list as the address asks for it; after a refused bulk action with what was ticked and typed."""
    access = access_on(request)
    asked = shown.asked(request.GET, access)
    page, many = shown.page(access, asked), bulk_of(request, shown, name, asked.with_(), refusal)
    context: dict[str, Any] = {
        "list": shown, "asked": asked, "total": shown.total(access, asked, page),
        "table": table(shown, page.rows, asked, many["ticked"]) if page.rows else "",
        "filters": filter_bar(shown, asked, access), "search": search_line(shown, asked), "wrong": asked.wrong, "narrowed": bool(asked.values),
        "next": asked.with_(cursor=page.next_cursor) if page.next_cursor else "", "first": asked.with_() if asked.cursor else "",
        "beside": [(reverse(page), words) for page, words in shown.beside if opens_to(access, page)],
        **many, **more_of(shown, name, access, asked.with_()),
        **(shown.context(request) if shown.context else {}),
    }  # fmt: skip
    return render(request, shown.template, context, status=refusal.status if refusal else 200)


def export_page(request: HttpRequest, shown: List[Any], name: str) -> HttpResponseBase:
    """What the filter shows: as a file at once where it is short, else as a job that “my exports” shows; both are on record."""
    access, wanted = access_on(request), request.POST.get("format", "")
    if wanted not in FORMATS:
        raise BadInput(_("Choose CSV, Excel or PDF."), field="format")
    reason = reason_of(request, personal=shown.holds_personal(access))
    asked = shown.asked(request.GET, access)
    most = MOST_PRINTED if wanted == "pdf" else MOST_AT_ONCE
    if not rows_beyond(shown, access, asked, most):
        return export(request, shown, access, asked, wanted, reason)
    if wanted == "pdf":
        raise BadInput(
            _("More than %s rows are more than a file may have; narrow the list.") % f"{most:,}", field="format"
        )

    def effect(actor: Any, uuid: UUID) -> int:
        return ask_export(
            actor, access=access, uuid=uuid, list_name=name, shown=shown, asked=asked, wanted=wanted, reason=reason
        ).id

    do_once(request, ["export ask", shown.code, asked.with_()], effect)
    return HttpResponseRedirect(reverse("exports"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row of a bulk action."""

    title: str
    url: str
    refused: str = ""


def bulk_page(
    request: HttpRequest, shown: List[Any], name: str, action: str, *, again: View | None = None
) -> HttpResponseBase:
    """Does one thing to the rows that were ticked, each by itself, and tells what became of each. `again` is the list's own page,
    where it has one: what is refused as a whole is said there."""
    access = access_on(request)
    chosen = next((one for one in open_to(shown, access) if one.code == action), None)
    if chosen is None:
        raise NotAllowed(_("This is not yours to do."))
    ids = [row_id for words in request.POST.getlist("ids") if (row_id := whole_number(words)) is not None]
    ids, reason = list(dict.fromkeys(ids))[:MOST_BULK], request.POST.get("reason", "").replace("\0", "").strip()[:500]
    said = BadInput(_("Tick the rows that are meant first."), field="ids") if not ids else None
    if ids and chosen.with_reason and not reason:
        said = BadInput(_("Say why, in one sentence for all."), field="reason")
    if said is not None:
        return again(request, refusal=said) if again else list_page(request, shown, name, refusal=said)
    mine = shown.rows(access).filter(pk__in=ids)
    rows = {shown.id_of(row): row for row in shown.completed(access, list(mine))}
    outcomes = [_outcome(request, shown, chosen, row_id, reason, rows.get(row_id)) for row_id in ids]
    failed = sum(bool(one.refused) for one in outcomes)
    context = {
        "list": shown, "action": chosen, "outcomes": outcomes, "done": len(outcomes) - failed, "failed": failed,
        "back": reverse(name) + shown.asked(request.GET, access).with_(),
    }  # fmt: skip
    return render(request, "desk/bulk_done.html", context)


def _outcome(request: HttpRequest, shown: List[Any], chosen: Bulk, row_id: int, reason: str, row: Any) -> Outcome:
    """Does it to one row, once for the form's UUID and this row: a form sent again is told the same."""
    access, actor = access_on(request), actor_on(request)
    uuid = uuid5(effect_uuid(request), f"{shown.code}:{chosen.code}:{row_id}")
    content = canonical_bytes(["bulk", shown.code, chosen.code, row_id, reason])
    if row is None:  # not theirs; or it left the list when the same form was carried out before
        before = recall(actor, uuid, digest_of(content))
        return Outcome(
            before.body if before else str(row_id), "", "" if before else _("There is no such row of yours.")
        )
    title, url = str(shown.columns[0].value(row)), shown.address(row) if shown.address else ""

    def effect(_work: Work) -> tuple[int, str]:
        chosen.effect(actor, access, row_id, reason)
        return 303, title

    try:
        once(actor, uuid, content, effect)
    except Refusal as refusal:
        return Outcome(title, url, refusal.sentence)
    return Outcome(title, url)


@require_http_methods(["GET", "HEAD", "POST"])
def views_page(request: HttpRequest, shown: List[Any], name: str) -> HttpResponse:
    """The views that are kept of this list, one's own and those of the unit; and the form to keep the present one."""
    access = access_on(request)
    asked = shown.asked(request.GET, access)
    form = SaveViewForm(request)

    def effect(actor: Any, uuid: UUID) -> int:
        return save_view(
            actor, access=access, uuid=uuid, code=shown.code, query=asked.with_().lstrip("?"), **form.cleaned_data
        ).id

    if form.send(["view", shown.code, asked.with_()], effect) is not None:
        return HttpResponseRedirect(reverse(name) + asked.with_())
    part = request.headers.get("HX-Request") == "true"
    context = {
        "list": shown, "form": form, "views": views_of(access, shown.code), "list_url": reverse(name), "query": asked.with_(),
        "said": said_by(shown, asked), "save_url": reverse(f"{name}-views") + asked.with_(),
        "me": access.user_id, "drop_name": f"{name}-view-drop",
    }  # fmt: skip
    return render(request, "desk/views_part.html" if part else "desk/views.html", context, status=form.status)


def said_by(shown: List[Any], asked: Asked) -> list[str]:
    """The filters of an address in words."""
    return [one.said(asked.values[one.code]) for one in shown.filters if one.code in asked.values]


def drop_page(request: HttpRequest, shown: List[Any], name: str, view_id: int) -> HttpResponse:
    """Drops a view of one's own."""
    access = access_on(request)
    do_once(
        request,
        ["view drop", view_id],
        lambda actor, _uuid: drop_view(actor, access=access, code=shown.code, view_id=view_id),
    )
    return HttpResponseRedirect(reverse(f"{name}-views"))
