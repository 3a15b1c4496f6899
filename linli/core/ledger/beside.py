"""What a ledger puts on pages of others: the menu, the map, the search, panels beside grids, areas and cases, the noun of its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import CharField, Q
from django.urls import reverse

from linli.algorithms.coordinates import Bounds
from linli.algorithms.distances import bounds_around, distance_m
from linli.algorithms.tile_keys import tile_key_ranges
from linli.core.access.public import Access
from linli.core.areas.public import area_condition
from linli.core.grids.public import locate_main
from linli.core.ledger.history import seen
from linli.core.ledger.importing import import_of
from linli.core.ledger.persons import service_of_ledger
from linli.core.platform.public import (
    AskedKind,
    Box,
    Found,
    IndexedKind,
    MapLayer,
    MapPoint,
    MenuEntry,
    Panel,
    Part,
    SearchKind,
    Subject,
    impersonal_fields,
    local_today,
)

if TYPE_CHECKING:
    from linli.core.ledger.definition import Ledger

MOST_POINTS, MOST_IN_PANEL, MOST_LOOKED_AT = 500, 6, 400
CASE_M = 150.0
GRID_M = 800.0


def parts_of(ledger: Ledger) -> tuple[Part, ...]:
    """The parts that the descriptor of its package brings with it."""
    view = ledger.permission("view")
    found: list[Part] = [
        import_of(ledger),
        Subject(code=f"ledger_{ledger.code}", titles=ledger.titles, tables=(ledger.model._meta.db_table,)),
        search_kind(ledger),
    ]  # fmt: skip
    if ledger.in_menu:
        found.append(
            MenuEntry(
                titles=ledger.titles, url_name=ledger.code, permission=view, icon=ledger.icon, section="ground", order=ledger.order
            )
        )  # fmt: skip
    if ledger.is_placed and ledger.layer:
        found.append(
            MapLayer(code=f"ledger_{ledger.code}", titles=ledger.titles, permission=view, points=partial(points_in, ledger))
        )  # fmt: skip
    contents: Mapping[str, Callable[..., Any]] = {"grid": near_grid, "case": near_case, "place": in_area}
    found += [
        Panel(
            on=on, code=f"ledger_{ledger.code}", titles=ledger.titles, permission=view, template="ledger/panel.html",
            content=partial(contents[on], ledger),
        )
        for on in ledger.panels
    ]  # fmt: skip
    if ledger.of_person:
        found.append(service_of_ledger(ledger))
    return tuple(found)


def address(ledger: Ledger, record_id: int) -> str:
    """The page of a record."""
    return reverse(f"{ledger.code}-record", args=[record_id])


def _in_use(ledger: Ledger, access: Access) -> Any:
    return seen(ledger, access).filter(retired_at__isnull=True)


def _around(box: Bounds) -> Q:
    wanted = Q()
    for low, high in tile_key_ranges(box):
        wanted |= Q(tile_key__gte=low, tile_key__lte=high)
    return wanted


def points_in(ledger: Ledger, access: Access, box: Box) -> Sequence[MapPoint]:
    """The records in a box, 500 at most, in one statement."""
    west, south, east, north = box
    rows = _in_use(ledger, access).filter(_around(Bounds(*box)), lon__range=(west, east), lat__range=(south, north))
    return [
        MapPoint(one.lon, one.lat, ledger.heading(one), address(ledger, one.id)) for one in rows[:MOST_POINTS]
    ]  # fmt: skip


def search_kind(ledger: Ledger) -> SearchKind:
    """What the one search finds of a ledger: by code, name and the other words kept; asked row by row where a name is personal."""
    given: dict[str, Any] = {
        "code": f"ledger_{ledger.code}", "titles": ledger.titles, "icon": ledger.icon, "permission": ledger.permission("view"),
        "more": ledger.code if ledger.in_menu else "", "order": 46, "on_map": ledger.is_placed,
    }  # fmt: skip
    plain = impersonal_fields(ledger.model)
    names = tuple(name for name in ledger.named if name != "code")
    if not plain.issuperset(names):
        return AskedKind(**given, find=partial(found_in, ledger))
    columns = {column.name: column for column in ledger.model._meta.concrete_fields}
    text = tuple(
        kept.name
        for kept in ledger.kept
        if kept.name in plain - set(names)
        and isinstance(columns[kept.name], CharField)
        and not columns[kept.name].choices
    )
    return IndexedKind(
        **given, model=ledger.model, rows=partial(_in_use, ledger), shown=partial(_found, ledger), names=names, codes=("code",),
        text=text, by_area=True,
    )  # fmt: skip


def found_in(ledger: Ledger, access: Access, words: str, most: int) -> Sequence[Found]:
    """The records whose code begins with the words, or whose name holds them; one statement."""
    wanted = Q(code__startswith=words)
    for name in ledger.named:
        wanted |= Q(**{f"{name}__icontains": words})
    return [_found(ledger, one) for one in _in_use(ledger, access).filter(wanted).order_by("-id")[:most]]


def _found(ledger: Ledger, record: Any) -> Found:
    point = (record.lon, record.lat) if ledger.is_placed and record.lon is not None else None
    return Found(ledger.heading(record), record.code, address(ledger, record.id), point)


def _shown(ledger: Ledger, records: Sequence[Any], more: str = "") -> Mapping[str, object] | None:
    lines = [
        {"title": ledger.heading(one), "url": address(ledger, one.id), "disputed": one.disputes > 0, "old": is_old(one)}
        for one in records[:MOST_IN_PANEL]
    ]
    return {"lines": lines, "more": more, "count": len(records)} if lines else None


def _shown_of(ledger: Ledger, access: Access, record_ids: Sequence[int]) -> Mapping[str, object] | None:
    """The first of these records, read whole only now, and how many there are."""
    records = _in_use(ledger, access).in_bulk(record_ids[:MOST_IN_PANEL])
    found = _shown(ledger, [records[one] for one in record_ids[:MOST_IN_PANEL] if one in records])
    return found and {**found, "count": len(record_ids)}


def is_old(record: Any) -> bool:
    """Whether some value of a record has grown old."""
    return record.verify_by is not None and record.verify_by <= local_today()


def near_case(ledger: Ledger, access: Access, case: Any) -> Mapping[str, object] | None:
    """The records within 150 m of a case, nearest first."""
    if not ledger.is_placed or getattr(case, "lon", None) is None or case.lat is None:
        return None
    rows = (
        _in_use(ledger, access)
        .filter(_around(bounds_around(case.lon, case.lat, CASE_M)))
        .values_list("id", "lon", "lat")
    )
    near = list(rows[:MOST_LOOKED_AT])
    lons, lats = (np.array([one[place] for one in near], dtype=float) for place in (1, 2))
    far = np.atleast_1d(distance_m(np.full(len(near), case.lon), np.full(len(near), case.lat), lons, lats))
    nearest = [near[place][0] for place in np.argsort(far, kind="stable") if far[place] <= CASE_M]
    return _shown_of(ledger, access, nearest)


def near_grid(ledger: Ledger, access: Access, grid: Any) -> Mapping[str, object] | None:
    """The records that stand in a grid; of a ledger without points nothing."""
    if not ledger.is_placed:
        return None
    rows = _in_use(ledger, access).filter(area_condition(grid.area_id), tile_key__isnull=False)
    inside = []
    for record_id, lon, lat in rows.order_by("-id").values_list("id", "lon", "lat")[:MOST_LOOKED_AT]:
        node, _layer = locate_main(lon, lat)
        if node is not None and node.id == grid.id:
            inside.append(record_id)
    return _shown_of(ledger, access, inside)


def in_area(ledger: Ledger, access: Access, area: Any) -> Mapping[str, object] | None:
    """The newest records in an area, and where all of them are listed."""
    rows = list(_in_use(ledger, access).filter(area_condition(area.id)).order_by("-id")[: MOST_IN_PANEL + 1])
    return _shown(ledger, rows, f"{reverse(ledger.code)}?area={area.code}")
