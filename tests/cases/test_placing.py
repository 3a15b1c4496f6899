"""No case without somebody who sees it: what lies in no grid goes to a staffed desk, and a desk without staff raises an alarm."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.access.public import Access, Role, User, access_of, close_account, create_user, grant_scope
from linli.core.cases.public import Case, CaseFilter, OutsideCity, find_case, list_cases, parse_report, report_case
from linli.core.cases.reading.unattended import unattended_for, unattended_gauges
from linli.core.platform.public import SYSTEM, BadInput
from tests.city import CITY, COMMUNITY, DISTRICT, OTHER_STREET, PASSWORD, STREET, TestCity
from tests.web.staff import signed_in


def placed(**given: Any) -> Case:
    columns = {"uuid": uuid4(), "source": "resident", "description": "路口有垃圾", "outside": True, **given}
    return report_case(SYSTEM, parse_report(**columns))[0]


def may_file(access: Access, case: Case) -> bool:
    return find_case(access, case.id) is not None and access.may_in_area("case.file", case.area_id)


# 200 m north of the first, the fourth and the fifth grid; far west; another country; where devices are lost.
@pytest.mark.parametrize(
    ("lon", "lat", "desk"),
    [
        (115.005, 30.0118, "street_centre"), (115.035, 30.0118, "other_centre"), (115.045, 30.0118, "far_centre"),
        (114.8, 30.0, "street_centre"), (-70.6, -33.4, None), (0.0, 0.0, None), (1e-320, 1e-320, None),
    ],
)  # fmt: skip
def test_a_place_in_no_grid_goes_to_the_nearest_desk_that_is_staffed(
    city: TestCity, lon: float, lat: float, desk: str | None
) -> None:
    case = placed(lon=lon, lat=lat)
    assert case.grid_id is None
    seen_by = [who for who in ("acceptance", "other_acceptance", "far_acceptance") if may_file(city.access[who], case)]
    assert len(seen_by) == 1
    if desk:
        assert case.unit_id == city.units[desk].id
    who = seen_by[0]
    assert [one.id for one in list_cases(city.access[who], CaseFilter(unplaced=True)).rows] == [case.id]
    assert [one.id for one in list_cases(city.access[who], CaseFilter(mine=True)).rows] == [case.id]
    # It can be filed and dispatched like any other.
    city.do(who, case, "file", category_id=city.category().id)


def test_a_staffed_city_desk_keeps_what_lies_in_no_grid(city: TestCity) -> None:
    role = Role.objects.get(code="acceptance")
    grant_scope(SYSTEM, user=city.users["auditor"], role=role, area=city.areas[CITY])
    assert placed(lon=115.005, lat=30.0118).unit_id == city.units["city_centre"].id


@pytest.mark.parametrize(("code", "who"), [(CITY, "far_acceptance"), (DISTRICT, "acceptance")])
def test_an_area_whose_own_desk_is_empty_goes_to_the_largest_in_it_that_is_staffed(
    city: TestCity, code: str, who: str
) -> None:
    assert may_file(city.access[who], placed(area_code=code))


def test_what_has_its_grid_or_community_is_not_called_unplaced(city: TestCity) -> None:
    placed(lon=115.005, lat=30.005)
    placed(area_code=COMMUNITY)
    assert list_cases(city.access["acceptance"], CaseFilter(unplaced=True)).rows == []


def test_a_closed_case_is_not_called_unplaced(city: TestCity) -> None:
    case = placed(lon=115.005, lat=30.0118)
    city.do("acceptance", case, "reject", reason="不在辖区")
    assert list_cases(city.access["acceptance"], CaseFilter(unplaced=True)).rows == []


@pytest.mark.parametrize(
    ("lon", "lat", "said"),
    [
        (114.8, 30.2, "29"), (0.0, 0.0, "0, 0"), (1e-320, -1e-320, "0, 0"), (115.2, 30.005, "14"), (-70.6, -33.4, ""),
        (180.0, 90.0, ""), (-180.0, -90.0, ""),
    ],
)  # fmt: skip
def test_a_place_far_outside_is_asked_about_before_it_is_taken(
    city: TestCity, lon: float, lat: float, said: str
) -> None:
    columns: dict[str, Any] = {"uuid": uuid4(), "source": "resident", "description": "垃圾", "lon": lon, "lat": lat}
    with pytest.raises(OutsideCity) as refused:
        parse_report(**columns)
    assert (refused.value.status, refused.value.code, refused.value.field) == (422, "outside_city", "lon")
    assert said in refused.value.sentence
    assert parse_report(**columns, outside=True).lon == lon


def test_the_bank_of_the_river_needs_no_question(city: TestCity) -> None:
    columns: dict[str, Any] = {
        "uuid": uuid4(),
        "source": "resident",
        "description": "垃圾",
        "lon": 115.005,
        "lat": 30.0118,
    }
    assert parse_report(**columns).lat == 30.0118


def test_meaning_it_does_not_let_broken_positions_in(city: TestCity) -> None:
    for lon, lat in ((float("nan"), 30.0), (30.005, 115.005), (115.0, float("inf")), (181.0, 30.0)):
        with pytest.raises(BadInput) as refused:
            parse_report(uuid=uuid4(), source="resident", description="垃圾", lon=lon, lat=lat, outside=True)
        assert refused.value.code == "bad_input"


def test_a_case_is_not_dispatched_to_a_unit_without_an_account(city: TestCity) -> None:
    case = city.bring_to("filed")
    _leave(city, "handler")
    with pytest.raises(BadInput) as refused:
        city.do("dispatcher", case, "dispatch", unit_id=city.units["environment"].id)
    assert refused.value.field == "unit"
    assert "环卫所" in refused.value.sentence
    assert city.do("dispatcher", case, "dispatch", unit_id=city.units["roads"].id).state == "dispatched"


def _leave(city: TestCity, *who: str) -> None:
    """Closes accounts, and that of who could stand in for everybody, by somebody who stands above all of them."""
    if "top" not in city.users:
        top = create_user(SYSTEM, username="top", display_name="Top", unit=city.units["city_centre"], password=PASSWORD)
        grant_scope(SYSTEM, user=top, role=Role.objects.get(code="administrator"), area=city.areas[CITY])
        city.users["top"] = top
    by = access_of(city.users["top"].id)
    assert by is not None
    for name in (*who, "all_roles"):
        close_account(SYSTEM, user=User.objects.get(id=city.users[name].id), by=by[0])


# State in which a case waits, the accounts that leave, and the unit that then stands alone with it.
ALONE: list[tuple[str, tuple[str, ...], str]] = [
    ("reported", ("acceptance",), "street_centre"),
    ("confirming", ("acceptance", "worker"), "street_centre"),
    ("filed", ("dispatcher",), "street_centre"),
    ("dispatched", ("handler",), "environment"),
    ("handling", ("handler",), "environment"),
    ("handled", ("verifier",), "street_centre"),
    ("verified", ("verifier",), "street_centre"),
]


@pytest.mark.parametrize(("state", "who", "unit"), ALONE)
def test_a_case_whose_last_account_left_raises_an_alarm(
    city: TestCity, state: str, who: tuple[str, ...], unit: str
) -> None:
    case = city.bring_to(state)
    assert unattended_for(city.access["supervisor"]) == []
    _leave(city, *who)
    for told in ("supervisor", "administrator", "leader", "auditor"):
        assert [(one.code, one.cases) for one in unattended_for(city.access[told])] == [(unit, 1)], told
    for other in ("other_acceptance", "far_acceptance", "other_handler", "other_worker"):
        assert unattended_for(city.access[other]) == []
    assert {name: value for name, (_words, value) in unattended_gauges().items()} == {
        "linli_unattended_units": 1.0, "linli_unattended_cases": 1.0,
    }  # fmt: skip
    assert Case.objects.get(id=case.id).state == state


def test_work_sent_back_to_a_unit_that_nobody_is_left_in_raises_the_alarm(city: TestCity) -> None:
    case = city.bring_to("verifying")
    _leave(city, "handler")
    assert unattended_for(city.access["supervisor"]) == []
    city.do("worker", case, "verify_fail", reason="还有垃圾")
    assert [one.code for one in unattended_for(city.access["supervisor"])] == ["environment"]


def test_the_alarm_stands_on_the_pages_of_who_can_mend_it_and_goes_with_a_new_account(city: TestCity) -> None:
    city.bring_to("dispatched")
    _leave(city, "handler")
    for who, page in (
        ("administrator", "home"),
        ("administrator", "people"),
        ("supervisor", "home"),
        ("leader", "home"),
    ):
        client = signed_in(city, who)
        assert "环卫所有 1 件案卷" in client.get(reverse(page)).content.decode(), (who, page)
    client = signed_in(city, "other_worker")
    assert "环卫所有" not in client.get(reverse("home")).content.decode()
    fresh = create_user(
        SYSTEM, username="fresh", display_name="新人", unit=city.units["environment"], password=PASSWORD
    )
    grant_scope(
        SYSTEM,
        user=fresh,
        role=Role.objects.get(code="handler"),
        area=city.areas[DISTRICT],
        unit=city.units["environment"],
    )
    client = signed_in(city, "leader")
    assert "环卫所有" not in client.get(reverse("home")).content.decode()


def test_metrics_say_how_many_cases_stand_alone(city: TestCity) -> None:
    assert "linli_unattended_cases 0.0" in Client().get(reverse("metrics")).content.decode()
    city.bring_to("dispatched")
    _leave(city, "handler")
    told = Client().get(reverse("metrics")).content.decode()
    assert "linli_unattended_units 1.0" in told
    assert "linli_unattended_cases 1.0" in told


def test_the_mark_and_its_filter_stand_on_the_list_and_the_case(city: TestCity) -> None:
    case = placed(lon=115.005, lat=30.0118)
    other = city.report()
    client = signed_in(city, "acceptance")
    listed = client.get(reverse("cases"), {"unplaced": "1"}).content.decode()
    assert reverse("case", args=[case.id]) in listed
    assert reverse("case", args=[other.id]) not in listed
    for page, count in ((reverse("case", args=[case.id]), 1), (reverse("case", args=[other.id]), 0)):
        assert client.get(page).content.decode().count("mark--amber") == count


@pytest.mark.parametrize("area", [STREET, OTHER_STREET])
def test_a_placed_case_keeps_its_area_also_where_nobody_sits_and_is_told_of(city: TestCity, area: str) -> None:
    _leave(city, "acceptance", "other_acceptance")
    case = placed(lon=115.005 if area == STREET else 115.035, lat=30.005)
    assert case.street_id == city.areas[area].id
    assert sum(one.cases for one in unattended_for(_top(city))) == 1


def _top(city: TestCity) -> Access:
    found = access_of(city.users["top"].id)
    assert found is not None
    return found[0]
