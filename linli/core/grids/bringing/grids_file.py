"""Grids as a file that is brought in from the pages: read by files.py, published by services.py, undone by versions.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from django.utils.translation import gettext as _

from linli.core.areas.public import area_tree
from linli.core.grids.bringing.meaning import other_meaning
from linli.core.grids.differences import (
    Difference,
    areas_of,
    as_they_stand,
    check_beginning,
    difference,
    last_version,
    rows_of_last,
)
from linli.core.grids.faults import GridRowError
from linli.core.grids.files import NAME_MAX, Choices, parse_beginning, read_grids
from linli.core.grids.models import GridLayer, GridSetVersion
from linli.core.grids.rows import GridRow
from linli.core.grids.services import create_layer, publish_grid_set
from linli.core.grids.versions import take_back, undo
from linli.core.platform.public import (
    BroughtIn,
    Import,
    ImportAsked,
    ImportColumn,
    NotAllowed,
    Refusal,
    Work,
    ground_files,
    now,
)
from linli.lib.geo.layer import Layer

KIND_TITLES = {
    "comprehensive": {"zh-hans": "综合", "en": "comprehensive"}, "dedicated": {"zh-hans": "专属", "en": "dedicated"},
    "undeveloped": {"zh-hans": "待开发", "en": "undeveloped"},
}  # fmt: skip
MAIN_LAYER, MAIN_NAME = "main", "综合网格"


def main_layer_row() -> GridLayer | None:
    """The layer that cases are routed by, as a row; None before the first grids."""
    return GridLayer.objects.filter(is_main=True, retired_at__isnull=True).first()


def look_at_grids(layer: Layer, choices: ground_files.Choices, asked: ImportAsked) -> ground_files.Look:
    """What the grids of a file would change in the main layer. Raises Refusal for a day on which they cannot begin."""
    begins = parse_beginning(choices.begins)
    found = ground_files.Look(rows=len(layer))
    how = Choices(choices.columns, choices.coordinates, choices.swapped, choices.mend)
    read = read_grids(layer, how, told=found.notes.append)
    if read.mended:
        found.notes.append(
            _("Mended: %(count)s grids; a border moved by %(metres)s m at most.")
            % {"count": len(read.mended), "metres": f"{read.moved_m:.2f}"}
        )
    found.faults = [_fault(error, grave=True) for error in read.errors]
    found.faults += [_fault(remark, grave=False) for remark in read.remarks]
    found.faults += _not_mine(read.rows, asked)
    there = main_layer_row()
    found.stands_on = str(_number(there))
    if found.bad:
        found.changes = [ground_files.Change(row.code, row.name, "here", row.polygon) for row in read.rows]
        return found
    rows = as_they_stand(there, read.rows, read.columns) if there else read.rows
    if there is not None:
        change = difference(there, rows)
        instant = now()
        check_beginning(change, begins or instant, instant)
        _refuse_foreign(there, asked)
        found.changes = _changes(there, rows, change)
    else:
        found.changes = [ground_files.Change(row.code, row.name, "added", row.polygon) for row in rows]
    found.made = rows
    return found


def _number(layer: GridLayer | None) -> int:
    last = last_version(layer) if layer is not None else None
    return last.number if last else 0


def _fault(error: GridRowError, *, grave: bool) -> ground_files.Fault:
    return ground_files.Fault(
        error.number, error.column, error.value, error.mend, error.lon, error.lat, grave, error.safe
    )


def _not_mine(rows: Sequence[GridRow], asked: ImportAsked) -> list[ground_files.Fault]:
    """Grids in areas where whoever asks publishes none, one sentence for each area."""
    nodes, first = area_tree().nodes, {row.area_id: row for row in reversed(rows)}
    return [
        ground_files.Fault(
            0, "area", nodes[area_id].code, _("This lies in %s, where you may not bring anything in.") % nodes[area_id].title,
            row.lon, row.lat,
        )
        for area_id, row in sorted(first.items())
        if not asked.may("grid.publish", area_id)
    ]  # fmt: skip


def _refuse_foreign(layer: GridLayer, asked: ImportAsked) -> None:
    if not all(asked.may("grid.publish", area_id) for area_id in areas_of(layer) & set(area_tree().nodes)):
        raise NotAllowed(_("You publish grids only where you answer for all areas of the layer."))


def _changes(layer: GridLayer, rows: Sequence[GridRow], change: Difference) -> list[ground_files.Change]:
    words: dict[str, ground_files.What] = dict.fromkeys(change.added, "added")
    words |= dict.fromkeys(change.changed, "changed")
    found = [ground_files.Change(row.code, row.name, words.get(row.code, "here"), row.polygon) for row in rows]
    gone = set(change.retired)
    ended = [row for row in rows_of_last(layer) if row.code in gone]
    return found + [ground_files.Change(row.code, row.name, "ended", row.polygon) for row in ended]


def keep_grids(
    work: Work, look: ground_files.Look, choices: ground_files.Choices, asked: ImportAsked, source: str
) -> int | None:
    """Publishes the grids that were looked at, as a version of the main layer."""
    del asked
    layer = main_layer_row() or create_layer(work.actor, code=MAIN_LAYER, name=MAIN_NAME, is_main=True)
    done = publish_grid_set(
        work.actor, layer=layer, rows=look.made, source=source, valid_from=parse_beginning(choices.begins), based_on=int(look.stands_on)
    )  # fmt: skip
    return done.version.id if done.version else None


def take_back_grids(work: Work, kept: Sequence[BroughtIn], asked: ImportAsked) -> Mapping[int, str]:
    """Takes a version back that has not begun, undoes one in force; a first one ends with all its grids."""
    for one in kept:
        version = GridSetVersion.objects.select_related("layer").get(id=one.subject_id)
        _refuse_foreign(version.layer, asked)
        if version.taken_back_at is not None:
            continue
        if version.valid_from > work.now:
            take_back(work.actor, version=version)
        elif GridSetVersion.objects.filter(undoes=version, taken_back_at__isnull=True).exists():
            continue
        elif not GridSetVersion.objects.filter(layer=version.layer, number__lt=version.number).exists():
            _end_all(work, version)
        else:
            undo(work.actor, version=version)
    return {}


def _end_all(work: Work, version: GridSetVersion) -> None:
    last = last_version(version.layer)
    if last is None or last.id != version.id:
        raise Refusal(
            _("Version %(last)d follows version %(number)d; begin with that one.")
            % {"last": last.number if last else 0, "number": version.number},
            field="version",
        )
    publish_grid_set(
        work.actor, layer=version.layer, rows=(), source="", based_on=version.number, undoes=version
    )  # fmt: skip


def column(
    code: str,
    zh: str,
    en: str,
    aliases: str = "",
    *,
    required: bool = False,
    example: str = "",
    kind: Literal["code", "text", "whole"] = "code",
    most: int = 40,
    words: Callable[[], Mapping[str, Mapping[str, str]]] | None = None,
) -> ImportColumn:
    """A column of a file of ground by its titles and what offices call it. Its cells are read by who reads the file; kind and words are told."""
    return ImportColumn(
        code=code, titles={"zh-hans": zh, "en": en}, required=required, aliases=tuple(aliases.split()), example=example, kind=kind, most=most,
        words=words,
    )  # fmt: skip


GRIDS_FILE = Import(
    code="grids",
    titles={"zh-hans": "网格", "en": "Grids"},
    explained={
        "zh-hans": "网格的边界和编码：Shapefile（打包成 ZIP）、GeoPackage、GeoJSON、KML，或带图形列的表格。先在地图上看改动，再确定从哪天起生效。",
        "en": "Borders and codes of grids: Shapefile (as ZIP), GeoPackage, GeoJSON, KML, or a table with shapes. A map shows what would change.",
    },
    permission="grid.publish",
    columns=(
        column("code", "网格编码", "Grid code", "代码 编码 编号 网格代码 网格编号 bgcode wgbm wgdm 单元网格编码", required=True, example="BY-01"),
        column("area", "社区代码", "Community code",
               "社区 社区编码 所属社区 所属社区代码 所属社区编码 区划代码 sqdm sqbm area_code", required=True, example="990301001001"),
        column("name", "网格名称", "Grid name", "名称 wgmc bgname", example="北苑社区第1网格", kind="text", most=NAME_MAX),
        column("name_en", "英文名称", "English name", "英文名", kind="text", most=NAME_MAX),
        column("kind", "网格类型", "Kind of grid", "类型 wglx", example="综合", kind="text", words=lambda: KIND_TITLES),
        column("purpose", "网格用途", "Purpose", "用途", kind="text"),
        column("households", "居民户数", "Households", "户数 hs", example="420", kind="whole"),
        column("people", "人口", "People", "人口数 常住人口 rks", kind="whole"),
    ),
    take_back=take_back_grids,
    ground=ground_files.File(
        look=look_at_grids, keep=keep_grids, other_meaning=other_meaning, package="grids", example="grids.geojson", dated=True
    ),
)  # fmt: skip
