"""Writes of the catalogue: loading a standard, categories of subsystems, routing rules, returns. deadlines.py has
those about time."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from importlib import resources
from typing import Any

from django.utils.translation import gettext as _

from linli.algorithms.suggestion import History
from linli.core.access.public import Unit, UnitKind
from linli.core.areas.public import Area
from linli.core.catalogue.models import (
    Category,
    CategoryKind,
    FiledHistory,
    FilingCondition,
    LimitUnit,
    ReturnRule,
    RoutingRule,
)
from linli.core.platform.public import SYSTEM, Actor, Refusal, Work, bump, subsystems, write
from linli.lib.pinyin_keys import keys

NATIONAL = "GB/T 47678.5-2026"

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
    """Keeps categories; one whose name or conditions differ gets a new revision, the old one is retired.

    Gives (added or revised, unchanged). A second time changes nothing.
    """
    with write(actor) as work:
        current = {(one.standard, one.kind, one.code): one for one in Category.objects.filter(valid_to__isnull=True)}
        conditions: dict[int, list[tuple[Any, ...]]] = {}
        for row in FilingCondition.objects.order_by("number"):
            conditions.setdefault(row.category_id, []).append(_condition_facts(row))
        fresh: list[tuple[CategoryRow, Category | None]] = []
        unchanged = 0
        for plan in rows:
            old = current.get((plan.standard, plan.kind, plan.code))
            if old is not None and _same(plan, old, conditions.get(old.id, [])):
                unchanged += 1
            else:
                fresh.append((plan, old))
        changed = len(fresh)
        _keep_categories(work, fresh)
        if changed:
            work.stands(Category)
            work.stands(FilingCondition)
            bump("catalogue")
            work.audit("city", "catalogue.load", "category", "", {"source": source, "changed": changed})
    return changed, unchanged


def _condition_facts(condition: FilingCondition | ConditionPlan) -> tuple[Any, ...]:
    return (
        condition.text,
        condition.closing_text,
        Decimal(condition.limit_amount).normalize(),
        condition.limit_unit,
        condition.limit_origin,
        condition.texts,
        condition.closing_texts,
    )


def _same(plan: CategoryRow, old: Category, conditions: list[tuple[Any, ...]]) -> bool:
    names = ("name", "names", "major_code", "major_name", "major_names", "everyday_words")
    wanted = [_condition_facts(condition) for condition in plan.conditions]
    return all(getattr(old, name) == getattr(plan, name) for name in names) and conditions == wanted


def _keep_categories(work: Work, fresh: list[tuple[CategoryRow, Category | None]]) -> None:
    """Retires what is replaced and inserts the new revisions with their conditions, in three statements."""
    wrong = next((plan for plan, _old in fresh if plan.kind not in CategoryKind.values), None)
    if wrong is not None:
        raise Refusal(_("The kind of %s must be component or matter.") % wrong.name, field="kind")
    Category.objects.filter(id__in=[old.id for _plan, old in fresh if old is not None]).update(valid_to=work.now)
    categories = Category.objects.bulk_create(
        Category(
            standard=plan.standard,
            kind=plan.kind,
            code=plan.code,
            revision=old.revision + 1 if old is not None else 1,
            major_code=plan.major_code,
            major_name=plan.major_name,
            major_names=plan.major_names,
            name=plan.name,
            names=plan.names,
            search_keys=keys(plan.name),
            everyday_words=plan.everyday_words,
            valid_from=work.now,
        )
        for plan, old in fresh
    )
    FilingCondition.objects.bulk_create(
        FilingCondition(
            category=category,
            number=number,
            text=one.text,
            texts=one.texts,
            closing_text=one.closing_text,
            closing_texts=one.closing_texts,
            limit_amount=one.limit_amount,
            limit_unit=_limit_unit(one.limit_unit),
            limit_origin=one.limit_origin,
        )
        for category, (plan, _old) in zip(categories, fresh, strict=True)
        for number, one in enumerate(plan.conditions, 1)
    )


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
        returns = set(ReturnRule.objects.values_list("from_kind", "to_kind"))
        added = [ReturnRule(from_kind=a, to_kind=b) for a, b in RETURN_DEFAULTS if (a, b) not in returns]
        if added:
            ReturnRule.objects.bulk_create(added)
            work.stands(ReturnRule)
            bump("catalogue")


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
    """Adds a routing rule: which unit handles what, where, when. The same rule twice gives the one there is."""
    if unit.kind == UnitKind.CENTRE:
        raise Refusal(_("A centre supervises and does not handle; choose a department or an office."), field="unit")
    with write(actor) as work:
        rule, made = RoutingRule.objects.get_or_create(
            standard=standard,
            kind=kind,
            major_code=major_code,
            code=code,
            area=area,
            hours=hours,
            unit=unit,
            valid_to=None,
            defaults={"valid_from": work.now},
        )
        if made:
            work.stands(RoutingRule)
            bump("catalogue")
            work.audit(
                "city",
                "rule.add",
                "rule",
                rule.id,
                {"unit": unit.code, "kind": kind, "major": major_code, "code": code, "hours": hours},
            )
    return rule


def keep_learned(work: Work, history: History) -> int:
    """Replaces what was learned from filed cases before. Gives how many cases there were."""
    before = FiledHistory.objects.order_by("-version").values_list("version", flat=True).first() or 0
    FiledHistory.objects.all().delete()
    FiledHistory.objects.create(version=before + 1, cases=history.texts, packed=history.packed(), made_at=work.now)
    bump("filed_history")
    return history.texts
