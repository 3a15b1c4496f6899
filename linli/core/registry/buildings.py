"""Buildings (楼栋) as they come from a map: kept by code, and taken back. component_import.py has the same for components."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linli.algorithms.tile_keys import tile_key
from linli.core.areas.public import area_tree
from linli.core.platform.public import Became, BroughtIn, Work, insert_rows
from linli.core.registry.cells import count_again
from linli.core.registry.models import Building, Component, Placed

_WRITTEN = ("name", "use", "outline", "levels", "households", "households_counted", "lon", "lat")


@dataclass(frozen=True, slots=True)
class BuildingRow:
    """One building, filed in an area. `outline` is WKB in WGS 84 degrees, None for one that is known as a point only."""

    code: str
    area_id: int
    lon: float
    lat: float
    name: str = ""
    use: str = ""
    outline: bytes | None = None
    levels: float | None = None
    households: int | None = None
    households_counted: bool = False


def keep_buildings(work: Work, rows: Sequence[BuildingRow]) -> list[Became]:
    """Adds new buildings in one statement, and changes those that are here and differ; what was before goes along."""
    del work
    tree = area_tree()
    here = {one.code: one for one in Building.objects.filter(code__in=[row.code for row in rows])}
    written = [
        {**tree.scope_columns(row.area_id), **{name: getattr(row, name) for name in _WRITTEN}, "code": row.code, "tile_key": _key(row.lon, row.lat)}
        for row in rows
    ]  # fmt: skip
    fresh = [columns for columns in written if columns["code"] not in here]
    ids = dict(zip([columns["code"] for columns in fresh], insert_rows(Building, fresh), strict=True))
    return [
        _changed(here[columns["code"]], columns) if columns["code"] in here else Became(ids[columns["code"]])
        for columns in written
    ]


def _changed(one: Building, columns: dict[str, Any]) -> Became:
    columns = {name: value for name, value in columns.items() if name != "home_district"}
    if one.retired_at is not None:
        Building.objects.filter(id=one.id).update(**columns, retired_at=None)
        return Became(one.id)
    now_so = [_told(getattr(one, name)) for name in _WRITTEN] + [one.area_id]
    if now_so == [_told(columns[name]) for name in _WRITTEN] + [columns["area_id"]]:
        return Became(one.id, "here")
    Building.objects.filter(id=one.id).update(**columns)
    return Became(one.id, "changed", json.dumps(now_so, ensure_ascii=False, separators=(",", ":")))


def take_back_buildings(work: Work, kept: Sequence[BroughtIn]) -> None:
    """What was new is retired, what was changed is as it was before."""
    tree = area_tree()
    retire(work, Building, [one.subject_id for one in kept if one.what == "added"])
    for one in kept:
        if one.what == "changed":
            *values, area_id = json.loads(one.before)
            columns = dict(zip(_WRITTEN, values, strict=True))
            columns["outline"] = bytes.fromhex(columns["outline"]) if columns["outline"] is not None else None
            scope = tree.scope_columns(area_id)
            del scope["home_district"]
            key = _key(columns["lon"], columns["lat"])
            Building.objects.filter(id=one.subject_id).update(**scope, **columns, tile_key=key)


def retire(work: Work, model: type[Placed], ids: Iterable[int]) -> None:
    """Takes things off the maps and lists that are there no more; their rows stay."""
    _set_retired(model, ids, work.now)


def back_in_use(work: Work, model: type[Placed], ids: Iterable[int]) -> None:
    """Undoes `retire`."""
    del work
    _set_retired(model, ids, None)


def _set_retired(model: type[Placed], ids: Iterable[int], at: datetime | None) -> None:
    rows = model._default_manager.filter(pk__in=list(ids))
    keys = list(rows.values_list("tile_key", flat=True))
    rows.update(retired_at=at)
    if issubclass(model, Component):
        count_again(keys)


def _told(value: Any) -> Any:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


def _key(lon: float, lat: float) -> int:
    return int(tile_key(lon, lat))
