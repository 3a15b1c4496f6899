"""Tiles of cases and components: counts from afar, features from near, of what somebody may see and nothing else; bounded, and cached by version."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import mapbox_vector_tile
import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.algorithms.tile_counts import gathered
from linli.algorithms.tile_keys import KEY_ZOOM, tile_bounds, tile_key, tile_of_key
from linli.core.access.public import Role, grant_scope
from linli.core.cases.pages import case_tiles
from linli.core.cases.public import CLOCK_WORDS, OPEN_STATES, Case, CaseFilter, clock_word, counts_in_tile, visible
from linli.core.platform.public import SYSTEM, BroughtIn, ImportAsked, now, write
from linli.core.registry import pages as registry_pages
from linli.core.registry.cells import CELL_ZOOM, count_again
from linli.core.registry.component_import import ComponentRow, keep_components, take_back_components
from linli.core.registry.models import Component, ComponentCell
from linli.core.registry.public import PlacedRow, add_components
from tests.city import CITY, COMMUNITY, FAR_COMMUNITY, TestCity
from tests.web.staff import signed_in

LON, LAT = 115.005, 30.005
FAR = (115.045, 30.005)


def tile(
    city: TestCity, who: str, layer: str, zoom: int, at: tuple[float, float] = (LON, LAT), **query: str
) -> dict[str, list[dict[str, Any]]]:
    """The layers of a tile as this person gets it: name → properties of each feature."""
    x, y = tile_of_key(tile_key(*at, zoom))
    answer = signed_in(city, who).get(reverse(layer, args=[zoom, x, y]), query)
    assert answer.status_code == 200
    decoded = mapbox_vector_tile.decode(answer.content) if answer.content else {}
    return {
        name: [one["properties"] | ({"id": one["id"]} if "id" in one else {}) for one in found["features"]]
        for name, found in decoded.items()
    }


def total(layers: dict[str, list[dict[str, Any]]], name: str) -> int:
    return sum(int(one["count"]) for one in layers.get(name, []))


def test_from_afar_cases_are_counts_and_from_near_themselves(city: TestCity) -> None:
    cases = [city.report(uuid=uuid4()) for _number in range(3)]
    afar = tile(city, "dispatcher", "map-cases", 11)
    assert list(afar) == ["case_counts"]
    ((counted,),) = afar.values()
    assert counted["count"] == 3
    assert sum(counted.get(clock, 0) for clock in CLOCK_WORDS) == 3
    apart = city.report(uuid=uuid4(), lon=LON + 0.004, lat=LAT)
    near = tile(city, "dispatcher", "map-cases", 15)
    assert [one["count"] for one in near["case_counts"]] == [3], "three stand in one place"
    assert [one["id"] for one in near["cases"]] == [apart.id], "and one alone"
    nearest = tile(city, "dispatcher", "map-cases", 17)
    assert list(nearest) == ["cases"]
    assert [one["id"] for one in nearest["cases"]] == [case.id for case in cases]


def test_a_tile_tells_nothing_that_somebody_wrote(city: TestCity) -> None:
    case = city.report(words="张三家门口有垃圾", address="长安巷5号")
    x, y = tile_of_key(tile_key(LON, LAT, 16))
    content = signed_in(city, "dispatcher").get(reverse("map-cases", args=[16, x, y])).content
    for secret in ("张三", "长安巷", case.tracking):
        assert secret.encode() not in content
    (told,) = tile(city, "dispatcher", "map-cases", 16)["cases"]
    assert set(told) == {"id", "title", "clock", "state"}


def test_nobody_counts_what_they_may_not_see(city: TestCity) -> None:
    city.report(uuid=uuid4())
    assert total(tile(city, "supervisor", "map-cases", 10), "case_counts") == 1
    for zoom in (5, 10, 13, 14, 16, 18):
        assert tile(city, "far_acceptance", "map-cases", zoom) == {}, "of another street, at any zoom"


@pytest.mark.parametrize(
    "who", ["acceptance", "dispatcher", "handler", "far_acceptance", "supervisor", "worker", "other_worker"]
)
def test_counts_are_those_of_the_cases_that_are_seen(city: TestCity, who: str) -> None:
    for bring in (None, "filed", "handling", "closed"):
        city.report(uuid=uuid4())
        if bring:
            city.bring_to(bring)
    access = city.access[who]
    seen = visible(access).filter(state__in=OPEN_STATES, tile_key__isnull=False).count()
    assert total(tile(city, who, "map-cases", 8), "case_counts") == seen


def test_the_ring_of_a_count_says_what_the_clock_of_each_case_says(city: TestCity) -> None:
    """The statement and clock_word are two tellings of one rule, so each meets every kind of row."""
    instant, model = now(), city.report()
    hour = timedelta(hours=1)
    rows = [
        (state, clock, due, amber)
        for state in ("filed", "shelved", "closed")
        for clock in ("running", "paused", "done", "")
        for due in (None, instant - hour, instant, instant + hour)
        for amber in (None, instant - hour, instant + hour)
    ]
    expected = dict.fromkeys(CLOCK_WORDS, 0)
    for number, (state, clock, due, amber) in enumerate(rows):
        model.pk, model.uuid, model.tracking = None, uuid4(), f"T{number}"
        model.state, model.clock_state, model.due_at, model.amber_at = state, clock, due, amber
        model.save(force_insert=True)
        expected[clock_word(model, instant)] += 1
    x, y = tile_of_key(tile_key(LON, LAT, 12))
    wanted = CaseFilter(states=("filed", "shelved", "closed"))
    Case.objects.filter(tracking="").delete()
    counted = counts_in_tile(city.access["supervisor"], 12, x, y, wanted, instant).counts.sum(axis=0)
    before = clock_word(Case.objects.exclude(tracking__startswith="T").get(), instant)
    expected[before] += 0 if Case.objects.exclude(tracking__startswith="T").get().state not in wanted.states else 1
    assert dict(zip(CLOCK_WORDS, counted.tolist(), strict=True)) == expected


def test_too_many_features_become_counts(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(3):
        city.report(uuid=uuid4())
    monkeypatch.setattr(case_tiles, "MOST_CASES", 2)
    for zoom in (14, 16, 17, 18):
        layers = tile(city, "dispatcher", "map-cases", zoom)
        assert list(layers) == ["case_counts"]
        assert total(layers, "case_counts") == 3


def test_from_near_each_case_is_either_drawn_or_counted_and_never_both(city: TestCity) -> None:
    draw = np.random.default_rng(2)
    for lon, lat in draw.uniform((115.0005, 30.0005), (115.0095, 30.0095), (60, 2)).tolist():
        city.report("acceptance", uuid=uuid4(), lon=lon, lat=lat)
    city.report(grid=3)
    for zoom in (14, 15, 16):
        drawn: set[int] = set()
        counted = 0
        keys = Case.objects.values_list("tile_key", flat=True)
        for x, y in {tile_of_key((key or 0) >> 2 * (KEY_ZOOM - zoom)) for key in keys}:
            answer = signed_in(city, "dispatcher").get(reverse("map-cases", args=[zoom, x, y]))
            layers = mapbox_vector_tile.decode(answer.content) if answer.content else {}
            drawn |= {one["id"] for one in layers.get("cases", {"features": []})["features"]}
            counted += sum(
                one["properties"]["count"] for one in layers.get("case_counts", {"features": []})["features"]
            )
        assert len(drawn) + counted == 60
        assert drawn
        assert counted > 1


def test_filters_of_the_list_hold_and_what_ended_is_shown_for_a_month(city: TestCity) -> None:
    city.bring_to("closed", case=city.report(uuid=uuid4()))
    old = city.bring_to("closed", case=city.report(uuid=uuid4()))
    assert tile(city, "dispatcher", "map-cases", 10) == {}, "open ones only, unless asked"
    assert total(tile(city, "dispatcher", "map-cases", 10, state="closed"), "case_counts") == 2
    long_ago = now() - timedelta(days=40)
    Case.objects.filter(id=old.id).update(reported_at=long_ago)
    assert total(tile(city, "dispatcher", "map-cases", 10, state="closed"), "case_counts") == 1
    until = (long_ago + timedelta(days=3)).date().isoformat()
    assert total(tile(city, "dispatcher", "map-cases", 10, state="closed", until=until), "case_counts") == 1, (
        "of that period"
    )
    assert tile(city, "dispatcher", "map-cases", 10, state="closed", grid="G2") == {}
    assert tile(city, "dispatcher", "map-cases", 10, state="closed", category="99") == {}
    page = signed_in(city, "dispatcher").get(reverse("map"), {"state": "closed"}).content.decode()
    assert "31" in page.split('class="notice"')[1].split("</p>")[0]
    assert 'class="notice"' not in signed_in(city, "dispatcher").get(reverse("map")).content.decode()


def test_a_tile_is_asked_for_again_only_when_something_happened(city: TestCity) -> None:
    case = city.report()
    client = signed_in(city, "dispatcher")
    x, y = tile_of_key(tile_key(LON, LAT, 12))
    url = reverse("map-cases", args=[12, x, y])
    first = client.get(url)
    with CaptureQueriesContext(connection) as asked:
        again = client.get(url, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert not [one for one in asked.captured_queries if 'FROM "cases_case"' in one["sql"]]
    assert client.get(url, {"state": "filed"}, headers={"if-none-match": first["ETag"]}).status_code == 200
    assert signed_in(city, "supervisor").get(url, headers={"if-none-match": first["ETag"]}).status_code == 200
    city.bring_to("filed", case=case)
    assert client.get(url, headers={"if-none-match": first["ETag"]}).status_code == 200
    assert client.get(reverse("map-cases", args=[3, 9, 0])).status_code == 404
    assert client.get(reverse("map-cases", args=[19, 0, 0])).status_code == 404


@pytest.mark.parametrize("who", ["auditor", "supervisor", "dispatcher", "handler"])
def test_counts_of_open_cases_come_from_an_index_alone(city: TestCity, who: str) -> None:
    """On SQLite, whose plan says so; PostgreSQL decides by the numbers of rows, which bench/tiles.py measures."""
    if connection.vendor != "sqlite":
        pytest.skip("the plan of a small table says nothing there")
    x, y = tile_of_key(tile_key(LON, LAT, 10))
    access = city.access[who]
    with CaptureQueriesContext(connection) as asked:
        counts_in_tile(access, 10, x, y, CaseFilter(states=OPEN_STATES), now())
    (sql,) = [one["sql"] for one in asked.captured_queries if "cell" in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql)
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert "COVERING INDEX case_open_by_tile" in plan, plan


def components(
    city: TestCity, count: int, community: str = COMMUNITY, at: tuple[float, float] = (LON, LAT), first: int = 0
) -> None:
    columns = {
        "standard": "GB/T 47678.5-2026",
        "major_code": "02",
        "minor_code": "01",
        "name": "路灯",
        "owner_unit_id": None,
    }
    rows = [
        PlacedRow(
            f"{first + number:016d}",
            at[0] + number % 50 * 1e-5,
            at[1] + number // 50 * 1e-5,
            city.areas[community].id,
            columns,
        )
        for number in range(count)
    ]
    assert add_components(SYSTEM, rows, source="test") == count


def test_components_are_counted_from_afar_and_bear_their_class_from_near(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    components(city, 30)
    for zoom in (4, 10, 13):
        assert total(tile(city, "dispatcher", "map-components", zoom), "component_counts") == 30
    near = tile(city, "dispatcher", "map-components", 14)["components"]
    assert len(near) == 30
    assert {one["kind"] for one in near} == {"02"}
    monkeypatch.setattr(registry_pages, "MOST_COMPONENTS", 29)
    assert total(tile(city, "dispatcher", "map-components", 14), "component_counts") == 30
    assert total(tile(city, "dispatcher", "map-components", 18), "component_counts") == 30


def test_components_of_other_areas_are_not_counted(city: TestCity) -> None:
    components(city, 4)
    components(city, 5, FAR_COMMUNITY, FAR, first=100)
    for who in ("supervisor", "dispatcher"):
        assert total(tile(city, who, "map-components", 9), "component_counts") == 4
    grant_scope(SYSTEM, user=city.users["supervisor"], role=Role.objects.get(code="supervisor"), area=city.areas[CITY])
    assert total(tile(city, "supervisor", "map-components", 9), "component_counts") == 9


def kept() -> dict[int, int]:
    return dict(ComponentCell.objects.values_list("cell", "count"))


def there() -> dict[int, int]:
    found: dict[int, int] = {}
    for key in Component.objects.filter(retired_at__isnull=True).values_list("tile_key", flat=True):
        cell = key >> 2 * (KEY_ZOOM - CELL_ZOOM)
        found[cell] = found.get(cell, 0) + 1
    return found


@pytest.mark.parametrize("most", [0, 3000], ids=["everything", "cell by cell"])
def test_counting_again_finds_what_is_there(city: TestCity, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr("linli.core.registry.cells.MOST_CELLS", most)
    components(city, 6)
    components(city, 3, FAR_COMMUNITY, FAR, first=100)
    assert kept() == there()
    gone = list(Component.objects.order_by("id")[:2])
    Component.objects.filter(id__in=[one.id for one in gone]).update(retired_at=now())
    count_again(one.tile_key for one in gone)
    assert kept() == there()
    assert sum(kept().values()) == 7


def test_an_import_that_moves_components_and_its_taking_back_are_counted(city: TestCity) -> None:
    components(city, 4)
    asked = ImportAsked(None, now())
    row = next(iter(Component.objects.order_by("id")))
    moved = ComponentRow(
        row.code, city.areas[COMMUNITY].id,
        {
            "standard": row.standard, "major_code": row.major_code, "minor_code": row.minor_code, "name": row.name, "owner_unit_id": None,
            "lon": LON + 0.008, "lat": LAT,
        },
    )  # fmt: skip
    with write(SYSTEM) as work:
        (became,) = keep_components(work, [moved], asked)
    assert became.what == "changed"
    assert kept() == there()
    assert len(kept()) == 2
    with write(SYSTEM) as work:
        take_back_components(work, [BroughtIn(row.code, became.subject_id, became.what, became.before)], asked)
    assert kept() == there()
    assert len(kept()) == 1


def test_the_tag_of_a_tile_changes_with_the_components(city: TestCity) -> None:
    components(city, 2)
    client = signed_in(city, "dispatcher")
    x, y = tile_of_key(tile_key(LON, LAT, 12))
    url = reverse("map-components", args=[12, x, y])
    first = client.get(url)
    assert client.get(url, headers={"if-none-match": first["ETag"]}).status_code == 304
    components(city, 1, first=500)
    assert client.get(url, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_gathering_keeps_every_count_and_stays_inside_the_cell() -> None:
    draw = np.random.default_rng(3)
    lons, lats = draw.uniform(114.9, 115.1, 5000), draw.uniform(29.9, 30.1, 5000)
    keys = np.asarray(tile_key(lons, lats))
    counts = draw.integers(1, 5, (5000, 3))
    found = gathered(keys, counts, KEY_ZOOM, 12)
    assert found.counts.sum(axis=0).tolist() == counts.sum(axis=0).tolist()
    cells = np.asarray(tile_key(found.lons, found.lats, 12))
    assert sorted(cells.tolist()) == sorted(set((keys >> 2 * (KEY_ZOOM - 12)).tolist()))
    one = gathered(keys[:1], counts[:1], KEY_ZOOM, 0)
    small = tile_bounds(KEY_ZOOM, *tile_of_key(int(keys[0])))
    assert small.west <= one.lons[0] <= small.east
    assert small.south <= one.lats[0] <= small.north
    assert len(gathered(keys[:0], counts[:0], KEY_ZOOM, 3).lons) == 0
    with pytest.raises(ValueError, match="to_zoom"):
        gathered(keys, counts, 5, 6)
