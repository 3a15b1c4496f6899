"""Every table by API, below `/configuration`: the rows that hold, a change with its rows, putting it in force, undoing it.

A row is sent and given in values: text, whole numbers, yes or no; amounts as text, areas and units by their codes.
"""

# No `annotations` of the future here: the framework reads those of the routes.

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from pydantic import AwareDatetime, BaseModel, Field

from linli.core.api.public import Body, Id, Key, answer, carried_out, instant, person, staff_actor
from linli.core.configuration import selectors, services
from linli.core.configuration.models import ConfigChange
from linli.core.configuration.previewing import open_questions, previewed
from linli.core.configuration.table import ConfigTable
from linli.core.platform.public import BadInput, Work, title_in
from linli.lib.outside import day as day_of

MOST_ROWS = 1000
MOST_CELLS = 40
Code = Annotated[str, Path(max_length=24, pattern=r"^[a-z_]+$")]
ChangeId = Annotated[Id, Path()]
Values = Annotated[dict[str, Any], Field(max_length=MOST_CELLS)]
Day = Annotated[str, Field(max_length=10, description="A day such as 2026-11-21; empty: now.")]


class TableShape(BaseModel):
    """A table, and what a row of it says."""

    code: str
    title: str
    explained: str
    key: list[str]
    fields: list[dict[str, Any]]


class RowShape(BaseModel):
    """A row for a stretch of time; `begins` is null where it has always held, `ends` where it holds without end."""

    key: str
    sentence: str
    values: dict[str, Any]
    begins: AwareDatetime | None
    ends: AwareDatetime | None


class LineShape(BaseModel):
    """A row of a change."""

    key: str
    what: Annotated[str, Field(json_schema_extra={"enum": ["added", "altered", "ended", "same"]})]
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class ChangeShape(BaseModel):
    """A change. `asked` are questions that must be answered first, `preview` what it would have done to what came lately."""

    id: int
    table: str
    state: Annotated[str, Field(json_schema_extra={"enum": ["draft", "put", "undone", "dropped"]})]
    seq: Annotated[int, Field(description="Send it back when you put the change in force.")]
    reason: str
    begins_at: AwareDatetime | None
    rows: list[LineShape]
    asked: list[str]
    preview: dict[str, Any] | None


class Asked(BaseModel):
    """Which rows: those that held by the end of a day; without one, those that hold or are announced."""

    on: Day = ""


class ChangeBody(Body):
    """Rows that are added or altered, keys of rows that end; with `put` it is put in force at once, from the day `on` or from now."""

    rows: Annotated[list[Values], Field(max_length=MOST_ROWS)] = []
    ended: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=MOST_ROWS)] = []
    reason: Annotated[str, Field(max_length=300)] = ""
    on: Day = ""
    put: bool = False


class PutBody(Body):
    """The draft as it was seen, why, from when, and what its file leaves open."""

    seq: Annotated[int, Field(ge=1, le=2**31 - 1)]
    reason: Annotated[str, Field(max_length=300)] = ""
    on: Day = ""
    answers: Annotated[dict[str, Annotated[str, Field(max_length=40)]], Field(max_length=10)] = {}


def _day(words: str) -> Any:
    found = day_of(words) if words else None
    if words and found is None:
        raise BadInput(_("Write the day as 2026-11-21."), field="on")
    return found


def change_out(table: ConfigTable, change: ConfigChange, access: Any) -> dict[str, Any]:
    """A change as ChangeShape."""
    found = selectors.differences(table, change)
    draft = change.state == "draft"
    asked = open_questions(table, {one.entry.key: one.after for one in found}) if draft else set()
    seen = previewed(table, change, access) if draft else None
    return {
        "id": change.id, "table": table.code, "state": change.state, "seq": change.seq, "reason": change.reason,
        "begins_at": instant(change.begins_at) if change.begins_at else None,
        "rows": [{"key": one.entry.key, "what": one.what, "before": one.before, "after": one.after} for one in found],
        "asked": sorted(asked), "preview": {"looked": seen.looked, "other": seen.other, "cut": seen.cut} if seen else None,
    }  # fmt: skip


