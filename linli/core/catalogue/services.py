"""Writes of the catalogue: loading a standard, categories of subsystems, routing rules, returns. deadlines.py has
those about time."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from importlib import resources
from typing import Any

from django.utils.translation import gettext as _

from linli.algorithms.suggestion import History
from linli.algorithms.timelines import ALWAYS, Step, Steps, at, changed, key_of
from linli.core.access.public import Unit, UnitKind
from linli.core.areas.public import Area
from linli.core.catalogue.models import CategoryKind, FiledHistory, LimitUnit, ReturnRule, RoutingRule
from linli.core.catalogue.settled import (
    RETURN_KEY,
    RULE_KEY,
    RULES,
    STANDARD_KEY,
    STANDARDS,
    keep_returns,
    keep_rules,
    keep_standards,
    number_text,
    rule_columns,
    rule_values,
)
from linli.core.platform.public import SYSTEM, Actor, Refusal, Work, bump, in_force, subsystems, write

NATIONAL = "GB/T 47678.5-2026"
SIMILAR = (50, 24)  # metres, hours

# Plausible limits in work days by major class, from one city's medians (docs/standards.md); the city has to confirm them.
PLAUSIBLE_WORK_DAYS = {
    "01": "1", "02": "3", "03": "2", "04": "2", "05": "3", "06": "1", "07": "3", "08": "2", "09": "0.375", "10": "2",
}  # fmt: skip
# What endangers people runs by the urgent clock: the words that name it in the catalogue.
URGENT_WORDS = ("井盖", "燃气", "爆管", "塌陷", "坠落", "高压", "倒伏", "漏电")
RETURN_DEFAULTS: tuple[tuple[str, str], ...] = (
    (UnitKind.DEPARTMENT, UnitKind.CENTRE), (UnitKind.COMMUNITY_OFFICE, UnitKind.CENTRE), (UnitKind.GRID_TEAM, UnitKind.CENTRE),
    (UnitKind.GROUP, UnitKind.COMMUNITY_OFFICE),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ConditionPlan:
    """One filing condition to be kept."""

    text: str
    closing_text: str
    limit_amount: Decimal
    limit_unit: str
    limit_origin: str = "default"
    texts: dict[str, str] = field(default_factory=dict)
    closing_texts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One category to be kept, with its conditions."""

    standard: str
    kind: str
    code: str
    name: str
    major_code: str = ""
    major_name: str = ""
    names: dict[str, str] = field(default_factory=dict)
    conditions: tuple[ConditionPlan, ...] = ()
    major_names: dict[str, str] = field(default_factory=dict)
    everyday_words: str = ""


def load_categories(actor: Actor, rows: Iterable[CategoryRow], *, source: str) -> tuple[int, int]:
    """Keeps categories; one whose name or conditions differ gets a new revision from now on, until what is announced for it comes.

    Gives (added or revised, unchanged). A second time changes nothing.
    """
    with write(actor) as work:
        there = STANDARDS.timelines()
        wanted: dict[str, Steps] = {}
        unchanged = 0
        for row in rows:
            key = key_of({"standard": row.standard, "kind": row.kind, "code": row.code}, STANDARD_KEY)
            steps = wanted.get(key, there.get(key, ()))
            holds = at(steps, work.now)
            values = _values_of(row, holds or {})
            if values == holds:
                unchanged += 1
            else:
                wanted[key] = changed(steps, work.now, values)
        if wanted:
            keep_standards(work, wanted)
            work.audit("city", "catalogue.load", "category", "", {"source": source, "changed": len(wanted)})
    return len(wanted), unchanged


def _values_of(row: CategoryRow, holds: Mapping[str, Any]) -> dict[str, Any]:
    """A category as values; what a row does not say stays as it holds."""
    if row.kind not in CategoryKind.values:
        raise Refusal(_("The kind of %s must be component or matter.") % row.name, field="kind")
    return {
        "standard": row.standard, "kind": row.kind, "code": row.code, "name": row.name, "name_en": row.names.get("en", ""),
        "major": row.major_code, "major_name": row.major_name, "major_name_en": row.major_names.get("en", ""),
        "everyday_words": row.everyday_words, "similar_radius_m": holds.get("similar_radius_m", SIMILAR[0]),
        "similar_hours": holds.get("similar_hours", SIMILAR[1]),
        "conditions": [
            {
                "text": one.text, "text_en": one.texts.get("en", ""), "closing": one.closing_text,
                "closing_en": one.closing_texts.get("en", ""), "amount": number_text(one.limit_amount),
                "unit": _limit_unit(one.limit_unit), "origin": one.limit_origin,
            }
            for one in row.conditions
        ],
    }  # fmt: skip


