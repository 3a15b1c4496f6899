"""What a resident may see of a case by its tracking number: where it stands, what was done, public photos, the answers.

The browser that sent a report is shown its own words again, and the one that judged a result the very words that it wrote then. Nothing
else leaves this module: no name, no telephone, no words or photos of somebody else's report, no words of somebody else who holds the
number, no photo of the office's that is not public. selectors.py stands next to it with what the staff sees.
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
    "verify_fail", "rework", "verify_pass", "pass_and_close", "close", "settle", "reject", "void", "merge", "reopen",
)  # fmt: skip
# Where the words that a person of the staff wrote are the answer to who reported.
RESULTS = ("hand_over", "solve_on_spot", "close", "pass_and_close")
REFUSALS = ("reject", "void")
# After these what was shown as the result is none any more.
UNDOING = ("reopen", "rework", "verify_fail")
OWN_PHOTOS = 9


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """One entry that is told; `unit` is the office that acted or that it went to, never a person."""

    action: str
    at: datetime
    unit: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came out of one round: the words, who gave them, the photos of the result. `objection`: why it was opened again."""

    words: str
    by: str
    photos: list[CaseFile]
    objection: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OwnReport:
    """What a resident sent without an account, for the browser that sent it."""

    words: str
    address: str
    photos: list[CaseFile]
    has_voice: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """What the progress page shows. `case` is the one of the number, `shown` the one it was merged into, or the same; `steps` are
    those of both, without the way in of the other.

    `answer` is the present one, `earlier` those of the rounds before the case was opened again, the latest first;
    `comment` is what this browser wrote with the stars that stand. `rated_here`: it gave them. `may_object`: it can still be
    opened again, after one or two stars.
    """

    case: Case
    shown: Case
    steps: list[ProgressStep]
    answer: Answer
    earlier: list[Answer]
    own: OwnReport | None
    comment: str
    rated_here: bool
    may_rate: bool
    may_object: bool
    may_reopen: bool
    reopen_until: datetime | None

    def files(self) -> list[CaseFile]:
        """Every photo that the page shows."""
        own = self.own.photos if self.own else []
        return [*self.answer.photos, *own, *(photo for one in self.earlier for photo in one.photos)]

    @property
    def is_merged(self) -> bool:
        """Whether the report goes on with another case."""
        return self.shown.id != self.case.id


def progress_of(tracking: str, *, to_sender: bool = False, wrote: frozenset[int] = frozenset()) -> Progress | None:
    """The progress behind a parsed tracking number; None when no case has it.

    `to_sender`: who asks has sent the report from this browser, and sees it again. `wrote`: which entries of this case's
    timeline (`seq`) were written from this browser, whose words it sees again. A number alone shows nobody's words.
    """
    case = Case.objects.filter(tracking=tracking).first()
    if case is None:
        return None
    shown = goes_on_as(case)
    events = _told(shown)
    # Entries are counted per case: what was written into this one says nothing about the case that it goes on as.
    rounds = _rounds(shown, events, wrote if shown.id == case.id else frozenset())
    steps = events
    if shown.id != case.id:
        own = _told(case)
        rounds += _rounds(case, own, wrote)[1:]
        steps = sorted([*own, *(event for event in events if event.state_from)], key=lambda event: event.at)
    until = case.closed_at + timedelta(days=REOPEN_DAYS) if case.state == "closed" and case.closed_at else None
    unsatisfied = case.rating is not None and case.rating <= UNSATISFIED
    sender = to_sender and case.source == "resident" and case.reporter_user_id is None
    rated = _rated(case) if case.rating is not None else None
    rated_here = rated is not None and rated.seq in wrote
    return Progress(
        case=case,
        shown=shown,
        steps=[ProgressStep(event.action, event.at, _unit(event)) for event in steps],
        answer=rounds[0],
        earlier=[one for one in rounds[1:] if one.words or one.photos],
        own=_own(case) if sender else None,
        comment=_comment(rated) if rated is not None and rated_here else "",
        rated_here=rated_here,
        may_rate=(case.state, "rate") in TABLE and (rated is None or (sender and not rated_here)),
        may_object=until is not None and now() <= until,
        may_reopen=until is not None and now() <= until and unsatisfied,
        reopen_until=until,
    )


def _told(case: Case) -> list[CaseEvent]:
    return list(CaseEvent.objects.filter(case_id=case.id, action__in=TOLD).order_by("seq"))


def goes_on_as(case: Case) -> Case:
    """The case that a merged one goes on as; any other is itself."""
    if case.state != "merged" or case.merged_into_id is None:
        return case
    return Case.objects.filter(id=case.merged_into_id).first() or case


def _rounds(case: Case, events: list[CaseEvent], wrote: frozenset[int]) -> list[Answer]:
    """The present answer, then those that a reopening ended, the latest first. The present one only once it is over.

    Why it was opened again is told only of the entries in `wrote`.
    """
    ends = [event for event in events if event.action == "reopen"]
    files = list(
        CaseFile.objects.filter(case_id=case.id, is_public=True, stored_file_id__isnull=False)
        .exclude(role="voice")
        .order_by("id")
    )
    words = _notes(case, events)
    wanted = RESULTS if case.state in ("closed", "archived") else REFUSALS if case.state in ("rejected", "void") else ()
    found: list[Answer] = []
    begin = 0
    for end in [*ends, None]:
        part = [event for event in events if event.seq > begin and (end is None or event.seq < end.seq)]
        said = [event for event in part if event.action in (RESULTS if end else wanted) and words.get(event.id)]
        undone = [event.at for event in events if event.action in UNDOING and (end is None or event.seq < end.seq)]
        last = said[-1] if said else None
        found.append(
            Answer(
                words=words[last.id] if last else "",
                by=_unit(last) if last else "",
                photos=[
                    one for one in files if (not undone or one.at > max(undone)) and (end is None or one.at < end.at)
                ],
                objection=words.get(end.id, "") if end and end.seq in wrote else "",
                at=last.at if last else None,
            )
        )
        begin = end.seq if end else begin
    return found[::-1]


def _notes(case: Case, events: list[CaseEvent]) -> dict[int, str]:
    """The words of the entries that may be told: results, refusals, and what the reporter wrote to have it opened again."""
    told = [event.id for event in events if event.action in (*RESULTS, *REFUSALS, "reopen")]
    return (
        dict(CaseNote.objects.filter(case_id=case.id, event_id__in=told).values_list("event_id", "text"))
        if told
        else {}
    )


def _own(case: Case) -> OwnReport:
    files = list(
        CaseFile.objects.filter(case_id=case.id, role__in=("report", "voice"), stored_file_id__isnull=False).order_by(
            "id"
        )
    )
    photos = [file for file in files if file.role == "report"]
    return OwnReport(case.description, case.address, photos[:OWN_PHOTOS], has_voice=len(photos) < len(files))


def _rated(case: Case) -> CaseEvent | None:
    return CaseEvent.objects.filter(case_id=case.id, action="rate").order_by("-seq").first()


def _comment(rated: CaseEvent) -> str:
    return CaseNote.objects.filter(event_id=rated.id).values_list("text", flat=True).first() or ""


def _unit(event: CaseEvent) -> str:
    if event.action == "report":
        return ""
    unit_id = event.facts.get("unit") if event.action == "dispatch" else event.actor_unit_id
    node = unit_tree().nodes.get(unit_id or 0)
    return node.title if node else ""