def configuration_router() -> Router:
    """The routes of all tables."""
    router = Router(tags=["configuration"])

    @router.get(
        "",
        url_name="configuration",
        operation_id="listConfigTables",
        response={200: list[TableShape]},
        summary="Tables",
    )
    def tables(request: HttpRequest) -> HttpResponse:
        """The tables that you may open, and the fields of each."""
        shown = [
            {
                "code": one.code, "title": title_in(one.titles), "explained": title_in(one.explained), "key": list(one.key_fields),
                "fields": [{"code": kept.code, "title": kept.title, "kind": kept.kind, "required": kept.is_asked} for kept in one.fields],
            }
            for one in selectors.tables_for(person(request))
        ]  # fmt: skip
        return answer(shown)

    @router.get(
        "/{code}/rows",
        url_name="configuration-rows",
        operation_id="listConfigRows",
        response={200: list[RowShape]},
        summary="Rows of a table",
    )
    def rows(request: HttpRequest, code: Code, given: Asked = Query(...)) -> HttpResponse:  # type: ignore[type-arg]  # noqa: B008
        """What holds and what is announced, or what held on a day."""
        access = person(request)
        table = selectors.may_see(access, code)
        found = selectors.rows_of(table.timelines(), on=_day(given.on))
        return answer(
            [
                {
                    "key": one.key, "sentence": table.sentence(one.values), "values": one.values,
                    "begins": instant(one.begins) if one.begins else None, "ends": instant(one.ends) if one.ends else None,
                }
                for one in found
            ]
        )  # fmt: skip

    @router.get(
        "/changes/{change_id}",
        url_name="configuration-change",
        operation_id="getConfigChange",
        response={200: ChangeShape},
        summary="A change",
    )
    def change(request: HttpRequest, change_id: ChangeId) -> HttpResponse:
        """Its rows before and after, and of a draft what it would have done."""
        access = person(request)
        return answer(change_out(*selectors.find_change(access, change_id), access))

    @router.post(
        "/{code}/changes",
        url_name="configuration-changes",
        operation_id="makeConfigChange",
        response={200: ChangeShape, 201: ChangeShape},
        summary="Make a change",
    )
    def make(request: HttpRequest, code: Code, body: ChangeBody, key: Key) -> HttpResponse:
        """A draft, or with `put` a change that holds. Nothing is kept when one row cannot be."""
        access, actor = person(request), staff_actor(request)
        table = selectors.may_see(access, code)
        selectors.refuse_others(access, table)
        read = [_row(table, place, one) for place, one in enumerate(body.rows)]
        on = _day(body.on)

        def effect(_work: Work) -> Any:
            made = services.begin_change(actor, access=access, uuid=key, table=table, origin="api", reason=body.reason)
            services.draft_rows(actor, access=access, change=made, table=table, rows=read, ended=body.ended)
            if body.put:
                services.put_in_force(actor, access=access, change_id=made.id, reason=body.reason, on=on)
            made.refresh_from_db()
            return change_out(table, made, access)

        return carried_out(request, actor=actor, key=key, effect=effect)

    @router.post(
        "/changes/{change_id}/put",
        url_name="configuration-put",
        operation_id="putConfigChange",
        response={200: ChangeShape, 201: ChangeShape},
        summary="Put a change in force",
    )
    def put(request: HttpRequest, change_id: ChangeId, body: PutBody, key: Key) -> HttpResponse:
        """From now, or from a later day on; 409 when somebody was faster."""
        access, actor = person(request), staff_actor(request)
        table, _found = selectors.find_change(access, change_id)
        on = _day(body.on)

        def effect(_work: Work) -> Any:
            seq = body.seq
            if body.answers:
                services.answer_questions(actor, access=access, change_id=change_id, answers=body.answers)
                seq += 1
            done = services.put_in_force(actor, access=access, change_id=change_id, seq=seq, reason=body.reason, on=on)
            return change_out(table, done, access)

        return carried_out(request, actor=actor, key=key, effect=effect)

    @router.post(
        "/changes/{change_id}/undo",
        url_name="configuration-undo",
        operation_id="undoConfigChange",
        response={200: ChangeShape, 201: ChangeShape},
        summary="Undo a change",
    )
    def undo(request: HttpRequest, change_id: ChangeId, key: Key) -> HttpResponse:
        """From now on what held without it holds again; 409 when another change stands on it."""
        access, actor = person(request), staff_actor(request)
        table, _found = selectors.find_change(access, change_id)

        def effect(_work: Work) -> Any:
            return change_out(table, services.undo(actor, access=access, change_id=change_id), access)

        return carried_out(request, actor=actor, key=key, effect=effect)

    return router


def _row(table: ConfigTable, place: int, raw: dict[str, Any]) -> dict[str, Any]:
    try:
        return table.read(raw)
    except BadInput as refusal:
        raise BadInput(refusal.sentence, field=f"rows.{place}.{refusal.field}") from None
