"""The way through: one function, `act`, does any action that the table of transitions has, for whom it allows.

What is special about an action stands in effects.py; the way in stands in intake.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.core.access.public import Access, unit_tree
from linli.core.cases import clocks, effects
from linli.core.cases.models import Case, CaseEvent, CaseUnit
from linli.core.cases.timeline import add_event
from linli.core.cases.transitions import ACTION_TITLES, TABLE, Relation, Transition, rows_in
from linli.core.platform.public import SYSTEM, Actor, BadInput, NotAllowed, NotThere, Refusal, in_words, row_uuid, write
from linli.lib.refusal import Refusal as PlainRefusal
from linli.lib.text import clean_text

NOTE_MAX = 2000
RELATIONS = get_args(Relation)


@dataclass(frozen=True, slots=True)
class Given:
    """What came with an action, parsed. Only what the table names for the action may be set."""

    reason: str = ""
    note: str = ""
    condition_id: int | None = None
    category_id: int | None = None
    unit_id: int | None = None
    unit_ids: tuple[int, ...] = ()
    amount: Decimal | None = None
    case_id: int | None = None
    found: bool | None = None
    score: int | None = None
    files: tuple[dict[str, Any], ...] = ()

    def names(self) -> set[str]:
        """Which of the table's words are given."""
        roles = {file["role"] for file in self.files}
        have = {
            "reason": self.reason,
            "note": self.note,
            "category": self.condition_id or self.category_id,
            "unit": self.unit_id,
            "return_to": self.unit_id,
            "units": self.unit_ids,
            "amount": self.amount,
            "case": self.case_id,
            "found": self.found is not None,
            "score": self.score,
            "photo": roles - {"before"},
            "photo_before": "before" in roles,
        }
        return {name for name, value in have.items() if value}


NEEDED = {
    "reason": _("Say why."), "note": _("Say in a few words what was done or is asked."), "category": _("Choose the category and its condition."),
    "unit": _("Choose the unit."), "return_to": _("Choose to whom it goes back."), "units": _("Choose the assisting units."),
    "amount": _("Say how much more time is needed."), "case": _("Choose the case it belongs to."), "found": _("Say whether it was found on the spot."),
    "score": _("Give one to five stars."), "photo": _("Add a photo as proof."), "photo_before": _("Add a photo of before."),
}  # fmt: skip


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
    given = _clean(given)
    with write(actor) as work:
        case = _locked(case_id)
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
        _check_given(row, given)
        came_from, before = case.state, _values(case)
        case.state = row.to
        case.seq += 1
        _move_clocks(case, row, work.now, before=True)
        facts = effects.apply(work, case, row, given, came_from=came_from, relation=allowed[0])
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


def _locked(case_id: int) -> Case:
    """The case, locked until the commit. Plain SQL: building this query of all columns took longer than running it."""
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    case = next(iter(Case.objects.raw(f"SELECT * FROM cases_case WHERE id = %s{lock}", [case_id])), None)  # noqa: S608 - constants
    if case is None:
        raise NotThere(_("There is no such case."))
    return case


_COLUMNS = tuple(field.attname for field in Case._meta.concrete_fields if field.attname != "id")


def _values(case: Case) -> tuple[Any, ...]:
    return tuple(getattr(case, name) for name in _COLUMNS)


def _keep(case: Case, before: tuple[Any, ...]) -> None:
    """Writes the columns that differ from before: some eight of sixty, so that few indexes are touched."""
    changed = {name: new for name, old, new in zip(_COLUMNS, before, _values(case), strict=True) if old != new}
    Case.objects.filter(id=case.id).update(**changed)


def _clean(given: Given) -> Given:
    try:
        return replace(
            given, reason=clean_text(given.reason, max_chars=NOTE_MAX), note=clean_text(given.note, max_chars=NOTE_MAX)
        )
    except PlainRefusal as refusal:
        raise BadInput(in_words(refusal.sentence), field="note") from None


def relations_of(
    case: Case, row: Transition, access: Access | None, tracking: str, *, system: bool = False
) -> list[Relation]:
    """Which of the relations that the row asks for hold."""
    return [relation for relation in row.who if _holds(case, row.action, relation, access, tracking, system=system)]


def relation_of(
    case: Case, action: str, access: Access | None, tracking: str, *, system: bool = False
) -> Relation | None:
    """The first relation in which somebody could ever do this action to this case, whatever its state; None: a stranger."""
    return next((one for one in RELATIONS if _holds(case, action, one, access, tracking, system=system)), None)


def _holds(case: Case, action: str, relation: Relation, access: Access | None, tracking: str, *, system: bool) -> bool:
    permission = f"case.{action}"
    if relation == "system":
        return system
    if relation == "reporter":
        return bool(tracking) and tracking == case.tracking
    if access is None:
        return False
    if relation == "area":
        return access.may_in_area(permission, case.area_id)
    if relation == "handling_unit":
        return case.unit_id == case.handling_unit_id and access.may_for_unit(permission, case.handling_unit_id)
    # Asked of the database only for who holds the permission through a unit at all; once for a case object, since a page
    # asks for each action in turn. Whoever acts gets the case anew, under its lock.
    if not any(permission in grant.permissions and grant.unit_id is not None for grant in access.grants):
        return False
    if "assisting" not in case.__dict__:
        units = CaseUnit.objects.filter(case_id=case.id, part="assist", until__isnull=True)
        case.__dict__["assisting"] = list(units.values_list("unit_id", flat=True))
    return any(access.may_for_unit(permission, unit_id) for unit_id in case.__dict__["assisting"])


def _sees(case: Case, access: Access | None, tracking: str) -> bool:
    if tracking and tracking == case.tracking:
        return True
    if access is None:
        return False
    return may_view(case, access)


def may_view(case: Case, access: Access) -> bool:
    """Whether somebody may see a case: in their area, held or handled by their unit, assisted by it, or reported by them."""
    permission = "case.view"
    if access.may_in_area(permission, case.area_id) or case.reporter_user_id == access.user_id:
        return True
    if access.may_for_unit(permission, case.unit_id) or access.may_for_unit(permission, case.handling_unit_id):
        return True
    assisting = CaseUnit.objects.filter(case_id=case.id).values_list("unit_id", flat=True)
    return any(access.may_for_unit(permission, unit_id) for unit_id in assisting)


def is_handler(case: Case, access: Access | None) -> bool:
    """Whether somebody handled this case, or belongs to the unit that handles it (监督、指挥分离)."""
    if access is None:
        return False
    if case.handled_by_id is not None and access.user_id == case.handled_by_id:
        return True
    return access.unit_id is not None and access.unit_id == case.handling_unit_id


def possible(case: Case, access: Access | None, tracking: str = "") -> list[Transition]:
    """The rows of the table that this person may do on this case now, in page order."""
    rows = [
        row
        for row in rows_in(case.state)
        if relations_of(case, row, access, tracking) and not (row.not_by_handler and is_handler(case, access))
    ]
    return effects.that_make_sense(case, rows)


def _check_given(row: Transition, given: Given) -> None:
    have = given.names()
    for name in row.needs:
        if name not in have:
            raise BadInput(_(str(NEEDED[name])), field=str(name))
    known = {*row.needs, *row.takes}
    if {"unit", "return_to"} & known:
        known |= {"unit", "return_to"}
    extra = have - known - ({"photo_before"} if "photo" in known else set())
    if extra:
        raise BadInput(_("This action does not take: %s.") % ", ".join(sorted(extra)), field=sorted(extra)[0])


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
