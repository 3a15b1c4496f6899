"""Components (部件) from a file of the census: what a row is, how a batch is kept, what becomes of it when it is taken back.

The engine is linli/core/exchange. A component is known by its code; one that is here already is changed where the file says otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from linli.algorithms.coordinates import PositionError, parse_position
from linli.algorithms.tile_keys import tile_key
from linli.core.access.public import unit_tree
from linli.core.areas.public import area_tree
from linli.core.catalogue.public import Catalogue, CategoryNode, catalogue
from linli.core.grids.public import city_bounds, locate_main
from linli.core.platform.public import (
    BadCell,
    Became,
    BroughtIn,
    Import,
    ImportAsked,
    ImportColumn,
    NotAllowed,
    Work,
    insert_rows,
)
from linli.core.registry.cells import count_again
from linli.core.registry.models import Component

PERMISSION = "registry.import"
_WRITTEN = ("standard", "major_code", "minor_code", "name", "owner_unit_id", "lon", "lat")


@dataclass(frozen=True, slots=True)
class ComponentRow:
    """One component of the file, filed in the area of its grid, or in the one that the file names."""

    code: str
    area_id: int
    columns: dict[str, Any]


def component_row(cells: Mapping[str, Any], asked: ImportAsked) -> ComponentRow:
    """A component out of typed cells. Raises BadCell."""
    del asked
    lon, lat = _position(cells["lon"], cells["lat"])
    kind = _kind(cells["kind"])
    owner = unit_tree().by_code.get(cells["owner"]) if cells["owner"] else None
    if cells["owner"] and owner is None:
        raise BadCell("owner", _("No unit in force has this code."))
    columns = {
        "standard": kind.standard, "major_code": kind.major_code, "minor_code": kind.code[len(kind.major_code) :],
        "name": cells["name"] or kind.name, "owner_unit_id": owner.id if owner else None, "lon": lon, "lat": lat,
    }  # fmt: skip
    return ComponentRow(cells["code"], _area(lon, lat, cells["area"]), columns)


def _position(lon: Any, lat: Any) -> tuple[float, float]:
    try:
        position = parse_position(float(lon), float(lat), expected=city_bounds())
    except PositionError as error:
        mends = {
            "swapped": _("Longitude and latitude seem to be exchanged; longitude comes first."),
            "outside_bounds": _("This position lies outside the city; mend it."),
        }
        mend = mends.get(error.reason, _("Give a longitude from -180 to 180 and a latitude from -90 to 90 degrees."))
        raise BadCell(error.field, mend) from None
    return float(position.lon), float(position.lat)


def _kind(words: str) -> CategoryNode:
    """The category of components by its code or name; what means two is nothing."""
    found = _kinds(catalogue()).get(words)
    if found is None:
        raise BadCell(
            "kind", _("The catalogue has no such kind of component; write its code or its name as it stands there.")
        )
    return found


_by_word: tuple[Catalogue, dict[str, CategoryNode | None]] | None = None


def _kinds(of: Catalogue) -> dict[str, CategoryNode | None]:
    """Whatever may name a kind of component, kept as long as the catalogue is the same; None where two answer to a word."""
    global _by_word
    if _by_word is None or _by_word[0] is not of:
        _by_word = (of, _words_of(of))
    return _by_word[1]


def _words_of(of: Catalogue) -> dict[str, CategoryNode | None]:
    found: dict[str, CategoryNode | None] = {}
    for node in of.categories.values():
        if node.kind == "component":
            for words in {node.code, node.name, *node.names.values()}:
                found[words] = None if words in found else node
    return found


def _area(lon: float, lat: float, code: str | None) -> int:
    if code:
        node = area_tree().by_code.get(code)
        if node is None:
            raise BadCell("area", _("No area in force has this code."))
        return node.id
    grid, _index = locate_main(lon, lat)
    if grid is None:
        raise BadCell("area", _("No grid holds this point; give the code of its community."))
    return grid.area_id


def keep_components(work: Work, rows: Sequence[ComponentRow], asked: ImportAsked) -> list[Became]:
    """Adds new components in one statement, and changes those that are here and differ; what the file has no column for stays."""
    del work
    tree = area_tree()
    written = [
        {**tree.scope_columns(row.area_id), **row.columns, "code": row.code, "tile_key": int(tile_key(row.columns["lon"], row.columns["lat"]))}
        for row in rows
    ]  # fmt: skip
    here = {one.code: one for one in Component.objects.filter(code__in=[row.code for row in rows])}
    for one in here.values():
        if not asked.may(PERMISSION, one.area_id):
            raise NotAllowed(_("The component %s stands where you may not bring anything in.") % one.code)
    silent = [field for column, field in (("name", "name"), ("owner", "owner_unit_id")) if not asked.has(column)]
    for columns in written:
        if (known := here.get(columns["code"])) is not None:
            columns.update({field: getattr(known, field) for field in silent})
    fresh = [columns for columns in written if columns["code"] not in here]
    ids = dict(zip([columns["code"] for columns in fresh], insert_rows(Component, fresh), strict=True))
    before = {one.id: one.tile_key for one in here.values()}
    became = [
        _changed(here[columns["code"]], columns) if columns["code"] in here else Became(ids[columns["code"]])
        for columns in written
    ]
    changed = [(one.subject_id, columns) for one, columns in zip(became, written, strict=True) if one.what != "here"]
    count_again(
        [columns["tile_key"] for _id, columns in changed] + [before[id_] for id_, _columns in changed if id_ in before]
    )
    return became


def _changed(one: Component, columns: dict[str, Any]) -> Became:
    """Writes what differs; what was before goes along, so that it can come back. Its home district stays, as everywhere."""
    columns = {name: value for name, value in columns.items() if name != "home_district"}
    if one.retired_at is not None:
        Component.objects.filter(id=one.id).update(**columns, retired_at=None)
        return Became(one.id)
    if all(getattr(one, name) == columns[name] for name in _WRITTEN):
        return Became(one.id, "here")
    before = json.dumps(
        [getattr(one, name) for name in _WRITTEN] + [one.area_id], ensure_ascii=False, separators=(",", ":")
    )
    Component.objects.filter(id=one.id).update(**columns)
    return Became(one.id, "changed", before)


def take_back_components(work: Work, kept: Sequence[BroughtIn], asked: ImportAsked) -> Mapping[int, str]:
    """What was new is retired, what was changed is as it was before; what stands where whoever asks may bring nothing in stays."""
    tree = area_tree()
    areas = dict(Component.objects.filter(id__in=[one.subject_id for one in kept]).values_list("id", "area_id"))
    why = {
        id_: _("It lies in an area that is not yours.")
        for id_, area_id in areas.items()
        if not asked.may(PERMISSION, area_id)
    }
    kept = [one for one in kept if one.subject_id not in why]
    ids = [one.subject_id for one in kept]
    touched = list(Component.objects.filter(id__in=ids).values_list("tile_key", flat=True))
    Component.objects.filter(id__in=[one.subject_id for one in kept if one.what == "added"]).update(retired_at=work.now)
    for one in kept:
        if one.what == "changed":
            *values, area_id = json.loads(one.before)
            columns = {**tree.scope_columns(area_id), **dict(zip(_WRITTEN, values, strict=True))}
            del columns["home_district"]
            columns["tile_key"] = int(tile_key(columns["lon"], columns["lat"]))
            Component.objects.filter(id=one.subject_id).update(**columns)
            touched.append(columns["tile_key"])
    count_again(touched)
    return why


COMPONENTS = Import(
    code="components",
    titles={"zh-hans": "部件", "en": "Components"},
    explained={
        "zh-hans": "部件普查的成果：井盖、路灯、消火栓等，按坐标归入网格所在的社区。",
        "en": "Things in public space out of a census, such as covers, lamps, hydrants; each is filed where its grid lies.",
    },
    permission=PERMISSION,
    columns=(
        ImportColumn(
            code="code", titles={"zh-hans": "部件编码", "en": "Component code"}, kind="code", required=True, most=20,
            aliases=("部件代码", "部件标识码", "编码", "代码", "标识码", "ObjCode"), example="6501020102000001",
        ),
        ImportColumn(
            code="kind", titles={"zh-hans": "部件类别", "en": "Kind of component"}, required=True, most=60,
            aliases=("类别", "小类", "小类名称", "部件名称", "类型", "category", "class"), example="路灯",
            explained={"zh-hans": "立案标准里的代码或名称", "en": "Code or name as the catalogue has it"},
        ),
        ImportColumn(
            code="lon", titles={"zh-hans": "经度", "en": "Longitude"}, kind="decimal", required=True, aliases=("x", "X坐标", "lng", "long"),
            example="115.0051", explained={"zh-hans": "WGS 84，度", "en": "WGS 84, degrees"},
        ),
        ImportColumn(
            code="lat", titles={"zh-hans": "纬度", "en": "Latitude"}, kind="decimal", required=True, aliases=("y", "Y坐标"),
            example="30.0052", explained={"zh-hans": "WGS 84，度", "en": "WGS 84, degrees"},
        ),
        ImportColumn(
            code="name", titles={"zh-hans": "名称", "en": "Name"}, most=100, aliases=("对象名称", "ObjName"), example="江滨路3号灯",
        ),
        ImportColumn(
            code="owner", titles={"zh-hans": "权属单位代码", "en": "Code of the owner"}, kind="code", aliases=("权属单位编码", "养护单位代码", "unit"),
        ),
        ImportColumn(
            code="area", titles={"zh-hans": "社区代码", "en": "Code of the community"}, kind="code",
            aliases=("区划代码", "所属社区代码", "community"), explained={"zh-hans": "坐标不在任何网格里时填写", "en": "Where no grid holds the point"},
        ),
    ),
    row=component_row,
    reference=lambda row: row.code,
    keep=keep_components,
    take_back=take_back_components,
    area=lambda row: row.area_id,
)  # fmt: skip
