"""The rules by which stars are proposed, as data: from five, each finding costs some stars, each rule at most so many, one star stays.

What a rule reads are hazards and the safety file of the dwelling, nothing of who lives there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import pgettext

from linli.core.desk.public import marks
from linli.core.platform.public import listed
from linli.core.registry.public import Premises
from linli.subsystems.safety.files.needed import PLAN
from linli.subsystems.safety.files.standing import Standing, by_kept_id, standings, words_of_need
from linli.subsystems.safety.flow import HAZARD
from linli.subsystems.safety.inspection_records import Cause, Inspection
from linli.subsystems.safety.models import Hazard
from linli.subsystems.safety.records import EQUIPMENT, EntryKind
from linli.subsystems.safety.stars.drawn import BEST
from linli.subsystems.safety.stars.quarters import Quarter

WORST, MOST_REASONS = 1, 20
INSPECTION = "inspection"  # the code of their flow


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a rule found about a dwelling: what its sentence says, and the item that it is about."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    flow: str = ""
    item_id: int | None = None


@dataclass(slots=True)
class Known:
    """What is known of some dwellings at the end of a quarter, read once for all rules; eight statements."""

    quarter: Quarter
    open: dict[int, list[Hazard]]
    late: dict[int, list[tuple[Hazard, int]]]
    files: dict[int, Standing]
    missed: dict[int, list[Inspection]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`each` finding costs so many stars, all of them `most` at most; `words` says a finding by its facts."""

    code: str
    each: int
    most: int
    find: Callable[[Known, int], list[Finding]]
    words: Callable[[Mapping[str, Any]], str]


def known_of(premises: Sequence[Premises], quarter: Quarter) -> Known:
    """Reads what the rules ask of these dwellings."""
    kept = by_kept_id(one.id for one in premises)
    rows = Hazard.objects.filter(premises_id__in=kept, begun_at__lt=quarter.ends_at).exclude(state="dropped")
    since = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=quarter.begins_at)).order_by("begun_at", "id")
    hazards = {one.id: one for one in since}
    still: dict[int, list[Hazard]] = defaultdict(list)
    for one in hazards.values():
        if one.ended_at is None or one.ended_at >= quarter.ends_at:
            still[kept[one.premises_id or 0]].append(one)
    return Known(
        quarter, still, _late(hazards, kept, quarter), standings(premises, quarter.last_day), _shut_out(kept, quarter)
    )


def _shut_out(kept: dict[int, int], quarter: Quarter) -> dict[int, list[Inspection]]:
    """Inspections due in the quarter that could not be done because nobody opened or entry was refused. That nobody came costs no star."""
    rows = Inspection.objects.filter(
        premises_id__in=kept, state="missed", cause__in=("closed", "refused"), due_on__range=(quarter.first_day, quarter.last_day)
    )  # fmt: skip
    found: dict[int, list[Inspection]] = defaultdict(list)
    for one in rows.order_by("due_on", "id"):
        found[kept[one.premises_id]].append(one)
    return found


def _late(hazards: dict[int, Hazard], kept: dict[int, int], quarter: Quarter) -> dict[int, list[tuple[Hazard, int]]]:
    """Hazards that were rectified within the quarter after their deadline, with the days."""
    clocks = HAZARD.tables.clock._default_manager.filter(
        flow=HAZARD.code, item_id__in=hazards, stage="rectify", stopped_at__gte=quarter.begins_at, stopped_at__lt=quarter.ends_at
    )  # fmt: skip
    found: dict[int, list[tuple[Hazard, int]]] = defaultdict(list)
    for clock in clocks.order_by("id"):
        if clock.stopped_at > clock.due_at:
            hazard = hazards[clock.item_id]
            found[kept[hazard.premises_id or 0]].append((hazard, (clock.stopped_at - clock.due_at).days + 1))
    return found


def _open(severity: str) -> Callable[[Known, int], list[Finding]]:
    def find(known: Known, premises_id: int) -> list[Finding]:
        ends = known.quarter.ends_at
        return [
            Finding({"title": one.title, "days": (ends - one.begun_at).days + 1}, HAZARD.code, one.id)
            for one in known.open[premises_id]
            if one.severity == severity
        ]

    return find


def _late_ones(known: Known, premises_id: int) -> list[Finding]:
    return [Finding({"title": one.title, "days": days}, HAZARD.code, one.id) for one, days in known.late[premises_id]]


def _over(known: Known, premises_id: int) -> list[Finding]:
    """Equipment that is over and that nothing which holds replaces."""
    file = known.files[premises_id]
    holds = {one.kind for one in file.holds}
    return [
        Finding({"kind": one.kind, "day": f"{one.valid_until}"}, "file_entry", one.id)
        for one in file.over
        if one.kind in EQUIPMENT and one.kind not in holds
    ]


def _lacks(known: Known, premises_id: int) -> list[Finding]:
    """What the file lacks, but for what is there and over, which costs its own."""
    file = known.files[premises_id]
    over = {one.kind for one in file.over if one.kind in EQUIPMENT}
    lacks = [code for code in file.lacks if code not in over and code != PLAN]
    return [Finding({"lacks": lacks})] if lacks else []


def _missed(known: Known, premises_id: int) -> list[Finding]:
    return [
        Finding({"cause": one.cause, "day": f"{one.due_on}"}, INSPECTION, one.id) for one in known.missed[premises_id]
    ]


def _said_open(facts: Mapping[str, Any]) -> str:
    return pgettext("safety", "%(title)s: not gone for %(days)s days") % facts


def _said_late(facts: Mapping[str, Any]) -> str:
    return pgettext("safety", "%(title)s: rectified %(days)s days late") % facts


def _said_over(facts: Mapping[str, Any]) -> str:
    words = {"what": EntryKind(facts["kind"]).label, "day": marks.day_words(date.fromisoformat(facts["day"]))}
    return pgettext("safety", "%(what)s: held until %(day)s") % words


def _said_lacks(facts: Mapping[str, Any]) -> str:
    what = listed([words_of_need(code) for code in facts["lacks"]])
    return pgettext("safety", "Safety file lacks: %(what)s") % {"what": what}


def _said_missed(facts: Mapping[str, Any]) -> str:
    words = {"cause": Cause(facts["cause"]).label, "day": marks.day_words(date.fromisoformat(facts["day"]))}
    return pgettext("safety", "Inspection due on %(day)s: %(cause)s") % words


RULES = (
    Rule("grave", 2, 4, _open("grave"), _said_open),
    Rule("serious", 1, 2, _open("serious"), _said_open),
    Rule("slight", 1, 1, _open("slight"), _said_open),
    Rule("late", 1, 2, _late_ones, _said_late),
    Rule("equipment", 1, 2, _over, _said_over),
    Rule("missed", 1, 2, _missed, _said_missed),
    Rule("file", 1, 1, _lacks, _said_lacks),
)
BY_CODE = {rule.code: rule for rule in RULES}


def judge(known: Known, premises_id: int) -> tuple[int, list[tuple[str, int, Finding]]]:
    """The stars of a dwelling, and each finding with its rule and what it cost; what they cost adds up to the stars that lack."""
    left, reasons = BEST - WORST, []
    for rule in RULES:
        costs = rule.most
        for finding in rule.find(known, premises_id):
            points = min(rule.each, costs, left)
            costs, left = costs - points, left - points
            reasons.append((rule.code, points, finding))
    return WORST + left, reasons[:MOST_REASONS]


def sentence(rule: str, facts: Mapping[str, Any]) -> str:
    """A reason in words."""
    return BY_CODE[rule].words(facts) if rule in BY_CODE else rule
