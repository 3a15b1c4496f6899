"""A catalogue out of the types of an old system's cases: one category per name, its limit what the old system gave.

importing.py calls it before it keeps the cases; the catalogue itself stands in core/catalogue.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median

from django.utils.translation import gettext as _

from linli.core.cases.history.mapping import Mapping
from linli.core.cases.history.rows import HistoryRow
from linli.core.catalogue.public import CategoryNode, CategoryRow, ConditionPlan, catalogue, load_categories
from linli.core.platform.public import Actor

DAY_SECONDS = 86_400
LONGEST_DAYS = Decimal(3650)


@dataclass
class Types:
    """What a file says about its types while its rows go by."""

    majors: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    limits_s: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def see(self, row: HistoryRow) -> None:
        """Takes in one row."""
        self.majors[row.category][row.major] += 1
        if row.due_at is not None:
            self.limits_s[row.category].append(int((row.due_at - row.reported_at).total_seconds()))


def categories_by_name(mapping: Mapping) -> dict[str, CategoryNode]:
    """The categories of the mapping's standard and kind in force, by name."""
    return {
        node.name: node
        for node in catalogue().categories.values()
        if (node.standard, node.kind) == (mapping.standard, mapping.kind)
    }


def missing_types(mapping: Mapping, types: Types) -> list[str]:
    """The types without a category, sorted."""
    return sorted(set(types.majors) - set(categories_by_name(mapping)))


def make_catalogue(actor: Actor, mapping: Mapping, types: Types) -> tuple[int, list[str]]:
    """Adds a category for each type that has none: (how many, the types that no limit is known of).

    The limit is the median of what the old system gave, in calendar days, kept as a default that the city has to
    confirm; a type without any limit gets no filing condition, so nothing new is filed under it before somebody writes
    one. Codes are those of the mapping, else the next running numbers. A second time changes nothing.
    """
    names = missing_types(mapping, types)
    known = categories_by_name(mapping)
    taken = {node.code for node in known.values()} | set(mapping.codes.values())
    major_codes = {node.major_name: node.major_code for node in known.values() if node.major_name}
    rows, unlimited, running = [], [], 0
    for name in names:
        code = mapping.codes.get(name, "")
        while not code:
            running += 1
            code = "" if f"{running:04d}" in taken else f"{running:04d}"
        taken.add(code)
        major = types.majors[name].most_common(1)[0][0]
        if major and major not in major_codes:
            major_codes[major] = f"{len(major_codes) + 1:02d}"
        conditions = _conditions(types.limits_s.get(name, []))
        if not conditions:
            unlimited.append(name)
        rows.append(
            CategoryRow(
                standard=mapping.standard, kind=mapping.kind, code=code, name=name,
                major_code=major_codes.get(major, ""), major_name=major, conditions=conditions,
            )
        )  # fmt: skip
    if rows:
        load_categories(actor, rows, source=f"{mapping.system} history")
    return len(rows), unlimited


def _conditions(limits_s: list[int]) -> tuple[ConditionPlan, ...]:
    if not limits_s:
        return ()
    days = min((Decimal(str(median(limits_s))) / DAY_SECONDS).quantize(Decimal("0.001")), LONGEST_DAYS)
    if days <= 0:
        return ()
    return (
        ConditionPlan(
            text=_("As reported to the old system"), closing_text=_("Solved"), limit_amount=days,
            limit_unit="calendar_day", texts={"en": "As reported to the old system"}, closing_texts={"en": "Solved"},
        ),
    )  # fmt: skip
