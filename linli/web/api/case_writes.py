"""Changing cases: report, solved on the spot, every action of the table, seeing who reported. cases.py reads."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path

from linli.core.access.public import Access
from linli.core.api.public import Key, carried_out, parse_files, person, staff_actor, staff_caller
from linli.core.cases.public import (
    ACTIONS,
    Given,
    Report,
    act,
    alike_seen,
    may_report,
    parse_report,
    report_case,
    reveal_reporter,
    solve_on_spot,
)
from linli.core.platform.public import NotAllowed, Work
from linli.web.api import schemas
from linli.web.api.bodies import ActionGiven, NewReport, Purpose, SolvedOnSpot
from linli.web.api.cases import CaseId
from linli.web.api.cases import router as router  # one router: /cases has readers and writers under the same addresses
from linli.web.api.representations import acted, reported

BY_HAND = tuple(action for action in ACTIONS if action not in ("report", "solve_on_spot", "rate"))
Action = Annotated[Literal[BY_HAND], Path(description="An action of GET /transitions.")]  # type: ignore[valid-type]


@router.post("", response={201: schemas.Reported}, url_name="report", operation_id="reportCase", summary="Report")
def report(request: HttpRequest, key: Key, body: NewReport) -> HttpResponse:
    """Makes a case: located to its grid, routed to a unit, with a running clock and the similar open cases."""
    access, caller = person(request), staff_caller(request)
    parsed = _parsed(key, body, body.source, caller)
    _may(access, parsed, "report")

    def effect(work: Work) -> dict[str, Any]:
        case, alike = report_case(work.actor, parsed)
        told = alike_seen(access, alike)
        return reported(case, [one.id for one in alike if one.id in told])

    return carried_out(request, actor=staff_actor(request), key=key, effect=effect)


@router.post(
    "/solved-on-spot",
    response={201: schemas.Reported},
    url_name="solved-on-spot",
    operation_id="solveOnSpot",
    summary="Solved on the spot",
)
def solved(request: HttpRequest, key: Key, body: SolvedOnSpot) -> HttpResponse:
    """Keeps a small thing that the worker solved as a handled case, to be verified by somebody else."""
    access, caller = person(request), staff_caller(request)
    parsed = _parsed(key, body, "grid_worker", caller)
    _may(access, parsed, "solve_on_spot")

    def effect(work: Work) -> dict[str, Any]:
        return reported(solve_on_spot(work.actor, parsed, note=body.note), [])

    return carried_out(request, actor=staff_actor(request), key=key, effect=effect)


def _parsed(key: UUID, body: NewReport | SolvedOnSpot, source: str, caller: str) -> Report:
    fields = body.model_dump(exclude={"files", "note", "source"})
    return parse_report(uuid=key, source=source, files=parse_files(body.files, caller), **fields)


def _may(access: Access, parsed: Report, action: str) -> None:
    if not may_report(access, parsed, action):
        raise NotAllowed(_("Your role does not include this, or the place lies outside your area."))


@router.post(
    "/{int:case_id}/actions/{action}",
    response={201: schemas.Acted},
    url_name="act",
    operation_id="act",
    summary="Act on it",
)
def do_action(request: HttpRequest, key: Key, case_id: CaseId, action: Action, body: ActionGiven) -> HttpResponse:
    """Does one action of the table of transitions. 409 tells when it is not possible now, or what somebody did meanwhile."""
    access, caller = person(request), staff_caller(request)
    given = _given(body, caller)

    def effect(work: Work) -> dict[str, Any]:
        case = act(work.actor, case_id, action, given, uuid=key, access=access, seen_seq=body.seen_seq)
        return acted(case)

    return carried_out(request, actor=staff_actor(request), key=key, effect=effect)


def _given(body: ActionGiven, caller: str) -> Given:
    fields = body.model_dump(exclude={"files", "seen_seq", "amount", "unit_ids"})
    return Given(
        **fields,
        unit_ids=tuple(body.unit_ids),
        amount=None if body.amount is None else round(Decimal(str(body.amount)), 3),
        files=parse_files(body.files, caller),
    )


@router.post(
    "/{int:case_id}/reveal",
    response={201: schemas.Revealed},
    url_name="reveal",
    operation_id="revealReporter",
    summary="Who reported it",
)
def reveal(request: HttpRequest, key: Key, case_id: CaseId, body: Purpose) -> HttpResponse:
    """The reporter's name and phone; the purpose and who asked go into the audit record."""
    access = person(request)
    shown: dict[str, str] = {}

    def effect(work: Work) -> dict[str, Any]:
        reporter = reveal_reporter(work.actor, access, case_id, body.purpose)
        shown.update(name=reporter.name, phone=reporter.phone)
        return {"case_id": case_id, "name": None, "phone": None}

    return carried_out(
        request,
        actor=staff_actor(request),
        key=key,
        effect=effect,
        shown_once=lambda kept: {**kept, **shown},
    )
