"""What a city settles, as timelines: routing rules, returns, case standards, office hours, limits, days. One way to read and one to keep each.

A value is text, a whole number, yes or no, or nothing; amounts are text, what stands elsewhere is named by its code. linli.core.configuration
makes pages, files and routes of these; the services of this area write through them too, so that what was announced stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from linli.algorithms.timelines import ALWAYS, Kept, Span, Step, Steps, at, key_of, steps_of
from linli.core.access.public import Unit
from linli.core.areas.public import Area
from linli.core.catalogue.calendar import DEFAULT_HOURS
from linli.core.catalogue.models import (
    CalendarDay,
    Category,
    FilingCondition,
    OfficeHours,
    ReturnRule,
    RoutingRule,
    StageLimit,
)
from linli.core.platform.public import DatedRows, Work, bump, day_start, local_day
from linli.lib.pinyin_keys import keys

CALENDAR_CHANGED = "calendar.changed"
LIMITS_CHANGED = "limits.changed"

RULE_KEY = ("standard", "kind", "major", "category", "area", "hours")
RETURN_KEY = ("from_kind", "to_kind")
STANDARD_KEY = ("standard", "kind", "code")
LIMIT_KEY = ("flow", "stage")
DAY_KEY = ("day",)
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CONDITION = ("text", "text_en", "closing", "closing_en", "amount", "unit", "origin")


@dataclass(frozen=True)
class Settled:
    """A table: `timelines()` gives what it says by key, `keep(work, wanted)` makes it say so for these keys."""

    key: Sequence[str]
    timelines: Callable[[], dict[str, Steps]]
    keep: Callable[[Work, Mapping[str, Steps]], None]


def number_text(amount: Decimal | None) -> str | None:
    """A number as values hold it: 2, 0.375."""
    return None if amount is None else f"{Decimal(amount).normalize():f}"


# Routing rules


def rule_values(standard: str, kind: str, major: str, code: str, area: str, hours: str, unit: str) -> dict[str, Any]:
    """A routing rule as values. A category is named with its kind (“matter:06001”), since codes of the two kinds overlap."""
    return {
        "standard": standard, "kind": "" if code else kind, "major": "" if code else major, "category": f"{kind}:{code}" if code else "",
        "area": area, "hours": hours, "unit": unit,
    }  # fmt: skip


def rule_columns(values: Mapping[str, Any]) -> dict[str, str]:
    """The columns of a rule that say what it is about."""
    kind, _colon, code = str(values["category"]).rpartition(":")
    return {
        "standard": values["standard"], "kind": kind if code else values["kind"], "major_code": values["major"], "code": code, "hours": values["hours"],
    }  # fmt: skip


def _rules() -> Iterable[Kept]:
    columns = (
        "id", "valid_from", "valid_to", "standard", "kind", "major_code", "code", "area__code", "hours", "unit__code",
    )  # fmt: skip
    for id_, begins, ends, standard, kind, major, code, area, hours, unit in RoutingRule.objects.order_by(
        "valid_from", "id"
    ).values_list(*columns):
        yield Kept(id_, begins, ends, rule_values(standard, kind, major, code, area or "", hours, unit))


def _insert_rules(spans: Sequence[Span]) -> None:
    areas = dict(Area.objects.filter(valid_to__isnull=True).values_list("code", "id"))
    units = {code: id_ for id_, code in Unit.objects.order_by("id").values_list("id", "code")}
    RoutingRule.objects.bulk_create(
        RoutingRule(
            **rule_columns(one.values), area_id=areas[one.values["area"]] if one.values["area"] else None,
            unit_id=units[one.values["unit"]], valid_from=one.begins, valid_to=one.ends,
        )
        for one in spans
    )  # fmt: skip


RULE_ROWS = DatedRows(
    RoutingRule, RULE_KEY, _rules, _insert_rules, lambda ids: RoutingRule.objects.filter(id__in=ids).delete()
)


def keep_rules(work: Work, wanted: Mapping[str, Steps]) -> None:
    """Makes the routing rules of these keys say these timelines."""
    if RULE_ROWS.keep(wanted):
        work.stands(RoutingRule)
        bump("catalogue")


RULES = Settled(RULE_KEY, RULE_ROWS.timelines, keep_rules)


# Returns


def _returns() -> Iterable[Kept]:
    for id_, begins, ends, from_kind, to_kind in ReturnRule.objects.order_by("valid_from", "id").values_list(
        "id", "valid_from", "valid_to", "from_kind", "to_kind"
    ):
        yield Kept(id_, begins, ends, {"from_kind": from_kind, "to_kind": to_kind})


def _insert_returns(spans: Sequence[Span]) -> None:
    ReturnRule.objects.bulk_create(ReturnRule(**one.values, valid_from=one.begins, valid_to=one.ends) for one in spans)


RETURN_ROWS = DatedRows(
    ReturnRule, RETURN_KEY, _returns, _insert_returns, lambda ids: ReturnRule.objects.filter(id__in=ids).delete()
)


def keep_returns(work: Work, wanted: Mapping[str, Steps]) -> None:
    """Makes the matrix of returns say these timelines."""
    if RETURN_ROWS.keep(wanted):
        work.stands(ReturnRule)
        bump("catalogue")


RETURNS = Settled(RETURN_KEY, RETURN_ROWS.timelines, keep_returns)


# Categories with their filing conditions


def _standards() -> Iterable[Kept]:
    conditions: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in FilingCondition.objects.order_by("category_id", "number"):
        conditions[row.category_id].append(
            {
                "text": row.text, "text_en": row.texts.get("en", ""), "closing": row.closing_text,
                "closing_en": row.closing_texts.get("en", ""), "amount": number_text(row.limit_amount), "unit": row.limit_unit,
                "origin": row.limit_origin,
            }
        )  # fmt: skip
    for one in Category.objects.order_by("revision"):
        values = {
            "standard": one.standard, "kind": one.kind, "code": one.code, "name": one.name, "name_en": one.names.get("en", ""),
            "major": one.major_code, "major_name": one.major_name, "major_name_en": one.major_names.get("en", ""),
            "everyday_words": one.everyday_words, "similar_radius_m": one.similar_radius_m, "similar_hours": one.similar_hours,
            "conditions": conditions[one.id],
        }  # fmt: skip
        yield Kept(one.id, one.valid_from, one.valid_to, values)


def _in_english(text: str) -> dict[str, str]:
    return {"en": text} if text else {}


def _insert_standards(spans: Sequence[Span]) -> None:
    newest: dict[tuple[str, str, str], int] = {}
    for *key, revision in Category.objects.values_list(*STANDARD_KEY, "revision"):
        newest[key[0], key[1], key[2]] = max(revision, newest.get((key[0], key[1], key[2]), 0))
    rows = []
    for one in sorted(spans, key=lambda span: span.begins):
        said, key = one.values, (one.values["standard"], one.values["kind"], one.values["code"])
        newest[key] = newest.get(key, 0) + 1
        rows.append(
            Category(
                standard=said["standard"], kind=said["kind"], code=said["code"], revision=newest[key], major_code=said["major"],
                major_name=said["major_name"], major_names=_in_english(said["major_name_en"]), name=said["name"],
                names=_in_english(said["name_en"]), search_keys=keys(said["name"]), everyday_words=said["everyday_words"],
                similar_radius_m=said["similar_radius_m"], similar_hours=said["similar_hours"], valid_from=one.begins, valid_to=one.ends,
            )
        )  # fmt: skip
    made = Category.objects.bulk_create(rows)
    FilingCondition.objects.bulk_create(
        FilingCondition(
            category=category, number=number, text=said["text"], texts=_in_english(said["text_en"]), closing_text=said["closing"],
            closing_texts=_in_english(said["closing_en"]), limit_amount=Decimal(said["amount"]), limit_unit=said["unit"],
            limit_origin=said["origin"],
        )
        for category, one in zip(made, sorted(spans, key=lambda span: span.begins), strict=True)
        for number, said in enumerate(one.values["conditions"], 1)
    )  # fmt: skip


def _drop_standards(ids: Sequence[int]) -> None:
    FilingCondition.objects.filter(category_id__in=ids).delete()
    Category.objects.filter(id__in=ids).delete()


STANDARD_ROWS = DatedRows(Category, STANDARD_KEY, _standards, _insert_standards, _drop_standards)


def keep_standards(work: Work, wanted: Mapping[str, Steps]) -> None:
    """Makes the categories of these keys say these timelines; each other content is a revision of its own."""
    if STANDARD_ROWS.keep(wanted):
        work.stands(Category)
        work.stands(FilingCondition)
        bump("catalogue")


STANDARDS = Settled(STANDARD_KEY, STANDARD_ROWS.timelines, keep_standards)


# Office hours: a row says them from a day on, until the next one does


def hours_values(hours: list[list[list[str]]]) -> dict[str, Any]:
    """Seven lists of spans as values: {"monday": "08:00-12:00 14:00-18:00", …}."""
    return {day: " ".join(f"{a}-{b}" for a, b in spans) for day, spans in zip(WEEK, hours, strict=True)}


def hours_of(values: Mapping[str, Any]) -> list[list[list[str]]]:
    """The same back. What stands there was checked."""
    return [[span.split("-") for span in str(values[day]).split()] for day in WEEK]


USUAL_HOURS = hours_values([DEFAULT_HOURS] * 5 + [[], []])


def hours_timelines() -> dict[str, Steps]:
    """The office hours; before the first day of its own the city has the usual ones."""
    rows = OfficeHours.objects.values_list("valid_from", "hours")
    return {"": steps_of([Step(ALWAYS, USUAL_HOURS), *(Step(day_start(day), hours_values(h)) for day, h in rows)])}


def keep_hours(work: Work, wanted: Mapping[str, Steps]) -> None:
    """Makes the office hours say this timeline; whoever has clocks that run computes them anew."""
    for steps in wanted.values():
        days = {local_day(one.begins): hours_of(one.values or USUAL_HOURS) for one in steps if one.begins > ALWAYS}
        OfficeHours.objects.exclude(valid_from__in=days).delete()
        for day, hours in days.items():
            OfficeHours.objects.update_or_create(valid_from=day, defaults={"hours": hours})
    work.stands(OfficeHours)
    bump("catalogue")
    work.emit(CALENDAR_CHANGED, "calendar", 0, {"from": local_day(work.now).isoformat()})


HOURS = Settled((), hours_timelines, keep_hours)


# Days that are not what their weekday says: each holds as long as it stands there


def days_timelines() -> dict[str, Steps]:
    """The days, each from ever."""
    rows = CalendarDay.objects.order_by("day").values_list("day", "is_workday", "name", "origin")
    return {
        day.isoformat(): (Step(ALWAYS, {"day": day.isoformat(), "works": works, "name": name, "origin": origin}),)
        for day, works, name, origin in rows
    }


def keep_days(work: Work, wanted: Mapping[str, Steps]) -> None:
    """Makes the calendar say these days; whoever has clocks that run computes them anew."""
    CalendarDay.objects.filter(day__in=[date.fromisoformat(key) for key in wanted]).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(
            day=date.fromisoformat(key), is_workday=one.values["works"], name=one.values["name"], origin=one.values["origin"]
        )
        for key, steps in wanted.items()
        for one in steps
        if one.values is not None
    )  # fmt: skip
    work.stands(CalendarDay)
    bump("catalogue")
    work.emit(CALENDAR_CHANGED, "calendar", 0, {"from": min(wanted, default="")})


DAYS = Settled(DAY_KEY, days_timelines, keep_days)


# Limits of stages. What a flow says where a city chose nothing is known above (linli.core.flow), so it is given.


def limits_timelines(usual: Mapping[str, Mapping[str, Any]]) -> dict[str, Steps]:
    """The limits of the stages in `usual`, by key, with what holds where the city chose nothing."""
    chosen: dict[str, list[Step]] = {key: [Step(ALWAYS, values)] for key, values in usual.items()}
    for row in StageLimit.objects.order_by("valid_from"):
        key = key_of({"flow": row.flow, "stage": row.stage}, LIMIT_KEY)
        if key in chosen:
            chosen[key].append(Step(day_start(row.valid_from), _limit_values(row) if row.unit else usual[key]))
    return {key: steps_of(steps) for key, steps in chosen.items()}


def _limit_values(row: StageLimit) -> dict[str, Any]:
    return {
        "flow": row.flow, "stage": row.stage, "amount": number_text(row.amount), "unit": row.unit,
        "urgent_hours": number_text(row.urgent_hours), "amber_percent": int(Decimal(row.amber_share) * 100),
        "with_verification": row.with_verification,
    }  # fmt: skip


def keep_limits(work: Work, wanted: Mapping[str, Steps], usual: Mapping[str, Mapping[str, Any]]) -> None:
    """Makes the limits of these stages say these timelines; clocks that run are computed anew on the day."""
    for key, steps in wanted.items():
        flow, stage = key.split("~")
        rows = {local_day(one.begins): one.values or usual[key] for one in steps if one.begins > ALWAYS}
        for row in StageLimit.objects.filter(flow=flow, stage=stage).exclude(valid_from__in=rows):
            if row.valid_from > local_day(work.now):
                row.delete()
            else:  # clocks took it up on that day, and whoever computes them anew goes by the days that stand here
                rows[row.valid_from] = at(steps, day_start(row.valid_from)) or usual[key]
        for day, values in rows.items():
            as_usual = values == usual[key]
            StageLimit.objects.update_or_create(
                flow=flow, stage=stage, valid_from=day,
                defaults={
                    "amount": None if as_usual or not values["amount"] else Decimal(values["amount"]),
                    "unit": "" if as_usual else values["unit"],
                    "urgent_hours": None if as_usual or not values["urgent_hours"] else Decimal(values["urgent_hours"]),
                    "amber_share": Decimal(values["amber_percent"]) / 100, "with_verification": values["with_verification"],
                },
            )  # fmt: skip
        work.emit(LIMITS_CHANGED, "limit", 0, {"flow": flow, "stage": stage})
    work.stands(StageLimit)
    bump("catalogue")
