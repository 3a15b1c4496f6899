"""A new import, and one import on its way: each step a form, each press once, the progress a page that may be left and found again."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.access.public import access_on, names_of, staff_page
from linli.core.desk.public import DeskForm, answer_once, do_once, posted_from
from linli.core.exchange.pages.ground import choices_from, is_another_layer, reading_of, result_of
from linli.core.exchange.pages.lists import kind_of, state_of
from linli.core.exchange.pages.table_field import DocumentField, GroundField, TableField
from linli.core.exchange.public import (
    ImportRun,
    RunState,
    ask_undo,
    bad_rows_file,
    bring_in_rows,
    choose_anew,
    choose_columns,
    choose_layer,
    chosen_of,
    declaration,
    declared_for,
    find_run,
    give_up,
    hint,
    is_left_out,
    receive,
    runs_seen,
    template_workbook,
)
from linli.core.platform.public import Actor, Import, NotThere, Refusal, title_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_STAY = 50


class NewImportForm(DeskForm):
    """A file to bring in."""

    file = TableField()
    document = DocumentField(required=False)

    def __init__(self, request: HttpRequest, declared: Import) -> None:
        super().__init__(request)
        if declared.ground is not None:
            self.fields["file"] = GroundField(declared.ground)
        if declared.source is None:
            del self.fields["document"]
        else:
            self.fields["document"].required = True


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def new_import(request: HttpRequest, code: str) -> HttpResponseBase:
    """Choosing a file: what it has to hold, the template to fill in, and sending it."""
    access = access_on(request)
    declared = declared_for(access, code, sent=True)
    form = NewImportForm(request, declared)

    def effect(actor: Actor, uuid: UUID) -> int:
        (table,) = form.cleaned_data["file"]
        document = str((form.cleaned_data.get("document") or ("",))[0])
        return receive(actor, access=access, uuid=uuid, code=code, table=table, document=document).id

    answer = form.send(["import", code], effect)
    if answer is not None:
        return HttpResponseRedirect(reverse("import", args=[int(answer.body)]))
    columns = [(title_in(one.titles), one.required, hint(one), one.example) for one in declared.columns]
    context = {
        "form": form,
        "declared": declared,
        "title": title_in(declared.titles),
        "text": title_in(declared.explained),
        "columns": columns,
    }
    return render(request, "exchange/new.html", context, status=form.status)


@require_safe
@staff_page()
def template_file(request: HttpRequest, code: str) -> HttpResponseBase:
    """The workbook to fill in; of a file of ground an example."""
    declared = declared_for(access_on(request), code, sent=True)
    if declared.ground is not None:
        path = Path(apps.get_app_config(declared.ground.package).path) / "examples" / declared.ground.example
        return FileResponse(path.open("rb"), as_attachment=True, filename=declared.ground.example)
    if not declared.columns:
        raise NotThere(_("This import has no template; its mapping file says which columns there are."))
    answer = HttpResponse(template_workbook(declared), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{declared.code}.xlsx"'
    return answer


@require_safe
@staff_page()
def import_page(request: HttpRequest, run_id: int) -> HttpResponse:
    """One import, wherever it stands. A script asks for the moving part of it alone."""
    return _page(request, find_run(access_on(request), run_id))


def _page(
    request: HttpRequest, run: ImportRun, refusal: Refusal | None = None, picked: dict[int, str] | None = None
) -> HttpResponse:
    part = request.headers.get("HX-Request") == "true" and request.method == "GET"
    declared, access = declaration(run), access_on(request)
    told: dict[str, Any] = run.told or {}
    may = declared is not None and access.may(declared.permission)
    total = max(run.rows, run.done)
    context: dict[str, Any] = {
        "run": run, "kind": kind_of(run), "pill": state_of(run), "may": may, "told": told, "good": max(0, run.rows - run.bad),
        "who": names_of({run.user_id}).get(run.user_id, "") if run.user_id else "", "refused": refusal.sentence if refusal else "",
        "is_moving": run.state in (RunState.CHECKING, RunState.KEEPING, RunState.UNDOING),
        "total": total, "share": min(100, 100 * run.done // total) if total and run.phase == "keep" else 0,
        "kinds": [_kind_words(*one) for one in told.get("kinds", [])],
        "has_bad_rows": bool(run.bad and run.uuid and bad_rows_file(run.uuid).exists()), "stay": told.get("why", [])[:SHOWN_STAY],
        "by_document": declared is not None and declared.source is not None, "again": _earlier(run, access),
        "can_undo": may and run.state in (RunState.BROUGHT_IN, RunState.BROKEN),
    }  # fmt: skip
    if run.state == RunState.RECEIVED and declared is not None and declared.columns:
        context |= _columns(declared, run, told, picked)
        context |= reading_of(run, declared) if declared.ground is not None else {}
    if declared is not None and declared.ground is not None:
        context |= result_of(run)
    if may and declared is not None and declared.goes_on is not None and run.state == RunState.BROUGHT_IN:
        context["goes_on"] = declared.goes_on(run.id)
    status = refusal.status if refusal else 200
    return render(request, "exchange/import_part.html" if part else "exchange/import.html", context, status=status)


def _columns(declared: Import, run: ImportRun, told: dict[str, Any], picked: dict[int, str] | None) -> dict[str, Any]:
    """Each heading of the file with its first values and what it may be."""
    chosen = {heading: code for code, heading in run.mapping.items()}
    offered = [(one.code, title_in(one.titles), one.required) for one in declared.columns]
    first = told.get("first", [])
    rows = [
        {
            "place": place, "heading": heading, "values": [row[place] for row in first if place < len(row) and row[place]],
            "left_out": is_left_out(heading),
            "chosen": picked.get(place, "") if picked is not None else chosen.get(heading, ""),
        }
        for place, heading in enumerate(told.get("columns", []))
    ]  # fmt: skip
    taken = {row["chosen"] for row in rows}
    missing = [title for code, title, required in offered if required and code not in taken]
    return {"headings": rows, "offered": offered, "missing": missing}


def _kind_words(times: int, column: str, places: list[int], value: str, mend: str) -> dict[str, Any]:
    lines = ", ".join(map(str, places)) + (" …" if times > len(places) else "")
    return {"times": times, "column": column, "lines": lines, "value": value, "mend": mend}


def _earlier(run: ImportRun, access: Any) -> ImportRun | None:
    """An import of the very same file that was brought in before."""
    if run.state not in (RunState.RECEIVED, RunState.CHECKING, RunState.CHECKED):
        return None
    same = runs_seen(access).filter(code=run.code, file_sha256=run.file_sha256, state=RunState.BROUGHT_IN)
    found: ImportRun | None = same.exclude(id=run.id).order_by("-id").first()
    return found


@posted_from("import", "run_id")
@staff_page()
def columns_page(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Which column is what; the check begins."""
    access = access_on(request)
    run = find_run(access, run_id)
    declared = declared_for(access, run.code)
    columns = (run.told or {}).get("columns", [])
    picked = {place: request.POST.get(f"column_{place}", "")[:64] for place in range(len(columns))}

    choices = choices_from(request.POST, run) if declared.ground is not None else None

    def effect(actor: Actor, _uuid: UUID) -> int:
        if choices is not None and is_another_layer(choices, run):
            choose_layer(actor, access=access, run_id=run_id, choices=choices)
        else:
            mapping = chosen_of(declared, columns, picked)
            choose_columns(actor, access=access, run_id=run_id, mapping=mapping, choices=choices)
        return run_id

    try:
        do_once(request, ["import columns", run_id], effect)
    except Refusal as refusal:
        return _page(request, find_run(access, run_id), refusal, picked)
    return HttpResponseRedirect(reverse("import", args=[run_id]))