def _limit_unit(unit: str) -> str:
    if unit not in LimitUnit.values:
        raise Refusal(
            _("%(unit)s is no clock unit; say what it means here: %(units)s.")
            % {"unit": unit, "units": ", ".join(LimitUnit.values)}
        )
    return unit


def national_rows() -> list[CategoryRow]:
    """The 153 component and 250 matter categories of GB/T 47678.5, each with one condition and a plausible limit.

    The English names and the everyday words are ours, not the standard's.
    """
    text = resources.files("linli.core.catalogue").joinpath("standards/gbt47678.csv").read_text("utf-8")
    rows = []
    for cells in csv.DictReader(text.splitlines()):
        name = cells["minor_name"]
        urgent = any(word in name for word in URGENT_WORDS)
        days = PLAUSIBLE_WORK_DAYS.get(cells["major_code"], "2")
        is_component = cells["kind"] == "component"
        condition = ConditionPlan(
            text=f"{name}破损、缺失或影响安全使用的" if is_component else f"发现{name}的",
            closing_text="恢复完好" if is_component else "问题消除",
            texts={"en": "Broken, missing or unsafe to use" if is_component else "Found on the spot"},
            closing_texts={"en": "Restored" if is_component else "Removed"},
            limit_amount=Decimal("2") if urgent else Decimal(days),
            limit_unit="urgent_hour" if urgent else "work_day",
        )
        rows.append(
            CategoryRow(
                standard=cells["standard"],
                kind=cells["kind"],
                code=cells["major_code"] + cells["minor_code"],
                name=name,
                names={"en": cells["minor_name_en"]},
                major_code=cells["major_code"],
                major_name=cells["major_name"],
                major_names={"en": cells["major_name_en"]},
                everyday_words=cells["everyday_words"],
                conditions=(condition,),
            )
        )
    return rows


def subsystem_rows() -> list[CategoryRow]:
    """The categories that the installed subsystems bring, in a standard of their own."""
    return [
        CategoryRow(
            standard=subsystem.code,
            kind=plan.kind,
            code=plan.code,
            name=plan.titles["zh-hans"],
            names=dict(plan.titles),
            major_code=subsystem.code[:8],
            major_name=subsystem.titles["zh-hans"],
            major_names=dict(subsystem.titles),
            conditions=(
                ConditionPlan(
                    text=plan.filing_condition["zh-hans"],
                    texts=dict(plan.filing_condition),
                    closing_text=plan.closing_condition["zh-hans"],
                    closing_texts=dict(plan.closing_condition),
                    limit_amount=Decimal(str(plan.limit)),
                    limit_unit=plan.unit,
                ),
            ),
        )
        for subsystem in subsystems()
        for plan in subsystem.categories
    ]


def set_up_catalogue(*, national: bool = True) -> None:
    """Brings in what every city starts with: the national categories, those of subsystems, returns. Idempotent."""
    with write(SYSTEM) as work:
        if national:
            load_categories(SYSTEM, national_rows(), source=NATIONAL)
        load_categories(SYSTEM, subsystem_rows(), source="subsystems")
        # Only where nothing was ever settled: what a city took out of the matrix does not come back by itself.
        if not ReturnRule.objects.exists():
            pairs = ({"from_kind": str(a), "to_kind": str(b)} for a, b in RETURN_DEFAULTS)
            keep_returns(work, {key_of(pair, RETURN_KEY): (Step(ALWAYS, pair),) for pair in pairs})


def add_rule(
    actor: Actor,
    *,
    unit: Unit,
    standard: str = "",
    kind: str = "",
    major_code: str = "",
    code: str = "",
    area: Area | None = None,
    hours: str = "",
) -> RoutingRule:
    """Adds a routing rule: which unit handles what, where, when. The same rule twice gives the one there is; one that names
    another unit for the same what, where and when takes its place from now on."""
    if unit.kind == UnitKind.CENTRE:
        raise Refusal(_("A centre supervises and does not handle; choose a department or an office."), field="unit")
    values = rule_values(standard, kind, major_code, code, area.code if area else "", hours, unit.code)
    with write(actor) as work:
        key = key_of(values, RULE_KEY)
        steps = RULES.timelines().get(key, ())
        if at(steps, work.now) != values:
            keep_rules(work, {key: changed(steps, work.now, values)})
            work.audit("city", "rule.add", "rule", key, values)
    columns = rule_columns(values)
    kept: RoutingRule = in_force(RoutingRule.objects.filter(area=area, unit=unit, **columns), work.now).get()
    return kept


def keep_learned(work: Work, history: History) -> int:
    """Replaces what was learned from filed cases before. Gives how many cases there were."""
    before = FiledHistory.objects.order_by("-version").values_list("version", flat=True).first() or 0
    FiledHistory.objects.all().delete()
    FiledHistory.objects.create(version=before + 1, cases=history.texts, packed=history.packed(), made_at=work.now)
    bump("filed_history")
    return history.texts
