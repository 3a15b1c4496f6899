"""The API of every ledger, below `/ledgers/<code>`: its list, one record (also as it was known on a day), adding, changing, verifying.

The forms judge, so a program reads the same refusals as a page; of a change it sends what is different only.
"""

# No `annotations` of the future here: the framework reads those of the routes, and some are made here.

from datetime import timedelta
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from pydantic import AwareDatetime, BaseModel, Field

from linli.core.api.public import Body, Id, Key, answer, carried_out, instant, person, staff_actor, staff_caller
from linli.core.areas.public import area_tree
from linli.core.desk.public import body_of, judged, list_route, sent_of, told_of
from linli.core.ledger import adding, keeping
from linli.core.ledger.definition import Ledger
from linli.core.ledger.faces import forms
from linli.core.ledger.faces.lists import standing_of
from linli.core.ledger.faces.urls import list_of
from linli.core.ledger.history import Standing, find, held_true, holds, may, text_in
from linli.core.ledger.register import ledgers
from linli.core.ledger.words import masked
from linli.core.platform.public import BadInput, NotAllowed, Refusal, Work, day_start, local_today
from linli.lib.outside import day as day_of

RecordKey = Annotated[Id, Path()]


class ValueShape(BaseModel):
    """A value of a field: in words, with its source, the day of which it tells, since when it is known, and how it stands. What is sealed
    is masked."""

    value: str
    state: Annotated[str, Field(json_schema_extra={"enum": ["", "reported", "verified", "disputed", "late"]})]
    source: Annotated[
        str,
        Field(json_schema_extra={"enum": ["", "worker", "resident", "department", "inspection", "import", "before"]}),
    ]
    stated_on: str | None
    known_at: AwareDatetime | None


class FieldShape(ValueShape):
    """A field, and what stands beside its value until somebody decides."""

    field: str
    title: str
    beside: list[ValueShape]


class RecordShape(BaseModel):
    """A record of a ledger."""

    id: int
    ledger: str
    code: str
    title: str
    seq: Annotated[int, Field(description="Send it back as `seen_seq` with a change.")]
    standing: Annotated[str, Field(json_schema_extra={"enum": ["current", "old", "disputed", "retired"]})]
    area_code: str
    area: str
    lon: float | None
    lat: float | None
    verify_by: str | None
    fields: list[FieldShape]


class SaidShape(BaseModel):
    """What became of what was said: fields whose value it is now, fields where it stands beside, fields where nothing was new."""

    id: int
    seq: int
    taken: list[str]
    beside: list[str]
    same: list[str]


class AsOf(BaseModel):
    """A day of the past: what was `known` by its end, or what was `true` on it by all that is known today."""

    known: Annotated[str, Field(max_length=10)] = ""
    true: Annotated[str, Field(max_length=10)] = ""


def ledger_router() -> Router:
    """The routes of every ledger."""
    router = Router(tags=["ledgers"])
    for ledger in ledgers().values():
        name = ledger.code.capitalize()
        list_route(
            router, list_of(ledger.code), f"/{ledger.code}", name=f"ledger-{ledger.code}", operation=f"list{name}Records",
            summary=f"{_both(ledger)}: the records",
        )  # fmt: skip
        _read(router, ledger, name)
        _add(router, ledger, name)
        _change(router, ledger, name)
        _verify(router, ledger, name)
    return router


def _both(ledger: Ledger) -> str:
    return f"{ledger.titles['en']} {ledger.titles['zh-hans']}"


def _value(ledger: Ledger, kept: Any, row: Any) -> dict[str, Any]:
    text = text_in(row) or ""
    return {
        "value": masked(ledger, kept, ledger.value_of(kept, text)), "state": row.state, "source": row.source,
        "stated_on": row.stated_on.isoformat(), "known_at": instant(row.known_at),
    }  # fmt: skip


def record_out(ledger: Ledger, record: Any, held: dict[str, Standing], *, now: bool = True) -> dict[str, Any]:
    """A record as RecordShape."""
    area = area_tree().nodes.get(record.area_id)
    fields = []
    for kept in ledger.kept:
        standing = held.get(kept.name, Standing())
        words = masked(ledger, kept, getattr(record, kept.name)) if now else ""
        none = {"value": words, "state": "", "source": "", "stated_on": None, "known_at": None}
        shown = _value(ledger, kept, standing.row) if standing.row is not None else none
        beside = [_value(ledger, kept, row) for row in standing.beside]
        fields.append({"field": kept.name, "title": str(kept.title), **shown, "beside": beside})
    return {
        "id": record.id, "ledger": ledger.code, "code": record.code, "title": ledger.heading(record), "seq": record.seq,
        "standing": standing_of(record), "area_code": area.code if area else "", "area": area.title if area else "",
        "lon": getattr(record, "lon", None), "lat": getattr(record, "lat", None),
        "verify_by": record.verify_by.isoformat() if record.verify_by else None, "fields": fields,
    }  # fmt: skip


def _read(router: Router, ledger: Ledger, name: str) -> None:
    def record(request: HttpRequest, record_id: RecordKey, given: AsOf = Query(...)) -> HttpResponse:  # type: ignore[type-arg]  # noqa: B008
        """As it stands now, or as it was known, or true, on a day. A record that was merged gives the one that it goes on as."""
        found = find(ledger, _may_view(ledger, request), record_id)
        words = given.known or given.true
        if not words:
            return answer(record_out(ledger, found, holds(ledger, [found.id]).get(found.id, {})))
        on = day_of(words)
        if on is None or on > local_today():
            raise BadInput(_("Write a day that has come, as 2026-11-21."), field="known" if given.known else "true")
        if given.known:
            held = holds(ledger, [found.id], known_before=day_start(on + timedelta(days=1))).get(found.id, {})
        else:
            held = held_true(ledger, [found.id], on).get(found.id, {})
        return answer(record_out(ledger, found, held, now=False))

    router.get(
        f"/{ledger.code}/{{int:record_id}}", response={200: RecordShape}, url_name=f"ledger-{ledger.code}-record",
        operation_id=f"get{name}Record", summary=f"{_both(ledger)}: one",
    )(record)  # fmt: skip


