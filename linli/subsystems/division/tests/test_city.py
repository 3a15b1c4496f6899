"""A city out of its extract alone: every object is taken or told, a newer extract changes only what differs, and an import goes back whole."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from linli.config.cli import linli
from linli.core.access.public import create_unit, retire_unit
from linli.core.areas.public import Area, area_tree, import_areas, parse_area_rows
from linli.core.catalogue.public import catalogue, set_up_catalogue
from linli.core.exchange.public import ImportedRow, ImportRun
from linli.core.platform.public import SYSTEM
from linli.core.registry.public import Building, Component, StreetPiece, named_streets, where_is
from linli.subsystems.division.city.kinds import STANDARD, kinds_by_key

from .test_outlines import box, outlines
from .village import SOUTH, WEST, Village

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    set_up_catalogue()


def typed(*arguments: str) -> Result:
    done = CliRunner().invoke(linli, arguments, env={"LANG": "en_US.UTF-8"}, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done


def village(path: Path, *, later: bool = False) -> Path:
    """Two streets, a house of flats, a shed whose ways the border cuts, lamps; later a lamp is gone, a street has another name, one lamp is new."""
    made = Village(path)
    made.way([(5, -1), (5, 11)], (), highway="residential", name="Mannerheimintie" if later else "Aleksi")
    made.way([(-1, 5), (11, 5)], (), highway="footway")
    made.way([(1, 9), (2, 9)], (), highway="construction", name="Uusi")
    made.way([(6, 9), (8, 9)], [(6, 9), (8, 9)], highway="residential", name="Beyond")
    made.way([(6, 6), (7, 6), (7, 7), (6, 7), (6, 6)], (), highway="pedestrian", area="yes", name="Tori")
    made.box(1, 1, 2, 2, building="apartments", building_levels="6", name="Kaleva")
    made.relation([made.way([(8, 8), (9, 8)], ())], type="multipolygon", building="shed")
    made.thing(1000, (3, 3), building="yes")
    for number in (1001, 1002):
        made.thing(number, (4, number - 1000), highway="street_lamp")
    if later:
        made.thing(1004, (4, 4), highway="street_lamp", name="New lamp")
    else:
        made.thing(1003, (4, 3), highway="street_lamp")
    made.thing(1005, (4.5, 3), amenity="restaurant")
    made.thing(1006, (4.5, 4), manhole="drain", inlet="grate")
    made.thing(1007, (40, 40), amenity="bench")
    return made.written()


def in_use(model: type[Component] | type[Building]) -> set[str]:
    return set(model._default_manager.filter(retired_at__isnull=True).values_list("code", flat=True))  # type: ignore[union-attr]


def test_the_table_names_categories_that_the_standard_has() -> None:
    known = catalogue().by_code
    named = {row.category for rows in kinds_by_key().values() for row in rows}
    assert not [code for code in named if (STANDARD, "component", code) not in known]
    assert len(named) > 50
    for rows in kinds_by_key().values():
        general = [place for place, row in enumerate(rows) if row.value == "*" and not row.also]
        assert general in ([], [len(rows) - 1]), "what stands below is never reached"


def test_every_object_is_taken_or_told_with_the_reason(tmp_path: Path) -> None:
    report = tmp_path / "account.json"
    said = typed("city", "import-osm", str(village(tmp_path / "village.osm.pbf")), "--report", str(report)).output
    kinds = json.loads(report.read_text())["kinds"]
    assert kinds["street"] == {
        "residential": {"taken": 1, "cut": 1}, "footway": {"unnamed": 1}, "construction": {"planned": 1}, "pedestrian": {"square": 1},
    }  # fmt: skip
    assert kinds["building"] == {"": {"taken": 2, "incomplete": 1}}
    assert kinds["component"] == {
        "01037": {"taken": 3}, "01003": {"taken": 1}, "01004": {"taken": 1}, "04007": {"no_area": 1},
    }  # fmt: skip
    assert json.loads(report.read_text())["without_category"] == {"amenity=restaurant": 1, "highway=construction": 1}
    assert "Streets: 5 in the extract, 1 taken" in said
    assert "1 in no community" in said
    assert in_use(Component) == {"n1001", "n1002", "n1003", "n1006", "n1006-01004"}
    flats, point = Building.objects.get(name="Kaleva"), Building.objects.get(code="n1000")
    assert flats.use == "apartments" and flats.levels == 6 and not flats.households_counted  # noqa: PT018
    assert flats.households == pytest.approx(62 * 111 * 0.8 * 6 / 90 * 0.9, rel=0.15)
    assert point.outline is None and point.households is None  # noqa: PT018
    assert set(named_streets()) == {"Aleksi"}
    assert "Aleksi" in where_is(WEST + 0.005, SOUTH + 0.004)
    (community,) = (node for node in area_tree().nodes.values() if node.level == "community")
    assert community.code == "osm" and Area.objects.get(id=community.id).outline is not None  # noqa: PT018
    assert {one.community_id for one in Component.objects.all()} == {community.id}


def test_a_dry_run_says_the_same_and_changes_nothing(tmp_path: Path) -> None:
    file = str(village(tmp_path / "village.osm.pbf"))
    rehearsed = typed("city", "import-osm", file, "--dry-run").output
    assert not Area.objects.exists()
    assert not ImportRun.objects.exists()
    assert area_tree().root() is None
    done = typed("city", "import-osm", file).output
    assert re.findall(r"(\d+) new", rehearsed) == re.findall(r"(\d+) new", done) == ["10"]


def test_a_newer_extract_changes_only_what_differs_and_goes_back_to_what_was(tmp_path: Path) -> None:
    file = str(village(tmp_path / "village.osm.pbf"))
    typed("city", "import-osm", file)
    assert "0 new, 0 changed (0 of them there no more), 10 here already" in typed("city", "import-osm", file).output
    before = in_use(Component)
    newer = typed("city", "import-osm", str(village(tmp_path / "newer.osm.pbf", later=True))).output
    # The newer file is called otherwise, and so is its one community.
    assert "1 new, 3 changed (1 of them there no more)" in newer
    assert in_use(Component) == before - {"n1003"} | {"n1004"}
    assert set(named_streets()) == {"Mannerheimintie"}
    typed("import", "--undo", str(ImportRun.objects.latest("id").id))
    assert in_use(Component) == before
    assert set(named_streets()) == {"Aleksi"}
    assert Area.objects.get(code="osm", valid_to__isnull=True).name == "village"


def test_an_import_is_taken_back_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # In several transactions, as of a city: what lies in areas has to go before them.
    monkeypatch.setattr("linli.core.exchange.taking_back.UNDO_ROWS", 3)
    file = str(village(tmp_path / "village.osm.pbf"))
    typed("city", "import-osm", file)
    typed("import", "--undo", str(ImportRun.objects.get().id))
    assert not in_use(Component) | in_use(Building)
    assert not StreetPiece.objects.exists()
    assert area_tree().root() is None
    assert not ImportedRow.objects.filter(ended_at__isnull=True).exists()
    assert "10 new" in typed("city", "import-osm", file).output


def test_areas_stay_with_the_reason_while_something_hangs_on_one(tmp_path: Path) -> None:
    typed("city", "import-osm", str(village(tmp_path / "village.osm.pbf")))
    number = str(ImportRun.objects.get().id)
    kept = {node.code for node in area_tree().nodes.values()}
    unit = create_unit(SYSTEM, code="U1", kind="centre", name="Centre", area=Area.objects.get(code="osm"))
    done = CliRunner().invoke(linli, ["import", "--undo", number], env={"LANG": "en_US.UTF-8"})
    assert done.exit_code == 1
    assert "area:osm: Something hangs on areas that this import added (unit)" in done.output
    assert {node.code for node in area_tree().nodes.values()} == kept
    assert not in_use(Component) | in_use(Building)
    assert not StreetPiece.objects.exists()
    retire_unit(SYSTEM, unit.id)
    typed("import", "--undo", number)
    assert area_tree().root() is None
    assert ImportRun.objects.get().state == "taken_back"


def test_a_city_that_has_only_a_name_takes_the_areas_of_the_extract(tmp_path: Path) -> None:
    row = {"code": "990300000000", "name": "沐河市", "level": "city"}
    import_areas(SYSTEM, parse_area_rows([(1, row)])[0], source="test")
    typed("city", "import-osm", str(village(tmp_path / "village.osm.pbf")), "--name", "Town")
    told = {(node.code, node.name) for node in area_tree().nodes.values()}
    assert told == {("990300000000", "沐河市"), ("osm", "Town")}
    typed("import", "--undo", str(ImportRun.objects.get().id))
    assert {node.code for node in area_tree().nodes.values()} == {"990300000000"}


def test_an_extract_of_other_ground_takes_nothing_away(tmp_path: Path) -> None:
    typed("city", "import-osm", str(village(tmp_path / "village.osm.pbf")), "--name", "Town")
    before, streets = in_use(Component), set(named_streets())
    beside = Village(tmp_path / "beside.osm.pbf", west=WEST + 0.02)
    beside.thing(2001, (4, 4), amenity="bench")
    beside.written()
    typed("city", "import-osm", str(beside.path), "--name", "Town")
    assert in_use(Component) == before | {"n2001"}
    assert set(named_streets()) == streets


def test_boundaries_of_the_extract_are_a_tree(tmp_path: Path) -> None:
    made = Village(tmp_path / "town.osm.pbf")
    made.box(1, 1, 2, 2, building="apartments")
    made.box(8, 1, 9, 2, building="apartments")
    west, east = made.box(0, 0, 5, 10), made.box(5, 0, 10, 10)
    whole = made.box(0, 0, 10, 10)
    for ways, level, names in (
        ([west], "10", {"name": "Länsi", "name:en": "West", "name:zh": "西区"}), ([east], "10", {"name": "Itä"}), ([whole], "9", {"name": "Keskusta"}),
    ):  # fmt: skip
        made.relation(ways, boundary="administrative", admin_level=level, **names)
    made.written()
    typed("city", "import-osm", str(made.path), "--name", "海城", "--name-en", "Sea City")
    tree = area_tree()
    told = {(node.level, node.name, node.names.get("en", "")) for node in tree.nodes.values()}
    assert told == {
        ("city", "海城", "Sea City"),
        ("street", "Keskusta", ""),
        ("community", "西区", "West"),
        ("community", "Itä", ""),
    }
    street = next(node for node in tree.nodes.values() if node.level == "street")
    assert {node.parent_id for node in tree.nodes.values() if node.level == "community"} == {street.id}
    assert len(set(Building.objects.values_list("community_id", flat=True))) == 2


def test_a_city_with_codes_of_its_own_keeps_them(tmp_path: Path) -> None:
    from linli.lib.geo.writing import written

    from .test_whole_way import AREAS

    (tmp_path / "areas.csv").write_text(AREAS, encoding="utf-8-sig")
    typed("areas", "import", str(tmp_path / "areas.csv"))
    file = str(village(tmp_path / "village.osm.pbf"))
    refused = CliRunner().invoke(linli, ["city", "import-osm", file], env={"LANG": "en_US.UTF-8"})
    assert refused.exit_code != 0
    assert "--communities" in str(refused.exception)
    layer = outlines(("390102001001", "柳荫社区", box(0, 0, 5, 10)), ("390102001002", "塔山社区", box(5, 0, 10, 10)))
    (tmp_path / "communities.zip").write_bytes(written(layer, ".zip", encoding="GBK"))
    typed("city", "import-osm", file, "--communities", str(tmp_path / "communities.zip"))
    assert len(area_tree().nodes) == 5
    community = area_tree().by_code["390102001001"]
    assert community.name == "柳荫社区" and community.street_id is not None  # noqa: PT018
    assert set(Component.objects.values_list("community_id", flat=True)) == {community.id}
    # Next time the outlines are known.
    assert "0 new, 0 changed" in typed("city", "import-osm", file).output
    typed("import", "--undo", str(ImportRun.objects.get().id))
    assert len(area_tree().nodes) == 5
    assert not Area.objects.filter(outline__isnull=False).exists()
