"""Makes the demo city in the database that is set up: ground, people, rules, and 90 days of cases through the real services.

`run.py` next door calls it in a folder of its own and serves the result. Same seed, anchor and counts: the same city, people and
stories; only tracking numbers and salts of the audit trail are random.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

from linli.core.access.public import sync_roles, unit_tree
from linli.core.cases.public import Case
from linli.core.catalogue.public import catalogue, set_up_catalogue
from linli.core.forms.public import bring_forms
from linli.core.grids.public import Grid
from linli.core.platform.public import clock_at, receive_photo
from linli.demo.city import City, generate_city
from linli.demo.city.photos import PhotoPlan, draw_photo, taken_photo
from linli.demo.departments import department_ways
from linli.demo.ground import keep_areas, keep_grids, keep_registry
from linli.demo.ledgers import ledgers
from linli.demo.life import Town
from linli.demo.lives import Life
from linli.demo.office_time import ZONE, OfficeTime
from linli.demo.patrols import patrols
from linli.demo.plans import DAYS, CasePlan, plan_cases, shown
from linli.demo.recurring import recurring
from linli.demo.simulation import Simulation
from linli.demo.staff import Staff, create_staff
from linli.demo.staged import StagedLife
from linli.demo.units import add_routes, create_units
from linli.lib.refusal import Sentence

Say = Callable[[Sentence], object]
CASES, PHOTOS = 1200, 600
# Everything is set up before the first case is told of.
SET_UP_BEFORE = timedelta(days=DAYS + 7)
SAID_DAYS = 15  # of progress


@dataclass(frozen=True, slots=True)
class Made:
    """What was made and how long its parts took, in seconds."""

    city: City
    cases: int
    seconds: dict[str, float]


def make_city(
    seed: int,
    end: datetime,
    *,
    cases: int = CASES,
    photos: int = PHOTOS,
    say: Say = lambda _line: None,
    drawers: int = 1,
) -> Made:
    """Makes the city whose present is `end` (aware) in an empty, migrated database.

    `drawers` processes draw the photos meanwhile (0: this one does). Calling it twice on one database raises Refusal.
    """
    seconds: dict[str, float] = {}
    with _timed(seconds, "ground", say):
        city = generate_city(seed)
        with clock_at(end - SET_UP_BEFORE):
            staff = _set_up(city, end)
    with _timed(seconds, "plans", say):
        first_grid = min(staff.workers)
        plans = plan_cases(city, end, cases=cases, photos=photos, first_grid=first_grid)
    with _timed(seconds, "cases", say), _drawn(plans, drawers) as drawn:
        _tell(city, end, staff, plans, drawn, say)
    return Made(city, Case.objects.count(), seconds)


def _set_up(city: City, end: datetime) -> Staff:
    """Areas, roles, catalogue, units, grids, rules, things and people."""
    sync_roles()
    set_up_catalogue()
    areas, english = keep_areas(city)
    bring_forms()
    units = create_units(city, areas, english)
    keep_grids(city, english)
    add_routes(city, areas, units)
    keep_registry(city, areas)
    return create_staff(city, areas, units, end.astimezone(ZONE).date())


def _tell(
    city: City, end: datetime, staff: Staff, plans: list[CasePlan], drawn: Callable[[PhotoPlan], bytes], say: Say
) -> None:
    """Plays all plans in the order of time."""
    kept: dict[str, int] = {}

    def photo(plan: PhotoPlan, at: datetime, stamp: str) -> int:
        """The id of the stored file; taken in through the door when it is first shown."""
        if plan.name not in kept:
            content = taken_photo(drawn(plan), plan, at.astimezone(ZONE), stamp)
            kept[plan.name] = receive_photo(content, plan.name).id
        return kept[plan.name]

    def told(days: int) -> None:
        if days % SAID_DAYS == 0:
            say(Sentence("    %(days)s days …", {"days": days}))

    simulation = Simulation(_midnight(end - timedelta(days=DAYS + 1)), end, told)
    office = OfficeTime(catalogue().calendar)
    town = Town(city.seed, staff, office, photo, simulation.watch, simulation.begin)
    for plan in plans:
        life = StagedLife(town, plan, end) if plan.share is not None else Life(town, plan)
        simulation.begin(life.way())
    for way in (*patrols(town, city, end), *recurring(town, end), *ledgers(town, end), *department_ways(town, end)):
        simulation.begin(way)
    simulation.run()


def _midnight(instant: datetime) -> datetime:
    """Early in the night of that day, in the city's zone."""
    return instant.astimezone(ZONE).replace(hour=3, minute=45, second=0, microsecond=0).astimezone(UTC)


@contextmanager
def _drawn(plans: list[CasePlan], drawers: int) -> Iterator[Callable[[PhotoPlan], bytes]]:
    """Draws the photos in processes of their own, in the order in which they will be asked for."""
    ordered = sorted(plans, key=lambda plan: plan.reported_at)
    wanted = {photo.name: photo for plan in ordered for photo in shown(plan)}
    if not drawers:
        yield draw_photo
        return
    with ProcessPoolExecutor(drawers, mp_context=get_context("spawn")) as pool:
        pictures: dict[str, Future[bytes]] = {name: pool.submit(draw_photo, photo) for name, photo in wanted.items()}
        try:
            yield lambda plan: pictures.pop(plan.name).result()
        finally:
            for future in pictures.values():
                future.cancel()


# With their own empty places: what goes through a pipe is pickled, and the default ones cannot be.
PARTS = {
    "ground": Sentence("  Ground, units and people …", {}),
    "plans": Sentence("  What will happen …", {}),
    "cases": Sentence("  90 days of cases …", {}),
}


@contextmanager
def _timed(seconds: dict[str, float], part: str, say: Say) -> Iterator[None]:
    say(PARTS[part])
    start = time.monotonic()
    yield
    seconds[part] = time.monotonic() - start


# Drawn by chance with each case: the resident's key, what search finds by it, the salt of the digest of the words.
RANDOM = ("tracking", "search_tokens", "words_salt")


def story() -> list[str]:
    """Every case as a line of JSON, but for what is drawn by chance and for the database's own ids."""
    told = []
    units = {unit.id: unit.code for unit in unit_tree().nodes.values()}
    grids = dict(Grid.objects.values_list("id", "code"))
    names = [field.attname for field in Case._meta.concrete_fields]
    columns = [name for name in names if not name.endswith("id") and name not in RANDOM]
    shown = ["unit", "handling_unit", "grid", "uuid", *columns]
    # A missed check point makes its case under an id by chance.
    rows = (
        Case.objects.exclude(standard="patrol")
        .order_by("id")
        .values_list("unit_id", "handling_unit_id", "grid_id", "uuid", *columns)
    )
    for unit, handling, grid, *rest in rows:
        row = [units.get(unit), units.get(handling), grids.get(grid), *rest]
        told.append(json.dumps(dict(zip(shown, row, strict=True)), default=str, ensure_ascii=False))
    return told