@posted_from("import", "run_id")
@staff_page()
def anew_page(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Back to the columns."""
    return _press(request, run_id, "import anew", choose_anew)


@posted_from("import", "run_id")
@staff_page()
def keep_page(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Brings the rows in, all of them or the good ones."""
    return _press(request, run_id, "import keep", bring_in_rows, take_good=request.POST.get("take") == "good")


@posted_from("import", "run_id")
@staff_page()
def drop_page(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Gives it up; the file is deleted."""
    return _press(request, run_id, "import drop", give_up, to=reverse("imports"))


@posted_from("import", "run_id")
@staff_page()
def undo_page(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Takes it back."""
    return _press(request, run_id, "import undo", ask_undo, also_worked_on=request.POST.get("also") == "1")


def _press(request: HttpRequest, run_id: int, what: str, step: Any, *, to: str = "", **given: Any) -> HttpResponseBase:
    """A button of the page: does its step once, and shows the page again."""
    access = access_on(request)
    return answer_once(
        request, [what, run_id], lambda actor, _uuid: step(actor, access=access, run_id=run_id, **given),
        to=to or reverse("import", args=[run_id]), refused=lambda refusal: _page(request, find_run(access, run_id), refusal),
    )  # fmt: skip


@require_safe
@staff_page()
def bad_rows(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """The rows that cannot be taken, with the reason, as a table. Only for who may bring them in."""
    access = access_on(request)
    run = find_run(access, run_id)
    declared_for(access, run.code)
    path = bad_rows_file(run.uuid) if run.uuid else None
    if path is None or not path.exists():
        raise NotThere(_("These rows are not kept any more; check the file again."))
    name = run.file_name.rsplit(".", 1)[0]
    answer = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"{name}-{_('bad rows')}.csv",
        content_type="text/csv; charset=utf-8",
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
