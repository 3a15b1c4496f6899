"""“My exports”: what one has asked for, how far it is, the file, and giving it up."""

from __future__ import annotations

from uuid import uuid4

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET

from linli.core.access.public import access_on, actor_on, staff_page
from linli.core.desk.door import do_once, posted_from
from linli.core.desk.export import FORMATS, file_name
from linli.core.desk.export_queue import OPEN
from linli.core.desk.exports import EXPORT_PERMISSION, KEPT, exports_of, fetch, give_up
from linli.core.desk.list_pages import list_at, said_by
from linli.core.desk.marks import stamp, state
from linli.core.desk.models import Export

SHOWN = 50


@require_GET
@staff_page(EXPORT_PERMISSION)
def exports_page(request: HttpRequest) -> HttpResponse:
    """The exports of the person; the part of it that moves is asked for again while something is under way."""
    rows = [_row(request, export) for export in exports_of(access_on(request))[:SHOWN]]
    part = request.headers.get("HX-Request") == "true"
    context = {"rows": rows, "moving": any(row["open"] for row in rows), "days": KEPT.days}
    return render(request, "desk/exports_part.html" if part else "desk/exports.html", context)


def _row(request: HttpRequest, export: Export) -> dict[str, object]:
    shown, access = list_at(export.list_name), access_on(request)
    asked = shown.asked(QueryDict(export.query), access) if shown else None
    ready, gone = export.state == Export.State.FINISHED, export.state == Export.State.EXPIRED
    return {
        "export": export, "open": export.state in OPEN, "is_ready": ready, "is_gone": gone, "effect": uuid4(),
        "state": state(export.state, export.get_state_display(), PHASES[export.state]),
        "asked_at": stamp(export.asked_at), "until": stamp(export.ended_at + KEPT) if ready and export.ended_at else "",
        "done": f"{export.rows_done:,}", "all": f"{export.rows_all or 0:,}",
        "share": min(100, 100 * export.rows_done // export.rows_all) if export.rows_all else 0,
        "format": FORMATS[export.format][0].upper(), "title": str(shown.title) if shown else export.list_name,
        "said": said_by(shown, asked) if shown and asked else [],
        "list_url": f"{reverse(export.list_name)}?{export.query}" if shown else "",
    }  # fmt: skip


PHASES = {
    "waiting": "waiting", "running": "work", "finished": "done", "failed": "stopped", "cancelled": "stopped", "expired": "joined",
}  # fmt: skip


@require_GET
@staff_page(EXPORT_PERMISSION)
def export_file(request: HttpRequest, export_id: int) -> HttpResponseBase:
    """The file; each time it is fetched is on record."""
    export, path_of_file, shown = fetch(actor_on(request), access=access_on(request), export_id=export_id)
    suffix, kind, _writer = FORMATS[export.format]
    answer = FileResponse(
        path_of_file.open("rb"), as_attachment=True, filename=file_name(shown.code, suffix), content_type=kind
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@posted_from("exports")
@staff_page(EXPORT_PERMISSION)
def export_give_up(request: HttpRequest, export_id: int) -> HttpResponse:
    """Ends what is under way, or deletes the file."""
    access = access_on(request)
    do_once(
        request,
        ["export give up", export_id],
        lambda actor, _uuid: give_up(actor, access=access, export_id=export_id),
    )
    return HttpResponseRedirect(reverse("exports"))


export_urls: list[URLPattern] = [
    path("exports/", exports_page, name="exports"),
    path("exports/<int:export_id>/file/", export_file, name="export-file"),
    path("exports/<int:export_id>/give-up/", export_give_up, name="export-give-up"),
]