def _may_view(ledger: Ledger, request: HttpRequest) -> Any:
    access = person(request)
    if not access.may(ledger.permission("view")):
        raise NotAllowed(_("Your role does not open this."))
    return access


def _add(router: Router, ledger: Ledger, name: str) -> None:
    form_class = forms.add_form(ledger)
    body_type = body_of(f"{name}Record", form_class.base_fields)

    def add(request: HttpRequest, key: Key, body: Any) -> HttpResponse:
        """Adds a record, by the same form as on the page."""
        access = person(request)
        if not access.may(ledger.permission("change")):
            raise NotAllowed(_("Your role does not open this."))
        caller = staff_caller(request)

        def effect(work: Work) -> dict[str, Any]:
            form = form_class(request, sent=sent_of(form_class.base_fields, body, caller))
            judged(form)
            try:
                new = form.new()
                made = adding.add(work.actor, ledger, new, form.said(new.area_id))
            except Refusal as refusal:
                raise told_of(form, refusal) from None
            return {
                "id": made.id,
                "seq": made.seq,
                "taken": sorted(adding.first_texts(ledger, made)),
                "beside": [],
                "same": [],
            }

        return carried_out(request, actor=staff_actor(request), key=key, effect=effect)

    add.__annotations__["body"] = body_type
    router.post(
        f"/{ledger.code}", response={201: SaidShape}, url_name=f"ledger-{ledger.code}-add", operation_id=f"add{name}Record",
        summary=f"{_both(ledger)}: add one",
    )(add)  # fmt: skip


SEEN: Any = (Annotated[int, Field(ge=0, le=2**31 - 1)] | None, None)


def _change(router: Router, ledger: Ledger, name: str) -> None:
    fields = forms.change_form(ledger, ledger.model()).base_fields
    for one in fields.values():
        one.required = False
    body_type = body_of(f"{name}Change", fields, seen_seq=SEEN)

    def change(request: HttpRequest, key: Key, record_id: RecordKey, body: Any) -> HttpResponse:
        """Says that values are others: those that are sent. Empty text means that there is none; a field left out stays as it is."""
        access, caller = _may_view(ledger, request), staff_caller(request)
        record = _of_theirs(ledger, access, record_id, "change")

        def effect(work: Work) -> dict[str, Any]:
            made = forms.change_form(ledger, record, names=sorted(body.model_fields_set))
            form: Any = made(request, sent=sent_of(made.base_fields, _with_source(body), caller))
            judged(form)
            said = form.said(record.area_id, beside=form.cleaned_data["beside"])
            try:
                done = keeping.change(work.actor, ledger, record.id, form.values(), said, seen_seq=body.seen_seq)
            except Refusal as refusal:
                raise told_of(form, refusal) from None
            return _said_out(ledger, record.id, done)

        return carried_out(request, actor=staff_actor(request), key=key, effect=effect)

    change.__annotations__["body"] = body_type
    router.post(
        f"/{ledger.code}/{{int:record_id}}/change", response={201: SaidShape}, url_name=f"ledger-{ledger.code}-change",
        operation_id=f"change{name}Record", summary=f"{_both(ledger)}: say that values are others",
    )(change)  # fmt: skip


def _with_source(body: Body) -> Body:
    return body if getattr(body, "source", "") else body.model_copy(update={"source": "department"})


def _said_out(ledger: Ledger, record_id: int, done: keeping.Outcome) -> dict[str, Any]:
    seq = ledger.model._default_manager.values_list("seq", flat=True).get(id=record_id)
    return {
        "id": record_id,
        "seq": seq,
        "taken": list(done.taken),
        "beside": list(done.beside),
        "same": list(done.same),
    }


def _of_theirs(ledger: Ledger, access: Any, record_id: int, action: str) -> Any:
    record = find(ledger, access, record_id)
    if not may(ledger, access, record, action):
        raise NotAllowed(_("This is not yours to do."))
    return record


class VerifyBody(Body):
    """Which fields are still so; all of them where none is named."""

    fields: Annotated[list[Annotated[str, Field(max_length=24)]], Field(max_length=50)] = []
    seen_seq: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


def _verify(router: Router, ledger: Ledger, name: str) -> None:
    def verify(request: HttpRequest, key: Key, record_id: RecordKey, body: VerifyBody) -> HttpResponse:
        """Says that values are still so: seen on the spot, today."""
        access = _may_view(ledger, request)
        record = _of_theirs(ledger, access, record_id, "verify")
        for one in body.fields:
            keeping.kept_of(ledger, one)

        def effect(work: Work) -> dict[str, Any]:
            said = keeping.Said("worker", local_today(), verified=True)
            done = keeping.verify(work.actor, ledger, record.id, said, names=body.fields, seen_seq=body.seen_seq)
            return _said_out(ledger, record.id, done)

        return carried_out(request, actor=staff_actor(request), key=key, effect=effect)

    router.post(
        f"/{ledger.code}/{{int:record_id}}/verify", response={201: SaidShape}, url_name=f"ledger-{ledger.code}-verify",
        operation_id=f"verify{name}Record", summary=f"{_both(ledger)}: say that values are still so",
    )(verify)  # fmt: skip
