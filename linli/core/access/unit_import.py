"""Units from a file: a department tree whose rows name the unit above by its name or code, kinds in words, areas by code or name.

The engine is linli/core/exchange. The rows hang on each other, so they are judged and kept together; a unit is known by its code. One that is
here already is renamed and moved where the file says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from linli.core.access.models import Unit, UnitKind
from linli.core.access.selectors import UnitNode, unit_tree
from linli.core.access.units import CODE, PERMISSION, UnitPlan, change_unit, make_unit, undo_unit_change
from linli.core.areas.public import AreaNode, area_tree
from linli.core.platform.public import (
    BadCell,
    Became,
    BroughtIn,
    Import,
    ImportAsked,
    ImportColumn,
    Refusal,
    Work,
    listed,
)

KINDS: Mapping[str, Mapping[str, str]] = {
    UnitKind.CENTRE: {"zh-hans": "中心", "en": "Centre"},
    UnitKind.DEPARTMENT: {"zh-hans": "部门", "en": "Department"},
    UnitKind.COMMUNITY_OFFICE: {"zh-hans": "居委会", "en": "Community office"},
    UnitKind.GRID_TEAM: {"zh-hans": "网格队伍", "en": "Grid team"},
    UnitKind.GROUP: {"zh-hans": "居民小组", "en": "Residents' group"},
}
# What lists of offices write for a kind besides.
KIND_WORDS = {
    word: kind
    for kind, words in {
        UnitKind.CENTRE: "网格中心 网格化中心 指挥中心 监督中心 运行中心 运行管理中心 受理中心 社会治理中心 综治中心 中心站",
        UnitKind.DEPARTMENT: "委办局 职能部门 局 委 办 所 站 队 科室 处置部门 责任单位 权属单位 街道科室 二级单位",
        UnitKind.COMMUNITY_OFFICE: "社区 村 村委会 社区居委会 居民委员会 村民委员会 居村委会 社区工作站",
        UnitKind.GRID_TEAM: "网格 网格队 网格员队伍 网格团队",
        UnitKind.GROUP: "村民小组 小组 楼组",
    }.items()
    for word in words.split()
}


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit of a file. `parent` is the unit above in the words of the file, "" for none."""

    code: str
    name: str
    names: tuple[tuple[str, str], ...]
    kind: str
    area_id: int
    parent: str

    def plan(self, parent_id: int | None) -> UnitPlan:
        """What the unit shall be below a parent."""
        return UnitPlan(self.name, self.kind, self.area_id, parent_id, self.names)


def area_named(column: str, words: str) -> AreaNode:
    """An area in force by its code or its name. Raises BadCell for none, and for a name that several bear."""
    tree = area_tree()
    if words in tree.by_code:
        return tree.by_code[words]
    named = [node for node in tree.nodes.values() if words in (node.name, *node.names.values())]
    if len(named) > 1:
        raise BadCell(column, _("%(count)s areas are called so; write the code.") % {"count": len(named)})
    if not named:
        raise BadCell(column, _("No area in force has this code or name."))
    return named[0]


def unit_named(column: str, words: str) -> UnitNode:
    """A unit in force by its code or its name. Raises BadCell for none, and for a name that several bear."""
    tree = unit_tree()
    if words in tree.by_code:
        return tree.by_code[words]
    named = [node for node in tree.nodes.values() if words in (node.name, *node.names.values())]
    if len(named) > 1:
        raise BadCell(column, _("%(count)s units are called so; write the code.") % {"count": len(named)})
    if not named:
        raise BadCell(column, _("No unit in force has this code or name."))
    return named[0]


def unit_row(cells: Mapping[str, Any], asked: ImportAsked) -> UnitRow:
    """A unit out of typed cells; where the file has no column for it, the unit above and the English name are those in force. Raises BadCell."""
    if not CODE.fullmatch(cells["code"]):
        raise BadCell("code", _("Give a code of at most 40 letters, digits, full stops and hyphens."))
    names: tuple[tuple[str, str], ...] = (("en", cells["name_en"]),) if cells["name_en"] else ()
    kind = KIND_WORDS.get(cells["kind"]) or next(
        (kind for kind, titles in KINDS.items() if cells["kind"].casefold() in (kind, *map(str.casefold, titles.values()))), None
    )  # fmt: skip
    if kind is None:
        shown = listed(titles["zh-hans"] for titles in KINDS.values())
        raise BadCell("kind", _("Use one of: %s.") % shown)
    area, parent = area_named("area", cells["area"]), cells["parent"] or ""
    here = unit_tree().by_code.get(cells["code"])
    if here is not None and not asked.has("name_en"):
        names = tuple(here.names.items())
    if here is not None and here.parent_id in unit_tree().nodes and not asked.has("parent"):
        parent = unit_tree().nodes[here.parent_id].code
    return UnitRow(cells["code"], cells["name"], names, kind, area.id, parent)


def parents_of(rows: Sequence[UnitRow]) -> list[str | BadCell]:
    """The code of the unit above each row ("" for none), found among the rows and the units in force; a BadCell for one that is not there,
    that two bear, or whose way up comes back to itself."""
    codes = {row.code for row in rows}
    by_name: dict[str, set[str]] = {}
    for row in rows:
        by_name.setdefault(row.name, set()).add(row.code)
    for node in unit_tree().nodes.values():
        if node.code not in codes:  # what a row says of it holds instead
            by_name.setdefault(node.name, set()).add(node.code)
    nodes = unit_tree().nodes
    above = {one.code: nodes[one.parent_id].code if one.parent_id in nodes else "" for one in nodes.values()}
    found: list[str | BadCell] = []
    for row in rows:
        named = by_name.get(row.parent, set())
        if not row.parent or row.parent in codes or row.parent in unit_tree().by_code:
            found.append(row.parent)
        elif len(named) == 1:
            found.append(next(iter(named)))
        else:
            mend = _("No unit in force and no row of this file is called so.")
            if named:
                mend = _("%(count)s units are called so; write the code.") % {"count": len(named)}
            found.append(BadCell("parent", mend))
    above |= {row.code: code for row, code in zip(rows, found, strict=True) if isinstance(code, str)}
    return [
        BadCell("parent", _("A unit cannot stand below itself or one of its branches."))
        if isinstance(code, str) and _comes_back(row.code, above)
        else code
        for row, code in zip(rows, found, strict=True)
    ]


