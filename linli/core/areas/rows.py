"""The door for lists of areas: rows in, parsed rows or named faults out. Nothing is written here; services.py next door does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from linli.core.areas.models import LEVELS
from linli.core.areas.selectors import AreaTree
from linli.core.platform.public import in_words
from linli.lib.faults import Fault
from linli.lib.spreadsheets import what_happened_to_code, what_is_unseen

NAME_MAX = 120
CODE = re.compile(r"^[0-9A-Za-z][0-9A-Za-z.-]{0,31}$")
# What lists of the statistics, of civil affairs and of city offices call the levels.
LEVEL_WORDS = {
    word: level
    for level, words in {
        "city": "市 地级市 直辖市 城市 地区 自治州 盟 市级 地级 prefecture municipality",
        "district": "区 县 市辖区 县级市 自治县 旗 自治旗 特区 林区 区县 县级 区级 county",
        "street": "街道 镇 乡 街道办 街道办事处 民族乡 苏木 民族苏木 县辖区 街镇 乡镇 乡级 镇级 街道级 township town subdistrict",
        "community": "社区 村 居委会 村委会 居民委员会 村民委员会 社区居委会 社区居民委员会 行政村 嘎查 居村委 村级 社区级 village",
        "group": "居民小组 村民小组 小组",
    }.items()
    for word in words.split()
}
LEVELS_SHOWN = "city 市, district 区/县, street 街道/镇/乡, community 社区/村, group 居民小组"
# Headings of area lists and the column each stands for.
AREA_HEADINGS = {
    heading: column
    for column, headings in {
        "code": "代码 编码 编号 区划代码 行政区划代码 区划编码 统计用区划代码 统计用区划代码(12位) 地区代码 areacode area_code",
        "name": "名称 区划名称 行政区划名称 单位名称 地区名称 全称 area_name",
        "level": "级别 层级 等级 类型 行政级别 区划级别 type",
        "parent": "上级 上级代码 上级编码 父级 父级代码 所属 所属代码 上级区划代码 parent_code",
        "code_system": "代码体系 编码体系 编码类型",
        "name_en": "英文名 英文名称 英文 english",
    }.items()
    for heading in (column, *headings.split())
}


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One parsed row of an area list. `outline` (WKB polygon, WGS 84) is None where the list has none: what is known then stays."""

    line: int
    code: str
    code_system: str
    level: str
    name: str
    parent_code: str
    names: dict[str, str] = field(default_factory=dict)
    outline: bytes | None = None


def is_area_code(text: str) -> bool:
    """Whether a text may be the code of an area."""
    return CODE.fullmatch(text) is not None


def parse_area_rows(
    rows: Iterable[tuple[int, Mapping[str, str]]], known: AreaTree | None = None
) -> tuple[list[AreaRow], list[Fault]]:
    """Turns (line, cells) into rows. Columns: code, name, level; optional parent, code_system, name_en.

    Without `parent` the parent of a 12-digit statistical code is found by its digits among the rows. Every bad cell is
    reported; the caller decides whether to go on with the good ones. With `known` a row may lie in an area that is in force and not in the
    list, and of one in force name, level and parent may be left out.
    """
    known = known or AreaTree()
    good: list[AreaRow] = []
    errors: list[Fault] = []
    seen: dict[tuple[str, str], int] = {}
    for line, given in rows:
        cells = _with_known(given, known)
        code = cells.get("code", "").strip()
        name = cells.get("name", "").strip()
        level = cells.get("level", "").strip().lower()
        level = LEVEL_WORDS.get(level, level)
        system = cells.get("code_system", "").strip() or "cn-statistical-12"
        problem: Fault | None = None
        if touched := what_happened_to_code(code):
            problem = Fault(line, "code", code, in_words(touched))
        elif unseen := what_is_unseen(name):
            problem = Fault(line, "name", name, in_words(unseen))
        elif not CODE.match(code):
            problem = Fault(line, "code", code, _("Give the official code: letters and digits, at most 32."))
        elif system == "cn-statistical-12" and not re.fullmatch(r"[0-9]{12}", code):
            problem = Fault(
                line, "code", code, _("A statistical code has 12 digits; name another code_system for other codes.")
            )
        elif (system, code) in seen:
            problem = Fault(line, "code", code, _("The code stands already on line %s.") % seen[(system, code)])
        elif not name or len(name) > NAME_MAX:
            problem = Fault(line, "name", name, _("Give a name of at most %s characters.") % NAME_MAX)
        elif level not in LEVELS:
            problem = Fault(line, "level", level, _("Use one of: %s.") % LEVELS_SHOWN)
        if problem:
            errors.append(problem)
            continue
        seen[(system, code)] = line
        english = cells.get("name_en", "").strip()
        good.append(
            AreaRow(
                line, code, system, level, name, cells.get("parent", "").strip(), {"en": english} if english else {}
            )
        )
    return _with_parents(good, errors, known), errors


def _with_known(cells: Mapping[str, str], known: AreaTree) -> Mapping[str, str]:
    """The cells of a row, and what is left out of an area in force as it is known."""
    node = known.by_code.get(cells.get("code", "").strip())
    if node is None:
        return cells
    there = {"name": node.name, "level": node.level, "name_en": node.names.get("en", "")}
    if node.parent_id is not None:
        there["parent"] = known.nodes[node.parent_id].code
    return {**there, **{column: cell for column, cell in cells.items() if cell.strip()}}


def _with_parents(rows: list[AreaRow], errors: list[Fault], known: AreaTree) -> list[AreaRow]:
    """Finds each row's parent; reports rows whose parent is missing or not of a higher level, and a second root."""
    codes = {node.code: node.level for node in known.nodes.values()} | {row.code: row.level for row in rows}
    root_known = known.root()
    rank = {level: index for index, level in enumerate(LEVELS)}
    settled: list[AreaRow] = []
    root: str | None = root_known.code if root_known else None
    for row in rows:
        parent_code = row.parent_code or _statistical_parent(row, codes)
        if not parent_code:
            if root is not None and root != row.code:
                errors.append(Fault(row.line, "parent", "", _("One city only: %s has no parent either.") % root))
                continue
            root = row.code
        elif parent_code not in codes:
            errors.append(Fault(row.line, "parent", parent_code, _("No row has this code; add it or mend the parent.")))
            continue
        elif rank[codes[parent_code]] >= rank[row.level]:
            errors.append(
                Fault(
                    row.line,
                    "level",
                    row.level,
                    _("An area lies in one of a higher level; its parent is a %s.") % codes[parent_code],
                )
            )
            continue
        settled.append(replace(row, parent_code=parent_code))
    return sorted(settled, key=lambda row: rank[row.level])


def _statistical_parent(row: AreaRow, codes: Mapping[str, str]) -> str:
    if row.code_system != "cn-statistical-12":
        return ""
    for kept in (9, 6, 4, 2):
        candidate = row.code[:kept].ljust(12, "0")
        if candidate != row.code and candidate in codes:
            return candidate
    return ""
