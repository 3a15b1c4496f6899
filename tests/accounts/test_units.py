"""The pages and routes of units: the tree, a new one, a change, retiring with what hangs on it, bringing back, undoing."""

from __future__ import annotations

from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from linli.core.access.public import Unit, UnitChange, make_token, unit_tree
from linli.core.platform.public import SYSTEM
from tests.access_table import signed_in
from tests.api.caller import Caller
from tests.city import DISTRICT, OTHER_DISTRICT, TestCity
from tests.forms import sent

FORM = {"name": "园林所", "name_en": "Parks", "code": "parks", "kind": "department", "area": DISTRICT, "parent": ""}


def as_(city: TestCity) -> Client:
    return signed_in(Client(), city.users["administrator"])


def words(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


def test_the_tree_shows_the_units_of_my_areas_below_the_ones_above_them(city: TestCity) -> None:
    client = as_(city)
    client.post(reverse("unit-new"), sent(**(FORM | {"parent": "roads"})))
    page = words(client.get(reverse("units")))
    assert "园林所" in page
    assert "└" in page
    assert "南山区中心" not in page
    assert page.index("市政所") < page.index("园林所")
    found = words(client.get(reverse("units"), {"q": "园林"}))
    assert found.count("row-link") == 1


def test_a_unit_is_made_changed_retired_brought_back_and_undone_on_its_page(city: TestCity) -> None:
    client = as_(city)
    made = client.post(reverse("unit-new"), sent(**FORM))
    unit = Unit.objects.get(code="parks")
    assert made["Location"] == f"{reverse('unit', args=[unit.id])}?done=made"
    client.post(reverse("unit", args=[unit.id]), sent(**(FORM | {"name": "绿化所", "parent": "roads"})))
    assert unit_tree().nodes[unit.id].name == "绿化所"
    page = words(client.get(reverse("unit", args=[unit.id])))
    assert "园林所 → 绿化所" in page
    assert "Administrator" in page
    newest = UnitChange.objects.filter(unit=unit).latest("id")
    client.post(reverse("unit-undo", args=[unit.id, newest.id]), sent())
    assert (unit_tree().nodes[unit.id].name, unit_tree().nodes[unit.id].parent_id) == ("园林所", None)
    client.post(reverse("unit-retire", args=[unit.id]), sent())
    assert unit.id not in unit_tree().nodes
    assert "园林所" in words(client.get(reverse("units"), {"retired": "1"}))
    client.post(reverse("unit-reopen", args=[unit.id]), sent())
    assert unit.id in unit_tree().nodes


def test_what_hangs_on_a_unit_is_said_before_and_after_the_press(city: TestCity) -> None:
    client, unit = as_(city), city.units["environment"]
    assert "在用账号 2" in words(client.get(reverse("unit", args=[unit.id])))
    refused = client.post(reverse("unit-retire", args=[unit.id]), sent())
    assert refused.status_code == 409
    assert "在用账号 2" in words(refused)
    assert unit.id in unit_tree().nodes


def test_a_bad_form_keeps_what_was_typed_and_says_what_to_mend(city: TestCity) -> None:
    client = as_(city)
    twice = client.post(reverse("unit-new"), sent(**(FORM | {"code": "roads"})))
    assert twice.status_code == 409
    assert 'value="园林所"' in words(twice)
    for form in ({"code": "a b"}, {"name": ""}, {"area": OTHER_DISTRICT}, {"kind": "ship"}):
        assert client.post(reverse("unit-new"), sent(**(FORM | form))).status_code in (400, 422)
    unit = city.units["roads"]
    own = client.post(reverse("unit", args=[unit.id]), sent(**(FORM | {"parent": "roads"})))
    assert own.status_code in (400, 422)
    assert "之下" in words(own)
    assert unit_tree().nodes[unit.id].name == "市政所"


def test_a_unit_above_that_lies_outside_my_areas_stays_where_i_choose_none(city: TestCity) -> None:
    street = city.units["district_centre"]
    Unit.objects.filter(id=street.id).update(parent=city.units["city_centre"])
    form = {"name": "临江区网格中心", "name_en": "", "kind": "centre", "area": DISTRICT, "parent": ""}
    assert as_(city).post(reverse("unit", args=[street.id]), sent(**form)).status_code == 302
    assert Unit.objects.get(id=street.id).parent_id == city.units["city_centre"].id


def test_programs_make_change_retire_and_bring_back(city: TestCity) -> None:
    caller: Any = Caller(make_token(SYSTEM, user=city.users["administrator"], name="x")[1])
    body = {"code": "parks", "name": "园林所", "kind": "department", "area_code": DISTRICT}
    made = caller.post("/units", body)
    assert (made.status_code, made.json()["in_force"]) == (201, True)
    del body["code"]
    changed = caller.post("/units/parks", body | {"name": "绿化所", "parent_code": "roads"}).json()
    assert (changed["name"], changed["parent_id"]) == ("绿化所", city.units["roads"].id)
    assert caller.post("/units/parks/retire", "").json()["in_force"] is False
    assert caller.post("/units/parks/reopen", "").json()["in_force"] is True
    held = caller.post("/units/environment/retire", "")
    assert held.status_code == 409
    assert "在用账号 2" in held.json()["detail"]
    assert caller.post("/units/far_centre", body).status_code == 404
    assert caller.post("/units", body | {"code": "y", "area_code": OTHER_DISTRICT}).status_code == 403
    assert caller.post("/units", body | {"code": "y", "area_code": "1"}).status_code == 422
