"""The way through: one function, `act`, does any action that the table of transitions has, for whom it allows.

What is special about an action stands in effects.py; the way in stands in intake/report.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.core.access.public import Access, unit_tree
from linli.core.cases.loop import clocks, effects
from linli.core.cases.loop.allowed import is_handler, relation_of, relations_of
from linli.core.cases.loop.given import Act, Given, check_given, clean, rows_named
from linli.core.cases.loop.timeline import add_event
from linli.core.cases.models import Case, CaseEvent
from linli.core.cases.reading.seeing import may_view
from linli.core.cases.transitions import ACTION_TITLES, TABLE, Transition, rows_in
from linli.core.platform.public import SYSTEM, Actor, NotAllowed, NotThere, Refusal, row_uuid, write


class Changed(Refusal):
    """Somebody else acted first; `sentence` says what they did."""

    code = "changed"


def act(
    actor: Actor,
    case_id: int,
    action: str,
    given: Given,
    *,
    uuid: UUID,
    access: Access | None = None,
    tracking: str = "",
    seen_seq: int | None = None,
) -> Case:
    """Does `action` on a case and gives the case as it then is.

    Who acts is either staff (`access`), the reporter (`tracking`) or the system (actor SYSTEM). `seen_seq` is the length of the timeline
    that they saw: when somebody acted since, nothing happens and Changed tells what. Raises NotThere, NotAllowed, Refusal (not
    in this state), BadInput (something needed is missing). The same uuid twice raises IntegrityError; the idempotency protocol
    answers before.
    """
    given = clean(given)
    with write(actor) as work:
        locked = _locked(case_id) if given.case_id is None else _locked(case_id, given.case_id)
        case = locked.get(case_id)
        if case is None:
            raise NotThere(_("There is no such case."))
        row = TABLE.get((case.state, action))
        relation = relation_of(case, action, access, tracking, system=actor == SYSTEM)
        if relation is None and not _sees(case, access, tracking):
            raise NotThere(_("There is no such case."))
        if seen_seq is not None and seen_seq != case.seq:  # after the gate: it tells what somebody did
            raise Changed(_what_happened(case, seen_seq))
        if row is None:
            raise Refusal(_not_in_this_state(case, action), code="not_in_this_state")
        allowed = relations_of(case, row, access, tracking, system=actor == SYSTEM)
        if not allowed:
            raise NotAllowed(_("This is not yours to do: %s.") % ACTION_TITLES[action])
        if row.not_by_handler and actor != SYSTEM and is_handler(case, access):
            raise NotAllowed(_("Who handled a case does not verify it; somebody else has to."), code="handler_verifies")
        check_given(row, given)
        named = rows_named(case, row, given, access, locked.get(given.case_id or 0))
        came_from, before = case.state, _values(case)
        case.state = row.to
        if row.to != came_from:
            case.checker_id = None  # whoever was asked to look has looked, or is not needed any more
        case.seq += 1
        _move_clocks(case, row, work.now, before=True)
        facts = effects.apply(Act(work, case, row, given, named, came_from, allowed[0]))
        _move_clocks(case, row, work.now, before=False)
        _keep(case, before)
        add_event(
            work,
            case,
            action=action,
            state_from=came_from,
            uuid=row_uuid(work.actor, uuid),
            facts=facts,
            note=given.reason or given.note,
            files=[
                {**file, "is_public": action in effects.SHOWING and file["role"] in ("after", "proof")}
                for file in given.files
            ],
        )
        work.emit(
            "case.changed", "case", case.id, {"action": action, "from": came_from, "to": case.state, "seq": case.seq}
        )
    return case


def _locked(*case_ids: int) -> dict[int, Case]:
    """The cases that there are of these, locked until the commit, always in the order of their ids: two people who merge two
    cases into each other then wait for one another. Plain SQL: building this query of all columns took longer than running it.
    """
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    marks = ", ".join(["%s"] * len(case_ids))
    rows = Case.objects.raw(f"SELECT * FROM cases_case WHERE id IN ({marks}) ORDER BY id{lock}", case_ids)  # noqa: S608 - constants
    return {case.id: case for case in rows}


_COLUMNS = tuple(field.attname for field in Case._meta.concrete_fields if field.attname != "id")


def _values(case: Case) -> tuple[Any, ...]:
    return tuple(getattr(case, name) for name in _COLUMNS)


def _keep(case: Case, before: tuple[Any, ...]) -> None:
    """Writes the columns that differ from before: some eight of sixty, so that few indexes are touched."""
    changed = {name: new for name, old, new in zip(_COLUMNS, before, _values(case), strict=True) if old != new}
    Case.objects.filter(id=case.id).update(**changed)


def _sees(case: Case, access: Access | None, tracking: str) -> bool:
    if tracking and tracking == case.tracking:
        return True
    if access is None:
        return False
    return may_view(case, access)


def _move_clocks(case: Case, row: Transition, instant: Any, *, before: bool) -> None:
    """Stops and pauses before the effects, which may change limit or unit; starts and resumes after them."""
    if before:
        if row.stops:
            clocks.stop(case, row.stops, instant)
        if row.pauses:
            clocks.pause(case, row.pauses, instant)
        return
    if row.starts:
        clocks.start(case, row.starts, instant)
    if row.resumes:
        clocks.resume(case, row.resumes, instant)


def _not_in_this_state(case: Case, action: str) -> str:
    possible_actions = [str(ACTION_TITLES[row.action]) for row in rows_in(case.state) if row.who != ("system",)]
    if not possible_actions:
        return _("%(action)s is not possible: the case is %(state)s, which is its end.") % {
            "action": ACTION_TITLES.get(action, action),
            "state": case.get_state_display(),
        }
    return _("%(action)s is not possible while the case is %(state)s. Possible: %(possible)s.") % {
        "action": ACTION_TITLES.get(action, action),
        "state": case.get_state_display(),
        "possible": _listed(possible_actions),
    }


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def _what_happened(case: Case, seen_seq: int) -> str:
    event = CaseEvent.objects.filter(case_id=case.id, seq__gt=seen_seq).order_by("-seq").first()
    if event is None:
        return _("The case has changed; look at it again.")
    unit = unit_tree().nodes.get(event.actor_unit_id) if event.actor_unit_id else None
    somebody = _("System") if event.actor_kind == "system" else _("Somebody")
    return _("%(who)s was faster: %(action)s. The case is now %(state)s.") % {
        "who": unit.title if unit else somebody,
        "action": ACTION_TITLES.get(event.action, event.action),
        "state": case.get_state_display(),
    }