def _comes_back(code: str, above: Mapping[str, str]) -> bool:
    seen, at = {code}, above.get(code, "")
    while at:
        if at in seen:
            return at == code
        seen.add(at)
        at = above.get(at, "")
    return False


def judge_units(rows: Sequence[UnitRow], asked: ImportAsked) -> Mapping[int, BadCell]:
    """The rows whose unit above cannot be, and what stands below them."""
    del asked
    found = parents_of(rows)
    bad = {place: one for place, one in enumerate(found) if isinstance(one, BadCell)}
    fallen = {rows[place].code for place in bad}
    while more := [place for place, code in enumerate(found) if place not in bad and code in fallen]:
        bad |= {place: BadCell("parent", _("The row of the unit above cannot be taken.")) for place in more}
        fallen = {rows[place].code for place in more}
    return bad


def keep_units(work: Work, rows: Sequence[UnitRow], asked: ImportAsked) -> list[Became]:
    """Makes new units and changes those that are here, the upper ones first. Raises Refusal."""
    above = dict(zip((row.code for row in rows), parents_of(rows), strict=True))
    bad = next((one for one in above.values() if isinstance(one, BadCell)), None)
    if bad is not None:
        raise Refusal(bad.mend)
    here = dict(
        Unit.objects.filter(code__in=above).values_list("code", "id")
    )  # retired ones too: a file brings them back
    became: dict[str, Became] = {}

    def keep(row: UnitRow) -> None:
        upper = str(above[row.code])
        waiting = by_code.get(upper)
        if waiting is not None and upper not in became:
            keep(waiting)
        parent = unit_tree().by_code.get(upper)
        plan, known = row.plan(parent.id if parent else None), here.get(row.code)
        if known is None:
            change = make_unit(work.actor, plan, code=row.code, by=asked.access)
            became[row.code] = Became(change.unit_id, "added", str(change.id))
            return
        changed = change_unit(work.actor, known, plan, by=asked.access, reopen=True)
        became[row.code] = Became(known, "changed", str(changed.id)) if changed else Became(known, "here")

    by_code = {row.code: row for row in rows}
    for row in rows:
        if row.code not in became:
            keep(row)
    return [became[row.code] for row in rows]


def take_back_units(work: Work, kept: Sequence[BroughtIn], asked: ImportAsked) -> Mapping[int, str]:
    """Undoes what the file changed, the newest change first, so that branches go before what they hang on."""
    stay: dict[int, str] = {}
    for one in sorted(kept, key=lambda one: -int(one.before or 0)):
        if not one.before:
            continue
        try:
            undo_unit_change(work.actor, int(one.before), by=asked.access)
        except Refusal as refusal:
            stay[one.subject_id] = refusal.sentence
    return stay


UNITS = Import(
    code="units",
    titles={"zh-hans": "机构", "en": "Units"},
    explained={
        "zh-hans": "机构树：各级中心、委办局及其下属单位、居委会。上级写名称或代码，可以是同一文件里的另一行；区划写代码或名称。",
        "en": "The tree of units: centres, departments and their branches, community offices. The unit above by name or code, which may be "
        "another row of the file; the area by code or name.",
    },
    permission=PERMISSION,
    columns=(
        ImportColumn(
            code="code", titles={"zh-hans": "机构代码", "en": "Code"}, kind="code", required=True, most=40,
            aliases=("代码", "编码", "单位代码", "部门代码", "机构编码", "unit_code"), example="street-centre",
        ),
        ImportColumn(
            code="name", titles={"zh-hans": "机构名称", "en": "Name"}, required=True, most=120,
            aliases=("名称", "单位名称", "部门名称", "单位", "部门", "机构"), example="望江街道网格化中心",
        ),
        ImportColumn(
            code="kind", titles={"zh-hans": "机构类型", "en": "Kind"}, required=True, most=40, aliases=("类型", "类别", "性质", "单位性质"),
            example="中心",
            words=lambda: KINDS,
        ),
        ImportColumn(
            code="area", titles={"zh-hans": "所在区划", "en": "Area"}, required=True, most=120,
            aliases=("区划", "区划代码", "行政区划", "所属区划", "辖区", "管辖区域", "area_code"), example="望江街道",
            explained={"zh-hans": "区划的代码或名称", "en": "Code or name of the area that it serves"},
        ),
        ImportColumn(
            code="parent", titles={"zh-hans": "上级机构", "en": "Unit above"}, most=120,
            aliases=("上级", "上级单位", "上级部门", "上级机构代码", "主管部门", "主管单位", "parent_code"),
            explained={"zh-hans": "上级的名称或代码，没有就空着", "en": "Its name or code; empty for none"},
        ),
        ImportColumn(code="name_en", titles={"zh-hans": "英文名称", "en": "English name"}, most=120, aliases=("英文名", "英文")),
    ),
    row=unit_row,
    reference=lambda row: row.code,
    keep=keep_units,
    take_back=take_back_units,
    area=lambda row: row.area_id,
    together=judge_units,
)  # fmt: skip
