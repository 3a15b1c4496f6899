"""Who gets which status from the pages of imports: an import is seen by whoever brought it in and by those who may bring in the same there."""

from __future__ import annotations

import io
from uuid import uuid4

import shapely
from django.urls import reverse

from linli.core.exchange.ground import draw, told_of
from linli.core.exchange.pages.lists import RUNS
from linli.core.exchange.public import ImportRun, SentTable, choose_columns, receive, work_off_imports
from linli.core.platform.public import ground_files
from tests.access_table import NOBODY, PEOPLE, Ask, Entry, only
from tests.city import TestCity
from tests.desk.access_rows import rows_of
from tests.exchange.files import HEAD, bench, benches

EVERYBODY = tuple(who for who in PEOPLE if who != "all_roles")
MAY = ("supervisor", "auditor")  # who holds the permission of the example's import


def sent(city: TestCity, content: str) -> ImportRun:
    """A file that the supervisor of the district has sent."""
    access, columns = city.access["supervisor"], tuple(HEAD.strip().split(","))
    table = SentTable(
        uuid4().hex, "benches.csv", io.BytesIO(content.encode()), columns, (("B1", "河边", "115.005", "30.005"),), ()
    )
    return receive(access.actor(), access=access, uuid=uuid4(), code="benches", table=table)


def ground(city: TestCity, state: str) -> ImportRun:
    """A file of grids that the administrator of the district has sent, at its columns or looked at, with its map."""
    access = city.access["administrator"]
    known = {
        "layers": [""],
        "layer": "",
        "system": "",
        "encoding": "",
        "features": 1,
        "shapes": [["polygons", 1]],
        "notes": [],
        "other": None,
    }
    columns, first = ("网格编码", "社区代码"), (("G9", "990101001001"),)
    table = SentTable(uuid4().hex, "grids.geojson", io.BytesIO(b"{}"), columns, first, (), known)
    run = receive(access.actor(), access=access, uuid=uuid4(), code="grids", table=table)
    if state == "checked":
        change = ground_files.Change("G9", "北", "added", shapely.to_wkb(shapely.box(115.0, 30.0, 115.01, 30.01)))
        fault = ground_files.Fault(1, "geometry", "G9", "Look here.", 115.005, 30.005, grave=False)
        look = ground_files.Look(1, ["Converted."], [fault], [change], "1")
        draw(run, look)
        told = {**run.told, "ground": told_of(look), "notes": look.notes}
        ImportRun.objects.filter(id=run.id).update(state="checked", rows=1, added=1, told=told)
    return run


def entries(city: TestCity) -> list[Entry]:
    """The list, a new import, and one at each of its steps."""

    def get(name: str, *args: object) -> Ask:
        return lambda client: client.get(reverse(name, args=args))  # type: ignore[return-value]

    def post(name: str, *args: object, **form: str) -> Ask:
        return lambda client: client.post(reverse(name, args=args), {"effect_id": str(uuid4()), **form})  # type: ignore[return-value]

    received, moving, done = (
        sent(city, benches(1)),
        sent(city, benches(1)),
        sent(city, f"{HEAD}{bench(1)}\n{bench(2, grid=4)}\n"),
    )
    access = city.access["supervisor"]
    choose_columns(access.actor(), access=access, run_id=done.id, mapping=done.mapping)
    work_off_imports()
    choose_columns(access.actor(), access=access, run_id=moving.id, mapping=moving.mapping)
    may = only(200, *MAY, nobody=302)
    # Who has all roles of a street is of no help here: the file is the district's.
    hidden = {"otherwise": 404, "nobody": 302, "all_roles": 404}
    see = only(200, *MAY, **hidden)
    do = only(302, *MAY, **hidden)
    opened, looked_at = ground(city, "received"), ground(city, "checked")
    publishes = only(200, "administrator", otherwise=404, nobody=302, all_roles=404)
    return [
        Entry("import-new", "GET", get("import-new", "grids"), only(200, "administrator", "all_roles", nobody=302), "ground"),
        Entry("import", "GET", get("import", opened.id), publishes, "ground, its reading"),
        Entry("import", "GET", get("import", looked_at.id), publishes, "ground, its map"),
        Entry("import-map", "GET", get("import-map", looked_at.id), {**publishes, NOBODY: 401}),
        *rows_of(RUNS, "", EVERYBODY),
        Entry("import-new", "GET", get("import-new", "benches"), may),
        Entry("import-new", "POST", post("import-new", "benches"), only(422, *MAY, nobody=302), "without a file"),
        Entry("import-template", "GET", get("import-template", "benches"), may),
        Entry("import", "GET", get("import", received.id), see, "columns"),
        Entry("import", "GET", get("import", moving.id), see, "under way"),
        Entry("import", "GET", get("import", done.id), see, "result"),
        Entry("import-columns", "POST", post("import-columns", received.id), only(422, *MAY, **hidden), "none chosen"),
        Entry("import-anew", "POST", post("import-anew", done.id), do),
        Entry("import-keep", "POST", post("import-keep", done.id, take="good"), do),
        Entry("import-drop", "POST", post("import-drop", received.id), do),
        Entry("import-undo", "POST", post("import-undo", received.id), only(409, *MAY, **hidden)),
        Entry("import-bad-rows", "GET", get("import-bad-rows", done.id), see),
        Entry("import-map", "GET", get("import-map", done.id), {**only(404, *MAY, **hidden), NOBODY: 401}, "of a table"),
    ]  # fmt: skip
