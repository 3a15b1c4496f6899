"""What a resident may see of a case by its tracking number: where it stands, what was done, public photos, the answer.

No name, telephone, address or words of the report leave this module, and no photo that is not public. selectors.py stands
next to it with what the staff sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.core.access.public import unit_tree
from linli.core.cases.models import Case, CaseEvent, CaseFile, CaseNote
from linli.core.cases.transitions import REOPEN_DAYS, TABLE, UNSATISFIED
from linli.core.platform.public import now

# The entries that mean something to who reported; the rest is the office's own work.
TOLD = (
    "report", "solve_on_spot", "send_to_confirm", "file", "dispatch", "accept", "grant_shelving", "resume", "hand_over",
    "verify_fail", "rework", "verify_pass", "close", "settle", "reject", "void", "merge", "reopen",
)  # fmt: skip
# Where the words that a person of the staff wrote are the answer to who reported.
RESULTS = ("hand_over", "solve_on_spot", "close")
REFUSALS = ("reject", "void")
# After these what was shown as the result is none any more.
UNDOING = ("reopen", "rework", "verify_fail")


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """One entry that is told; `unit` is the office that acted or that it went to, never a person."""

    action: str
    at: datetime
    unit: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What the progress page shows. `case` is the one of the number, `shown` the one it was merged into, or the same."""

    case: Case
    shown: Case
    steps: list[ProgressStep]
    answer: str
    answered_by: str
    photos: list[CaseFile]
    may_rate: bool
    may_reopen: bool
    reopen_until: datetime | None

    @property
    def is_merged(self) -> bool:
        """Whether the report goes on with another case."""
        return self.shown.id != self.case.id


def progress_of(tracking: str) -> Progress | None:
    """The progress behind a parsed tracking number; None when no case has it."""
    case = Case.objects.filter(tracking=tracking).first()
    if case is None:
        return None
    shown = goes_on_as(case)
    events = list(CaseEvent.objects.filter(case_id=shown.id, action__in=TOLD).order_by("seq"))
    answer, answered_by = _answer(shown, events)
    until = case.closed_at + timedelta(days=REOPEN_DAYS) if case.state == "closed" and case.closed_at else None
    unsatisfied = case.rating is not None and case.rating <= UNSATISFIED
    return Progress(
        case=case,
        shown=shown,
        steps=[ProgressStep(event.action, event.at, _unit(event)) for event in events],
        answer=answer,
        answered_by=answered_by,
        photos=_photos(shown, events),
        may_rate=(case.state, "rate") in TABLE,
        may_reopen=until is not None and now() <= until and unsatisfied,
        reopen_until=until,
    )


def goes_on_as(case: Case) -> Case:
    """The case that a merged one goes on as; any other is itself."""
    if case.state != "merged" or case.merged_into_id is None:
        return case
    return Case.objects.filter(id=case.merged_into_id).first() or case


def _answer(case: Case, events: list[CaseEvent]) -> tuple[str, str]:
    """The words of the last result since the case was last opened, once it is over; who gave them, as a unit."""
    wanted = RESULTS if case.state in ("closed", "archived") else REFUSALS if case.state in ("rejected", "void") else ()
    reopened = max((event.seq for event in events if event.action == "reopen"), default=0)
    for event in reversed([event for event in events if event.action in wanted and event.seq > reopened]):
        words = CaseNote.objects.filter(event_id=event.id).values_list("text", flat=True).first()
        if words:
            return words, _unit(event)
    return "", ""


def _photos(case: Case, events: list[CaseEvent]) -> list[CaseFile]:
    """The public photos of the result as it stands: those since somebody last found that it was not right."""
    files = CaseFile.objects.filter(case_id=case.id, is_public=True).exclude(role="voice").order_by("id")
    undone = [event.at for event in events if event.action in UNDOING]
    return [file for file in files if not undone or file.at > max(undone)]


def _unit(event: CaseEvent) -> str:
    if event.action == "report":
        return ""
    unit_id = event.facts.get("unit") if event.action == "dispatch" else event.actor_unit_id
    node = unit_tree().nodes.get(unit_id or 0)
    return node.title if node else ""
