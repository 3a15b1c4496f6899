"""The catalogue in memory: what intake, the loop and clocks ask for with every case. Its tables stand in models.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.algorithms.office_calendar import Calendar
from linli.core.access.public import unit_tree
from linli.core.areas.public import area_tree
from linli.core.catalogue.calendar import city_calendar, is_office_time, opens_next
from linli.core.catalogue.models import (
    CalendarDay,
    Category,
    FilingCondition,
    OfficeHours,
    ReturnRule,
    RoutingRule,
    StageLimit,
)
from linli.core.platform.public import BadInput, Versioned, in_force, local_today, next_change, now
from linli.lib.pinyin_keys import matches, may_match, written


@dataclass(frozen=True, slots=True)
class ConditionNode:
    """One filing condition in force."""

    id: int
    number: int
    text: str
    texts: dict[str, str]
    closing_text: str
    closing_texts: dict[str, str]
    limit_amount: Decimal
    limit_unit: str
    limit_origin: str

    @property
    def title(self) -> str:
        """The condition in the language of the request."""
        return self.texts.get(get_language() or "", self.text)

    @property
    def closing_title(self) -> str:
        """What closes it, in the language of the request."""
        return self.closing_texts.get(get_language() or "", self.closing_text)


@dataclass(frozen=True, slots=True)
class CategoryNode:
    """One category in force with its conditions."""

    id: int
    standard: str
    kind: str
    code: str
    major_code: str
    major_name: str
    major_names: dict[str, str]
    name: str
    names: dict[str, str]
    search_keys: str
    everyday_words: tuple[str, ...]
    similar_radius_m: int
    similar_hours: int
    conditions: tuple[ConditionNode, ...]

    @property
    def title(self) -> str:
        """The name in the language of the request."""
        return self.names.get(get_language() or "", self.name)

    @property
    def major_title(self) -> str:
        """The name of the major class in the language of the request."""
        return self.major_names.get(get_language() or "", self.major_name)

    @property
    def key(self) -> str:
        """What names the category whatever its revision: standard, kind and code."""
        return f"{self.standard}|{self.kind}|{self.code}"

    @property
    def thing(self) -> str:
        """What it is about: a component and the matter of its fault (路灯, 路灯异常) are one thing."""
        return self.name.removesuffix("异常")

    def fits(self, words: str) -> int | None:
        """How well the words name this category: 0 best, None not at all; what people call it counts like its name."""
        names = [
            matches(words, self.name, self.search_keys),
            *(matches(words, name, "") for name in self.names.values()),
        ]
        ranks = [2 * rank for rank in names if rank is not None]
        said = [matches(words, phrase, "") for phrase in self.everyday_words]
        ranks += [2 * rank + 1 for rank in said if rank is not None]
        return min(ranks, default=None)


@dataclass(frozen=True, slots=True)
class Rule:
    """One routing rule in force."""

    id: int
    standard: str
    kind: str
    major_code: str
    code: str
    area_id: int | None
    hours: str
    unit_id: int

    def weight(self, area_depth: int) -> tuple[int, int, int, int]:
        """How specific the rule is: category before area before time; of two alike the newer one counts."""
        category = 3 if self.code else 2 if self.major_code else 1 if self.kind or self.standard else 0
        return (category, area_depth, 1 if self.hours else 0, self.id)


class Place(NamedTuple):
    """Of a category what routing asks for, for who has no CategoryNode of it any more."""

    standard: str
    kind: str
    code: str
    major_code: str


def deciding(
    rules: Iterable[Rule], category: CategoryNode | Place | None, chain: Sequence[int], hours: str
) -> Rule | None:
    """The most specific of the rules that fit: a category (its standard, kind, major_code and code), the ids of its area and all areas
    above, `office` or `off`."""
    best: tuple[tuple[int, int, int, int], Rule] | None = None
    for rule in rules:
        if (rule.hours and rule.hours != hours) or (rule.area_id is not None and rule.area_id not in chain):
            continue
        if (rule.standard or rule.kind or rule.major_code or rule.code) and (
            category is None
            or (rule.standard and rule.standard != category.standard)
            or (rule.kind and rule.kind != category.kind)
            or (rule.major_code and rule.major_code != category.major_code)
            or (rule.code and rule.code != category.code)
        ):
            continue
        depth = len(chain) - chain.index(rule.area_id) if rule.area_id is not None else 0
        weight = rule.weight(depth)
        if best is None or weight > best[0]:
            best = weight, rule
    return best[1] if best else None


@dataclass
class Catalogue:
    """Everything of the catalogue in force."""

    categories: dict[int, CategoryNode] = field(default_factory=dict)
    by_code: dict[tuple[str, str, str], CategoryNode] = field(default_factory=dict)
    conditions: dict[int, tuple[CategoryNode, ConditionNode]] = field(default_factory=dict)
    limits: dict[tuple[str, str], list[StageLimit]] = field(default_factory=dict)  # of a flow and stage, newest first
    rules: list[Rule] = field(default_factory=list)
    returns: frozenset[tuple[str, str]] = frozenset()
    calendar: Calendar = field(default_factory=lambda: city_calendar([], []))

    @cached_property
    def by_words(self) -> list[tuple[str, CategoryNode]]:
        """Each category behind all that it is called."""
        return [
            (written([one.name, *one.names.values(), *one.everyday_words], one.search_keys), one)
            for one in self.categories.values()
        ]

    def search(self, words: str, limit: int = 20) -> list[CategoryNode]:
        """The categories whose name or everyday name fits the words, pinyin or initials, best first; all for no words."""
        if not words.strip():
            return list(self.categories.values())[:limit]
        ranked = []
        for called, node in self.by_words:
            rank = node.fits(words) if may_match(words, called) else None
            if rank is not None:
                ranked.append((rank, node.kind, node.code, node))
        return [entry[3] for entry in sorted(ranked, key=lambda entry: entry[:3])[:limit]]

    def route(self, category: CategoryNode | None, area_id: int, instant: datetime) -> int | None:
        """The unit that the rules name for a category in an area at an instant; None when no rule matches."""
        rule = self.decides(category, area_id, instant)
        return rule.unit_id if rule is not None and rule.unit_id in unit_tree().nodes else None

    def decides(self, category: CategoryNode | None, area_id: int, instant: datetime) -> Rule | None:
        """The rule that decides who handles a category in an area at an instant; None when none matches."""
        office = "office" if is_office_time(self.calendar, instant) else "off"
        return deciding(self.rules, category, [node.id for node in area_tree().ancestors(area_id)], office)

    def may_pass_and_close(self) -> bool:
        """Whether who verifies a case may close it in the same step."""
        chosen = self.limit_of("case", "close")
        return chosen is None or chosen.with_verification

    def limit_of(self, flow: str, stage: str, day: date | None = None) -> StageLimit | None:
        """What the city chose for a stage and what holds on a day (default: today); None where it chose nothing yet."""
        chosen = self.limits.get((flow, stage))
        if not chosen:
            return None
        on = day or local_today()
        return next((row for row in chosen if row.valid_from <= on), None)

    def may_return(self, from_kind: str, to_kind: str) -> bool:
        """Whether the matrix of returns has this pair."""
        return (from_kind, to_kind) in self.returns


def _load() -> Catalogue:
    by_category: dict[int, list[ConditionNode]] = defaultdict(list)
    instant = now()
    rows = in_force(FilingCondition.objects.order_by("category_id", "number"), instant, "category__")
    for row in rows:
        by_category[row.category_id].append(
            ConditionNode(
                row.id,
                row.number,
                row.text,
                row.texts,
                row.closing_text,
                row.closing_texts,
                row.limit_amount.normalize(),
                row.limit_unit,
                row.limit_origin,
            )
        )
    catalogue = Catalogue()
    for category in in_force(Category.objects.order_by("standard", "kind", "code"), instant):
        node = CategoryNode(
            category.id,
            category.standard,
            category.kind,
            category.code,
            category.major_code,
            category.major_name,
            category.major_names,
            category.name,
            category.names,
            category.search_keys,
            tuple(phrase for phrase in category.everyday_words.split("/") if phrase),
            category.similar_radius_m,
            category.similar_hours,
            tuple(by_category[category.id]),
        )
        catalogue.categories[node.id] = node
        catalogue.by_code[(node.standard, node.kind, node.code)] = node
        for condition in node.conditions:
            catalogue.conditions[condition.id] = (node, condition)
    for chosen in StageLimit.objects.order_by("-valid_from"):
        catalogue.limits.setdefault((chosen.flow, chosen.stage), []).append(chosen)
    catalogue.rules = rules_at(instant)
    returns = in_force(ReturnRule.objects.all(), instant)
    catalogue.returns = frozenset(returns.values_list("from_kind", "to_kind"))
    catalogue.calendar = city_calendar(
        list(OfficeHours.objects.order_by("valid_from")), list(CalendarDay.objects.all())
    )
    return catalogue


def rules_at(instant: datetime) -> list[Rule]:
    """The routing rules that hold at an instant, also one of the past. In one statement."""
    columns = ("id", "standard", "kind", "major_code", "code", "area_id", "hours", "unit_id")
    rows = in_force(RoutingRule.objects.order_by("id"), instant)
    return [Rule(*row) for row in rows.values_list(*columns)]


_catalogue = Versioned(_load, "catalogue", until=lambda: next_change((Category, RoutingRule, ReturnRule), now()))


def catalogue() -> Catalogue:
    """The catalogue in force, shared and read-only."""
    return _catalogue.get()


def next_opening(instant: datetime) -> datetime | None:
    """When the office opens next; None while it is open, and when it does not open within forty days."""
    return opens_next(catalogue().calendar, instant)


def parse_category(
    category_id: int | None, condition_id: int | None
) -> tuple[CategoryNode | None, ConditionNode | None]:
    """The category and condition in force with these ids; the first condition stands in when only a category is given."""
    known = catalogue()
    if condition_id is not None:
        found = known.conditions.get(condition_id)
        if found is None or (category_id is not None and found[0].id != category_id):
            raise BadInput(_("This filing condition is not in force; choose again."), field="condition_id")
        return found
    if category_id is None:
        return None, None
    category = known.categories.get(category_id)
    if category is None:
        raise BadInput(_("This category is not in force; choose again."), field="category_id")
    return category, category.conditions[0] if category.conditions else None
