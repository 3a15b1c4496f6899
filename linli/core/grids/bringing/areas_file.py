"""Areas as a file that is brought in from the pages: a list with codes and names, outlines from a file of places, or both in one.

The rows are parsed and kept by linli.core.areas; what lies wrong among outlines stands in outlines.py next door. It lies here since where a file's
numbers lie is judged by the grids.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from linli.core.areas.public import (
    AreaPlan,
    AreaRow,
    area_tree,
    held_by,
    import_areas,
    parse_area_rows,
    plan_areas,
    take_back_areas,
)
from linli.core.grids.bringing.grids_file import column
from linli.core.grids.bringing.meaning import other_meaning
from linli.core.grids.bringing.outlines import judged, outlines_of_layer
from linli.core.platform.public import (
    BroughtIn,
    Import,
    ImportAsked,
    NotAllowed,
    Work,
    ground_files,
    in_words,
)
from linli.lib.faults import Fault
from linli.lib.geo.files import mended_words
from linli.lib.geo.layer import Layer


def look_at_areas(layer: Layer, choices: ground_files.Choices, asked: ImportAsked) -> ground_files.Look:
    """What the areas of a file would change. Raises NotAllowed for who administers a part of the city, BadInput for a coordinate system that
    does not do."""
    _refuse_part(asked)
    found = ground_files.Look(rows=len(layer), notes=[in_words(one) for one in mended_words(layer)])
    rows, faults = parse_area_rows(_cells(layer, choices.columns), known=area_tree())
    found.faults = [_fault(one) for one in sorted(faults)]
    if any(layer.shapes):
        places = {line: place for place, line in enumerate(layer.places)}
        outlines, wrong = outlines_of_layer(layer, choices, [(places[row.line], row) for row in rows], found.notes)
        found.faults += wrong
        rows = [replace(row, outline=outlines.get(row.line)) for row in rows]
        rows, more, mended = judged(rows, mend=choices.mend)
        found.faults += more
        found.notes += mended
    plan = plan_areas(rows)
    found.stands_on = _stand(plan)
    found.changes = _changes(plan, end_missing=choices.end_missing)
    if choices.end_missing and (holds := held_by([area.id for area in plan.missing], in_force=True)):
        found.faults.append(
            ground_files.Fault(0, "", "", _("Areas that the file no longer has still hold something (%s); move that first, or let them stay.") % holds)
        )  # fmt: skip
    found.made = rows
    return found


def _refuse_part(asked: ImportAsked) -> None:
    root = area_tree().root()
    if asked.access is not None and (root is None or not asked.may("settings.manage", root.id)):
        raise NotAllowed(_("What this brings in is the whole city's, and your rights hold for a part of it."))


def _cells(layer: Layer, columns: Mapping[str, str]) -> list[tuple[int, dict[str, str]]]:
    there = {code: layer.columns[heading] for code, heading in columns.items() if heading in layer.columns}
    return [
        (line, {code: _text(values[place]) for code, values in there.items()})
        for place, line in enumerate(layer.places)
    ]


def _text(value: Any) -> str:
    """A cell as text; a whole number that a Shapefile keeps as a number is its digits."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return "" if value is None or isinstance(value, bool) else str(value).strip()


def _fault(fault: Fault) -> ground_files.Fault:
    return ground_files.Fault(fault.place, fault.column, fault.value, fault.mend)


def _changes(plan: AreaPlan, *, end_missing: bool) -> list[ground_files.Change]:
    def of_rows(rows: Sequence[AreaRow], what: ground_files.What) -> list[ground_files.Change]:
        return [ground_files.Change(row.code, row.name, what, row.outline) for row in rows]

    missing = [
        ground_files.Change(
            area.code, area.name, "ended" if end_missing else "here", bytes(area.outline) if area.outline else None
        )
        for area in plan.missing
    ]
    return [
        *of_rows(plan.added, "added"),
        *of_rows(plan.changed, "changed"),
        *of_rows(plan.unchanged, "here"),
        *missing,
    ]


def _stand(plan: AreaPlan) -> str:
    """What the plan was held against: other areas by the time it is taken in are another stand."""
    codes = [[row.code for row in rows] for rows in (plan.added, plan.changed, plan.unchanged)]
    return hashlib.sha256(repr([*codes, [area.code for area in plan.missing]]).encode()).hexdigest()[:32]


def keep_areas(
    work: Work, look: ground_files.Look, choices: ground_files.Choices, asked: ImportAsked, source: str
) -> int | None:
    """Takes the areas that were looked at; what is taken back later is known by the import."""
    done = import_areas(
        work.actor, look.made, source=source, retire_missing=choices.end_missing, import_id=asked.import_id
    )
    return asked.import_id if done.added or done.changed or done.retired else None


def take_back_import(work: Work, kept: Sequence[BroughtIn], asked: ImportAsked) -> Mapping[int, str]:
    """Takes it back whole, or not at all with the reason."""
    _refuse_part(asked)
    for one in kept:
        take_back_areas(work.actor, import_id=one.subject_id)
    return {}


LEVEL_TITLES = {
    "city": {"zh-hans": "市", "en": "city"}, "district": {"zh-hans": "区、县", "en": "district"}, "street": {"zh-hans": "街道、镇、乡", "en": "street"},
    "community": {"zh-hans": "社区、村", "en": "community"}, "group": {"zh-hans": "居民小组", "en": "group"},
}  # fmt: skip
AREAS_FILE = Import(
    code="areas",
    titles={"zh-hans": "区划", "en": "Areas"},
    explained={
        "zh-hans": "城市、区县、街道、社区的名单（Excel、CSV），也可以带边界：Shapefile（打包成 ZIP）、GeoPackage、GeoJSON、KML。",
        "en": "The list of city, districts, streets and communities (Excel, CSV), also with outlines: Shapefile (as ZIP), GeoPackage, GeoJSON, KML.",
    },
    permission="settings.manage",
    columns=(
        column("code", "区划代码", "Area code",
               "代码 编码 编号 行政区划代码 区划编码 统计用区划代码 统计用区划代码(12位) 地区代码 xzqdm area_code", required=True, example="990301001001"),
        column("name", "区划名称", "Area name", "名称 行政区划名称 单位名称 地区名称 全称 xzqmc area_name", example="北苑社区", kind="text", most=120),
        column("level", "级别", "Level", "层级 等级 类型 行政级别 区划级别 type", example="社区", kind="text", words=lambda: LEVEL_TITLES),
        column("parent", "上级代码", "Parent code", "上级 上级编码 父级 父级代码 所属 所属代码 上级区划代码 parent_code", example="990301001000"),
        column("code_system", "代码体系", "Code system", "编码体系 编码类型"),
        column("name_en", "英文名称", "English name", "英文名 英文", kind="text", most=120),
    ),
    take_back=take_back_import,
    ground=ground_files.File(
        look=look_at_areas, keep=keep_areas, other_meaning=other_meaning, package="areas", example="areas.csv", shapeless=True, ends=True
    ),
)  # fmt: skip
