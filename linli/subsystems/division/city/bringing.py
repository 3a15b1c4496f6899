"""Brings what an extract holds into the city: one import of the engine (linli/core/exchange), which goes on after a crash, changes only what
differs the next time, and can be taken back.

An object is known by its id in OpenStreetMap. What the city had from an earlier extract and a newer one of the same ground holds no more is
retired. Areas are never ended by a newer extract.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.utils.translation import gettext as _

from linli.core.areas.public import Area, AreaRow, area_tree, import_areas, plan_areas, take_back_areas, why_areas_stay
from linli.core.catalogue.public import catalogue
from linli.core.exchange.public import File, How, ImportedRow, Opened, Report, bring_in
from linli.core.platform.public import SYSTEM, Became, BroughtIn, ImportAsked, Refusal, Work, rehearse
from linli.core.registry.public import (
    Building,
    BuildingRow,
    Component,
    ComponentRow,
    StreetPiece,
    StreetRow,
    back_in_use,
    keep_buildings,
    keep_components,
    keep_streets,
    retire,
    take_back_buildings,
    take_back_components,
    take_back_streets,
)
from linli.lib.tables import Table
from linli.subsystems.division.city import CODE
from linli.subsystems.division.city.kinds import STANDARD
from linli.subsystems.division.city.things import AREA, BUILDING, COMPONENT, KINDS, STREET, CityExtract, Thing

SOURCE, GONE = "OpenStreetMap", "gone"
NO_DISTRICT = "city"
CODE_SYSTEM = "osm"


@dataclass(frozen=True, slots=True)
class CityRow:
    """One thing of the extract as a row of the engine; without a thing, one that is there no more: then `subject_id` is what it was here."""

    line: int
    reference: str
    digest: str
    thing: Thing | None
    subject_id: int = 0


class CitySource:
    """The rows of an extract for the engine: its things, areas first, and at the end what is there no more."""

    code, namespace, updates, together = CODE, "", True, False

    def __init__(self, extract: CityExtract) -> None:
        self.extract = extract
        # One that was broken off goes on where it is to have the same areas.
        areas = [one.digest for one in extract.things if one.kind == AREA]
        self.digest = hashlib.sha256(repr(areas).encode()).hexdigest()
        self.gone: Counter[str] = Counter()

    def check(self, columns: Sequence[str]) -> None:
        """An extract has no columns. Raises Refusal where no catalogue is set up that has the kinds of components."""
        del columns
        if not any(standard == STANDARD for standard, *_rest in catalogue().by_code):
            raise Refusal(_("The catalogue of %s is not set up; run `linli migrate` first.") % STANDARD)

    def read(self, table: Table) -> Iterator[CityRow]:
        """All rows, once for each reading."""
        del table
        there = set()
        for line, thing in enumerate(self.extract.things, 1):
            there.add(thing.reference)
            yield CityRow(line, thing.reference, thing.digest, thing)
        self.gone.clear()
        for line, row in enumerate(self._no_more(there), len(self.extract.things) + 1):
            self.gone[row.reference.partition(":")[0]] += 1
            yield CityRow(line, row.reference, GONE, None, row.subject_id)

    def _no_more(self, there: set[str]) -> list[ImportedRow]:
        """What earlier extracts brought that lies within this one and is not in it."""
        rows = ImportedRow.objects.filter(code=CODE, ended_at__isnull=True).exclude(row_digest=GONE).order_by("id")
        missing = [row for row in rows.iterator() if row.reference not in there]
        west, south, east, north = self.extract.box.bounds
        inside = {"lon__gt": west, "lon__lt": east, "lat__gt": south, "lat__lt": north}
        found = []
        for kind, model in ((BUILDING, Building), (COMPONENT, Component)):
            ids = {row.subject_id for row in missing if row.reference.startswith(f"{kind}:")}
            here = (
                set(model._default_manager.filter(retired_at__isnull=True, **inside).values_list("id", flat=True))
                if ids
                else set()
            )
            found += [row for row in missing if row.reference.startswith(f"{kind}:") and row.subject_id in here]
        lost = {row.reference.partition(":")[2]: row for row in missing if row.reference.startswith(f"{STREET}:")}
        passing: set[str] = set()
        if lost:
            pieces = StreetPiece.objects.exclude(reference="").filter(**inside)
            passing.update(str(reference) for reference in pieces.values_list("reference", flat=True))
        return found + [row for code, row in lost.items() if code in passing]

    def see(self, row: CityRow) -> None:
        """Nothing to take notice of."""

    def first_reading_over(self) -> tuple[()]:
        """Every row was settled while the extract was read."""
        return ()

    def seen(self, *, rehearsal: bool) -> None:
        """Nothing to make ready."""

    def keep(self, work: Work, rows: Sequence[CityRow], import_id: int) -> tuple[Sequence[Became], Counter[str]]:
        """Keeps things by their kinds, areas first; retires those that are there no more."""
        became: dict[str, Became] = {}
        asked = ImportAsked(access=None, now=work.now, import_id=import_id)
        for kind in KINDS:
            own = [row for row in rows if row.reference.startswith(f"{kind}:")]
            things = [row for row in own if row.thing is not None]
            gone = [row for row in own if row.thing is None]
            if things:
                kept = _KEEPERS[kind](work, [row.thing for row in things if row.thing], asked)
                became |= {row.reference: one for row, one in zip(things, kept, strict=True)}
            if gone:
                became |= {row.reference: one for row, one in zip(gone, _take_away(work, kind, gone), strict=True)}
        return [became[row.reference] for row in rows], Counter()

    def filed_in(self, rows: Sequence[CityRow], became: Sequence[Became]) -> Sequence[str]:  # noqa: ARG002 - of the engine
        """The home district of what lies in an area; areas and streets are the whole city's."""
        tree = area_tree()
        homes = []
        gone = {row.reference: row for row in rows if row.thing is None}
        known = dict(
            ImportedRow.objects.filter(code=CODE, reference__in=list(gone))
            .order_by("id")
            .values_list("reference", "home_district")
        )
        for row in rows:
            thing = row.thing
            if thing is None:
                homes.append(known.get(row.reference, NO_DISTRICT))
            else:
                placed = thing.kind in (BUILDING, COMPONENT)
                homes.append(tree.by_code[thing.filed_in].home_district if placed else NO_DISTRICT)
        return homes

    def notes(self) -> list[str]:
        """The report says it all."""
        return []


