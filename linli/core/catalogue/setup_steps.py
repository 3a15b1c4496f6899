"""What a city needs of the catalogue: categories with limits, rules that say who handles what, a calendar; and what of it is wrong later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.core.access.public import unit_tree
from linli.core.catalogue.selectors import catalogue
from linli.core.platform.public import CityCheck, Lack, SetupStep, first_of, local_today

NEXT_YEAR_FROM_MONTH = 12  # announcements come in autumn


def categories_there(access: Any) -> str:
    """How many categories of each kind there are."""
    del access
    kinds = [one.kind for one in catalogue().categories.values()]
    found = {"components": kinds.count("component"), "matters": kinds.count("matter")}
    return _("%(components)s categories of components, %(matters)s of matters") % found if kinds else ""


def look_at_categories(access: Any) -> Iterator[Lack]:
    """No categories, categories that cannot be filed, limits that nobody has confirmed."""
    del access
    found = list(catalogue().categories.values())
    if not found:
        yield Lack(_("There are no categories: nothing can be filed."), True)
    bare = [one.title for one in found if not one.conditions]
    if bare:
        said = ngettext(
            "%(n)s category has no filing condition: %(names)s.",
            "%(n)s categories have no filing condition: %(names)s.",
            len(bare),
        )
        yield Lack(said % {"n": len(bare), "names": first_of(bare)})


def routes_there(access: Any) -> str:
    """How many rules there are, and how many units they lead to."""
    del access
    rules = catalogue().rules
    units = {one.unit_id for one in rules}
    return _("%(rules)s rules to %(units)s units") % {"rules": len(rules), "units": len(units)} if rules else ""


def look_at_routes(access: Any) -> Iterator[Lack]:
    """Categories for which no rule names a unit anywhere."""
    del access
    rules = catalogue().rules
    bare = [
        one.title
        for one in catalogue().categories.values()
        if not any(
            rule.standard in ("", one.standard) and rule.kind in ("", one.kind) and rule.major_code in ("", one.major_code)
            and rule.code in ("", one.code) and rule.unit_id in unit_tree().nodes
            for rule in rules
        )
    ]  # fmt: skip
    if bare:
        said = ngettext(
            "%(n)s category leads to no unit, the dispatcher chooses one: %(names)s.",
            "%(n)s categories lead to no unit, the dispatcher chooses one: %(names)s.",
            len(bare),
        )
        yield Lack(said % {"n": len(bare), "names": first_of(bare)})


def look_at_rules(access: Any) -> Iterator[Lack]:
    """Rules that lead to units that are not in force."""
    del access
    lost = [one for one in catalogue().rules if one.unit_id not in unit_tree().nodes]
    if lost:
        said = ngettext(
            "%s routing rule leads to a retired unit.", "%s routing rules lead to retired units.", len(lost)
        )
        yield Lack(said % len(lost), True)


def calendar_there(access: Any) -> str:
    """Whether this year's holidays are announced."""
    del access
    today = local_today()
    known = catalogue().calendar.is_known(date(today.year, 12, 31))
    return _("The holidays of %s are entered") % today.year if known else ""


def look_at_calendar(access: Any) -> Iterator[Lack]:
    """A year whose holidays are not entered; the next one from December on."""
    del access
    today = local_today()
    years = [today.year, *([today.year + 1] if today.month >= NEXT_YEAR_FROM_MONTH else [])]
    for year in years:
        if not catalogue().calendar.is_known(date(year, 12, 31)):
            yield Lack(_("The holidays of %s are not entered: deadlines are provisional.") % year)


STEPS = (
    SetupStep(
        code="categories",
        titles={"zh-hans": "立案标准", "en": "Categories and standards"},
        explained={
            "zh-hans": "部件和事件的类别、立案和结案条件、处置时限。国家标准已带，时限要由城市确认。",
            "en": "The categories of components and matters with conditions and limits. The national standard is there; the city confirms the limits.",
        },
        order=60, there=categories_there, look=look_at_categories, permission="settings.manage", tables=("standards",),
        imports=("settled-standards",), examples=("standards.csv",),
    ),
    SetupStep(
        code="routes",
        titles={"zh-hans": "派遣规则", "en": "Routing"},
        explained={
            "zh-hans": "哪一类案卷在哪里由哪个机构处置。没有规则时由派遣员逐件选择。",
            "en": "Which unit handles which category where. Without a rule the dispatcher chooses for each case.",
        },
        order=70, there=routes_there, look=look_at_routes, permission="settings.manage", tables=("routing",),
        imports=("settled-routing",), examples=("routing.csv",),
    ),
    SetupStep(
        code="calendar",
        titles={"zh-hans": "办公时间与节假日", "en": "Office hours and holidays"},
        explained={
            "zh-hans": "时限按工作时间计算。每年导入国务院公布的放假安排。",
            "en": "Limits run in office hours. Each year's announcement of holidays is entered.",
        },
        order=80, there=calendar_there, look=look_at_calendar, permission="settings.manage", tables=("hours", "days"),
        imports=("settled-days",), typed=("linli calendar year 2027 days.csv",), examples=("days.csv",),
    ),
)  # fmt: skip
CHECKS = (
    CityCheck(
        code="lost_rules", titles={"zh-hans": "失效的派遣规则", "en": "Lost rules"}, look=look_at_rules, order=520
    ),
)
