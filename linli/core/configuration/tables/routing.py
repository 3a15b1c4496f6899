"""Routing rules: which unit handles what, where and when."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from linli.algorithms.timelines import Values
from linli.core.access.public import UnitKind, unit_tree
from linli.core.areas.public import area_tree
from linli.core.catalogue.public import RULES, CategoryKind, catalogue
from linli.core.configuration.kinds import ConfigField, category_title
from linli.core.configuration.table import ConfigTable
from linli.core.platform.public import BadInput

KINDS = {"component": {"zh-hans": "部件", "en": "Component"}, "matter": {"zh-hans": "事件", "en": "Matter"}}
HOURS = {
    "office": {"zh-hans": "工作时间", "en": "office hours"},
    "off": {"zh-hans": "非工作时间", "en": "outside office hours"},
}


def _units() -> list[Any]:
    """Units that may handle: a centre supervises."""
    return [one for one in unit_tree().nodes.values() if one.kind != UnitKind.CENTRE]


def what_of(values: Values) -> str:
    """What a rule is about, in words."""
    if values["category"]:
        words = category_title(str(values["category"]))
    elif values["major"]:
        words = _major(str(values["kind"]), str(values["major"]))
    elif values["kind"]:
        words = str(CategoryKind(values["kind"]).label)
    else:
        words = _("any case")
    return (
        _("%(what)s of %(standard)s") % {"what": words, "standard": values["standard"]} if values["standard"] else words
    )


def _major(kind: str, major: str) -> str:
    for one in catalogue().categories.values():
        if one.major_code == major and kind in ("", one.kind):
            return one.major_title
    return _("class %s") % major


def sentence(values: Values) -> str:
    """A rule as people say it."""
    area, unit = area_tree().by_code.get(str(values["area"])), unit_tree().by_code.get(str(values["unit"]))
    said = {
        "what": what_of(values),
        "area": area.title if area else values["area"],
        "unit": unit.title if unit else values["unit"],
    }
    if values["area"] and values["hours"] == "office":
        return _("%(what)s in %(area)s, in office hours, goes to %(unit)s") % said
    if values["area"] and values["hours"]:
        return _("%(what)s in %(area)s, outside office hours, goes to %(unit)s") % said
    if values["area"]:
        return _("%(what)s in %(area)s goes to %(unit)s") % said
    if values["hours"] == "office":
        return _("%(what)s, in office hours, goes to %(unit)s") % said
    if values["hours"]:
        return _("%(what)s, outside office hours, goes to %(unit)s") % said
    return _("%(what)s goes to %(unit)s") % said


def check(values: dict[str, Any]) -> None:
    """A rule names a category, or a class, or a kind."""
    if values["category"]:
        values["kind"] = values["major"] = ""
    if values["major"] and not values["kind"]:
        raise BadInput(_("Choose whether the class is one of components or of matters."), field="kind")
    known = catalogue().categories.values()
    if values["major"] and not any(one.major_code == values["major"] and one.kind == values["kind"] for one in known):
        raise BadInput(_("No category in force has the class %s.") % values["major"], field="major")
    if values["standard"] and not any(one.standard == values["standard"] for one in known):
        raise BadInput(_("No category in force is of the standard “%s”.") % values["standard"], field="standard")
    unit = unit_tree().by_code.get(str(values["unit"]))
    if unit is not None and unit.kind == UnitKind.CENTRE:
        raise BadInput(_("A centre supervises and does not handle; choose a department or an office."), field="unit")


ROUTING = ConfigTable(
    code="routing",
    titles={"zh-hans": "派遣规则", "en": "Routing rules"},
    explained={
        "zh-hans": "什么案件、在哪里、什么时间，由哪个部门处置。最具体的规则优先：类别先于地点，地点先于时间。",
        "en": "Which unit handles what, where and when. The most specific rule counts: category before place before time.",
    },
    permission="configuration.change",
    fields=(
        ConfigField(
            code="category", titles={"zh-hans": "类别", "en": "Category"}, kind="category", required=False, example="matter:06001",
            explained={"zh-hans": "一个小类；空着则看大类。", "en": "One category; empty: the class says it."},
            aliases=("小类", "category code"),
        ),
        ConfigField(
            code="kind", titles={"zh-hans": "部件或事件", "en": "Components or matters"}, kind="choice", required=False, choices=lambda: KINDS,
        ),
        ConfigField(
            code="major", titles={"zh-hans": "大类代码", "en": "Code of the class"}, required=False, most=8, example="",
            explained={"zh-hans": "某一大类的全部小类，例如 06。", "en": "All categories of a class, such as 06."},
        ),
        ConfigField(code="area", titles={"zh-hans": "区域", "en": "Area"}, kind="area", required=False, example=""),
        ConfigField(code="hours", titles={"zh-hans": "时间", "en": "Hours"}, kind="choice", required=False, choices=lambda: HOURS),
        ConfigField(code="unit", titles={"zh-hans": "处置部门", "en": "Handling unit"}, kind="unit", units=_units, aliases=("部门", "责任部门", "unit")),
        ConfigField(
            code="standard", titles={"zh-hans": "立案标准", "en": "Case standard"}, required=False, most=40,
            explained={"zh-hans": "只在两个标准用同一代码时需要。", "en": "Needed only where two standards use the same code."},
        ),
    ),
    key_fields=tuple(RULES.key),
    timelines=RULES.timelines,
    keep=RULES.keep,
    sentence=sentence,
    check=check,
)  # fmt: skip