def import_city(
    extract: CityExtract,
    *,
    dry_run: bool = False,
    on_progress: Callable[[str, int], None] = lambda _reading, _rows: None,
) -> tuple[Report, Counter[str]]:
    """Brings an extract in as one import; gives the report of the engine, and how many of each kind are there no more. A second time changes
    nothing, a newer extract only what differs. A dry run does all of it in one transaction that is rolled back."""
    source, report = CitySource(extract), Report()
    nothing = Table((), (), "", "", "", (), (), lambda: iter(()), 0)
    given = Opened(nothing, File(extract.name, extract.digest))
    if dry_run:
        with rehearse(SYSTEM):
            bring_in(source, given, report, How(on_progress=on_progress))
        report.written = False
    else:
        bring_in(source, given, report, How(on_progress=on_progress))
    return report, source.gone


def _keep_areas(work: Work, things: Sequence[Thing], asked: ImportAsked) -> list[Became]:
    """Keeps areas as any import of areas does (linli/core/areas): what they were before stays there, and is taken back from there."""
    known = {
        one.code: one for one in Area.objects.filter(valid_to__isnull=True).exclude(code_system=CODE_SYSTEM).select_related("parent")
    }  # fmt: skip
    rows = [_area_row(thing, known.get(thing.code)) for thing in things]
    plan = plan_areas(rows)
    import_areas(work.actor, rows, source=SOURCE, import_id=asked.import_id)
    here = area_tree().by_code
    new, differ = {row.code for row in plan.added}, {row.code for row in plan.changed}
    return [
        Became(here[code].id, "added" if code in new else "changed" if code in differ else "here")
        for code in (thing.code for thing in things)
    ]


def _area_row(thing: Thing, own: Area | None) -> AreaRow:
    """An area with a code of the city's own keeps its name and place; the outline is new."""
    outline = _outline(thing.shape)
    if own is not None:
        above = own.parent.code if own.parent else ""
        return AreaRow(0, own.code, own.code_system, own.level, own.name, above, own.names, outline)
    names = {"en": thing.english} if thing.english else {}
    return AreaRow(0, thing.code, CODE_SYSTEM, thing.what, thing.name, thing.filed_in, names, outline)


