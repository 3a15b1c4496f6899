"""What a change of settings would have done to the cases of the last month: other units, other limits, other days. For linli.core.configuration.

Each looks at the newest cases, at most so many, in a fixed number of statements, and computes in memory; it writes nothing. Examples are of
cases that the person may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.algorithms.office_calendar import Calendar, ClockUnit
from linli.algorithms.timelines import Values, at
from linli.algorithms.working_time import due_at
from linli.core.access.public import unit_tree
from linli.core.areas.public import area_tree
from linli.core.cases.models import Case, CaseClock, CaseEvent
from linli.core.cases.reading.seeing import ids_seen
from linli.core.catalogue.public import (
    DAYS,
    HOURS,
    Place,
    Rule,
    calendar_of,
    catalogue,
    deciding,
    hours_of,
    is_office_time,
    limit_words,
    rule_columns,
)
from linli.core.configuration.public import ConfigPreview, Example, Seen
from linli.core.platform.public import local_day, moment_words, now

LATELY = timedelta(days=31)
MOST_CASES = 20_000
MOST_CLOCKS = 3_000
MOST_EXAMPLES = 8
OFFICE = ("work_hour", "work_day")
LONG_AGO = date(2000, 1, 1)


class Other(NamedTuple):
    """A case with what it is and what it would have been."""

    case_id: int
    before: Any
    after: Any


def seen(looked: int, others: Sequence[Other], access: Any, words: Callable[[Any], str], *, cut: bool) -> Seen:
    """The answer, with examples of cases that the person may see."""
    mine = (
        ids_seen(access, [one.case_id for one in others[:200]])
        if access is not None
        else {one.case_id for one in others[:200]}
    )
    shown = [one for one in others if one.case_id in mine][:MOST_EXAMPLES]
    titles = dict(Case.objects.filter(id__in=[one.case_id for one in shown]).values_list("id", "category_name"))
    numbers = dict(Case.objects.filter(id__in=[one.case_id for one in shown]).values_list("id", "number"))
    examples = tuple(
        Example(
            f"{titles.get(one.case_id) or _('Case')} {numbers.get(one.case_id) or one.case_id}", reverse("case", args=[one.case_id]),
            words(one.before), words(one.after),
        )
        for one in shown
    )  # fmt: skip
    return Seen(looked, len(others), cut, examples)


def rules_of(rows: Mapping[str, Values]) -> list[Rule]:
    """Routing rules out of values. Those of areas and units that are no more do not count."""
    areas, units = area_tree().by_code, unit_tree().by_code
    made = []
    for number, one in enumerate(rows.values()):
        if str(one["unit"]) in units and (not one["area"] or str(one["area"]) in areas):
            area_id = areas[str(one["area"])].id if one["area"] else None
            made.append(Rule(number, area_id=area_id, unit_id=units[str(one["unit"])].id, **rule_columns(one)))
    return made


def _majors() -> dict[tuple[str, str, str], str]:
    return {key: node.major_code for key, node in catalogue().by_code.items()}


def routing(before: Mapping[str, Values], after: Mapping[str, Values], access: Any) -> Seen:
    """Cases that would have gone to another unit. Equal questions are asked once: a month has few kinds of them."""
    old, new, majors, calendar = rules_of(before), rules_of(after), _majors(), catalogue().calendar
    known: dict[tuple[Any, ...], tuple[int | None, int | None]] = {}
    rows = list(_lately("id", "standard", "kind", "category_code", "area_id", "reported_at", "filed_at"))
    others = []
    for case_id, standard, kind, code, area_id, reported_at, filed_at in rows[:MOST_CASES]:
        office = "office" if is_office_time(calendar, filed_at or reported_at) else "off"
        asked = (standard, kind, code, area_id, office)
        if asked not in known:
            place = Place(standard, kind, code, majors.get((standard, kind, code), code[:2])) if code else None
            chain = [node.id for node in area_tree().ancestors(area_id)]
            first, second = deciding(old, place, chain, office), deciding(new, place, chain, office)
            known[asked] = (first.unit_id if first else None, second.unit_id if second else None)
        if known[asked][0] != known[asked][1]:
            others.append(Other(case_id, *known[asked]))
    return seen(min(len(rows), MOST_CASES), others, access, _unit_words, cut=len(rows) > MOST_CASES)


def _unit_words(unit_id: int | None) -> str:
    node = unit_tree().nodes.get(unit_id or 0)
    return node.title if node else _("no unit; it stays on the desk")


def _lately(*columns: str) -> Iterator[Any]:
    rows = Case.objects.filter(reported_at__gte=now() - LATELY).order_by("-id").values_list(*columns)
    return iter(rows[: MOST_CASES + 1])


def standards(before: Mapping[str, Values], after: Mapping[str, Values], access: Any) -> Seen:
    """Cases whose condition would have had another limit, or would not have been there."""
    old, new = _limits_by_condition(before), _limits_by_condition(after)
    rows = list(_lately("id", "standard", "kind", "category_code", "condition_text"))
    others = []
    for case_id, *key in rows[:MOST_CASES]:
        first, second = old.get(tuple(key)), new.get(tuple(key))
        if first is not None and first != second:
            others.append(Other(case_id, first, second))
    return seen(min(len(rows), MOST_CASES), others, access, _limit_words, cut=len(rows) > MOST_CASES)


def _limits_by_condition(rows: Mapping[str, Values]) -> dict[tuple[Any, ...], tuple[str, str]]:
    return {
        (row["standard"], row["kind"], row["code"], one["text"]): (one["amount"], one["unit"])
        for row in rows.values()
        for one in row["conditions"]
    }


def _limit_words(limit: tuple[str, str] | None) -> str:
    return limit_words(Decimal(limit[0]), limit[1]) if limit else _("no such filing condition")


def limits(before: Mapping[str, Values], after: Mapping[str, Values], access: Any) -> Seen:
    """Cases whose stage would have had another limit: by the clocks that began in the last month."""
    stages = [one["stage"] for key, one in after.items() if one["flow"] == "case" and before.get(key) != one]
    clocks = CaseClock.objects.filter(started_at__gte=now() - LATELY, stage__in=stages).order_by("-id")
    rows = (
        list(clocks.values_list("case_id", "stage", "amount", "unit", "case__urgency")[: MOST_CASES + 1])
        if stages
        else []
    )
    others = []
    for case_id, stage, amount, unit, urgency in rows[:MOST_CASES]:
        own = (f"{amount.normalize():f}", unit)
        key = f"case~{stage}"
        first, second = (_stage_limit(rows_[key], own, urgent=urgency == "urgent") for rows_ in (before, after))
        if first != second:
            others.append(Other(case_id, first, second))
    return seen(min(len(rows), MOST_CASES), others, access, _limit_words, cut=len(rows) > MOST_CASES)


def _stage_limit(values: Values, own: tuple[str, str], *, urgent: bool) -> tuple[str, str]:
    if values["amount"] is None:
        most = values["urgent_hours"]
        return (most, "urgent_hour") if urgent and most is not None and own[1] != "urgent_hour" else own
    if urgent and values["urgent_hours"] is not None:
        return values["urgent_hours"], "urgent_hour"
    return values["amount"], values["unit"]


def hours(before: Mapping[str, Values], after: Mapping[str, Values], access: Any) -> Seen:
    """Cases whose stages would have been due at another time, by other office hours."""
    days = _days()

    def calendar(rows: Mapping[str, Values]) -> Calendar:
        return calendar_of([(LONG_AGO, hours_of(one)) for one in rows.values()], days)

    return _due_otherwise(calendar(before), calendar(after), access)


def _as_days(rows: Iterable[Values]) -> list[tuple[date, bool, str]]:
    return [(date.fromisoformat(one["day"]), one["works"], one["origin"]) for one in rows]


def _days() -> list[tuple[date, bool, str]]:
    held = (at(steps, now()) for steps in DAYS.timelines().values())
    return _as_days(one for one in held if one is not None)


def calendar_days(before: Mapping[str, Values], after: Mapping[str, Values], access: Any) -> Seen:
    """Cases whose stages would have been due at another time, or that run over a day that changes."""
    weeks = [
        (max(LONG_AGO, local_day(one.begins)), hours_of(one.values)) for one in HOURS.timelines()[""] if one.values
    ]

    def calendar(rows: Mapping[str, Values]) -> Calendar:
        return calendar_of(weeks, _as_days(rows.values()))

    return _due_otherwise(calendar(before), calendar(after), access)


def _due_otherwise(old: Calendar, new: Calendar, access: Any) -> Seen:
    clocks = CaseClock.objects.filter(started_at__gte=now() - LATELY, unit__in=OFFICE).order_by("-id")
    rows = list(clocks.values_list("case_id", "started_at", "amount", "unit")[: MOST_CLOCKS + 1])
    known: dict[tuple[Any, ...], tuple[datetime, datetime]] = {}
    others = []
    for case_id, started_at, amount, unit in rows[:MOST_CLOCKS]:
        asked = (started_at, amount, unit)
        if asked not in known:
            by = ClockUnit(unit)
            known[asked] = due_at(old, started_at, amount, by).at_utc, due_at(new, started_at, amount, by).at_utc
        if known[asked][0] != known[asked][1]:
            others.append(Other(case_id, *known[asked]))
    return seen(min(len(rows), MOST_CLOCKS), others, access, moment_words, cut=len(rows) > MOST_CLOCKS)


def returns(before: Mapping[str, Values], after: Mapping[str, Values], access: Any) -> Seen:
    """Returns of the last month that would not have been allowed."""
    nodes = unit_tree().nodes
    events = CaseEvent.objects.filter(at__gte=now() - LATELY, action="return").order_by("-id")
    rows = list(events.values_list("case_id", "facts")[: MOST_CASES + 1])
    others = []
    for case_id, facts in rows[:MOST_CASES]:
        one, other = nodes.get(facts.get("from_unit") or 0), nodes.get(facts.get("to_unit") or 0)
        if one is not None and other is not None:
            key = f"{one.kind}~{other.kind}"
            if key in before and key not in after:
                others.append(Other(case_id, f"{one.title} → {other.title}", _("not allowed")))
    return seen(min(len(rows), MOST_CASES), others, access, str, cut=len(rows) > MOST_CASES)


PREVIEWS = (
    ConfigPreview(
        table="routing", compute=routing,
        titles={"zh-hans": "上月案件中会改派其他部门的", "en": "Cases of the last month that would have gone to another unit"},
    ),
    ConfigPreview(
        table="standards", compute=standards,
        titles={"zh-hans": "上月案件中处置时限会不同的", "en": "Cases of the last month that would have had another limit"},
    ),
    ConfigPreview(
        table="limits", compute=limits,
        titles={"zh-hans": "上月案件中环节时限会不同的", "en": "Stages of last month's cases that would have had another limit"},
    ),
    ConfigPreview(
        table="hours", compute=hours,
        titles={"zh-hans": "上月案件中到期时间会不同的", "en": "Stages of last month's cases that would have been due at another time"},
    ),
    ConfigPreview(
        table="days", compute=calendar_days,
        titles={"zh-hans": "上月案件中到期时间会不同的", "en": "Stages of last month's cases that would have been due at another time"},
    ),
    ConfigPreview(
        table="returns", compute=returns,
        titles={"zh-hans": "上月的退回中会不允许的", "en": "Returns of the last month that would not have been allowed"},
    ),
)  # fmt: skip