def _outline(shape: Any) -> bytes | None:
    """The ground of a shape (WKB polygons), without lines that mending left over; None for none."""
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        parts = shapely.get_parts(shapely.get_parts(shape))
        shape = shapely.union_all([one for one in parts if one.geom_type == "Polygon"])
    return None if shape.is_empty else bytes(shapely.to_wkb(shape))


def _keep_streets(work: Work, things: Sequence[Thing], asked: ImportAsked) -> list[Became]:
    del asked
    return keep_streets(
        work,
        [
            StreetRow(thing.code, thing.name, tuple(tuple(map(tuple, run.coords)) for run in thing.shape.geoms))
            for thing in things
        ],
    )


def _keep_buildings(work: Work, things: Sequence[Thing], asked: ImportAsked) -> list[Became]:
    del asked
    rows = []
    for thing in things:
        place = shapely.point_on_surface(thing.shape)
        outline = None if thing.shape.geom_type == "Point" else shapely.to_wkb(thing.shape)
        rows.append(
            BuildingRow(
                thing.code,
                _area_id(thing),
                place.x,
                place.y,
                thing.name,
                thing.what,
                outline,
                thing.levels,
                thing.households,
            )
        )
    return keep_buildings(work, rows)


def _keep_components(work: Work, things: Sequence[Thing], asked: ImportAsked) -> list[Became]:
    known = catalogue().by_code
    rows = []
    for thing in things:
        category = known[STANDARD, "component", thing.what]
        rows.append(
            ComponentRow(thing.code, _area_id(thing), {
                "standard": STANDARD, "major_code": category.major_code, "minor_code": category.code[len(category.major_code) :],
                "name": thing.name or category.name, "owner_unit_id": None, "lon": thing.shape.x, "lat": thing.shape.y,
            })
        )  # fmt: skip
    return keep_components(work, rows, asked)


def _area_id(thing: Thing) -> int:
    return area_tree().by_code[thing.filed_in].id


_KEEPERS: dict[str, Callable[[Work, Sequence[Thing], ImportAsked], list[Became]]] = {
    AREA: _keep_areas, STREET: _keep_streets, BUILDING: _keep_buildings, COMPONENT: _keep_components,
}  # fmt: skip
_MODELS: dict[str, Any] = {BUILDING: Building, COMPONENT: Component}


def _take_away(work: Work, kind: str, rows: Sequence[CityRow]) -> list[Became]:
    if kind == STREET:
        return keep_streets(work, [StreetRow(row.reference.partition(":")[2], "") for row in rows])
    retire(work, _MODELS[kind], [row.subject_id for row in rows])
    return [Became(row.subject_id, "changed", GONE) for row in rows]


def take_back_city(work: Work, kept: Sequence[BroughtIn], asked: ImportAsked) -> dict[str, str]:
    """What was new is retired or ended, what was changed or gone is as it was. Areas go last and all together, and stay while something hangs on
    one of them. Why something stays is said by reference, since each kind has ids of its own."""
    by_kind = {kind: [one for one in kept if one.reference.startswith(f"{kind}:")] for kind in KINDS}
    take_back_streets(work, [(one.reference.partition(":")[2], one.before) for one in by_kind[STREET]])
    for kind, model in _MODELS.items():
        back_in_use(work, model, [one.subject_id for one in by_kind[kind] if one.before == GONE])
    take_back_buildings(work, [one for one in by_kind[BUILDING] if one.before != GONE])
    components = [one for one in by_kind[COMPONENT] if one.before != GONE]
    why = take_back_components(work, components, asked)
    stay = {one.reference: why[one.subject_id] for one in components if one.subject_id in why}
    return stay | _take_back_areas(work, by_kind[AREA], asked)


def _take_back_areas(work: Work, kept: Sequence[BroughtIn], asked: ImportAsked) -> dict[str, str]:
    why = why_areas_stay(asked.import_id) if kept else ""
    if kept and not why:
        take_back_areas(work.actor, import_id=asked.import_id)
    return {one.reference: why for one in kept if why}
