"""People below me: found, made, unlocked, closed; rights handed on and ended downwards only (R-R6)."""

from __future__ import annotations

from contextlib import suppress
from html import unescape
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.core.access.public import (
    HeldBack,
    Role,
    Scope,
    User,
    check_sign_in,
    create_unit,
    create_user,
    grant_scope,
    make_token,
    scopes_of,
    users_below,
)
from linli.core.access.throttle import FREE_A_DAY, PER_ADDRESS
from linli.core.platform.public import SYSTEM, verify
from tests.access_table import signed_in
from tests.city import COMMUNITY, DISTRICT, OTHER_DISTRICT, PASSWORD, STREET, TestCity
from tests.forms import sent

FORM = {
    "username": "new.worker",
    "display_name": "陈芳",
    "unit": "community_office 柳荫社区居委会",
    "phone": "",
    "mail": "chen@example.org",
}


def as_(city: TestCity, who: str = "administrator") -> Client:
    return signed_in(Client(), city.users[who])


def words(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


def second_administrator(city: TestCity, area: str, unit: str, name: str = "second") -> User:
    """One more administrator, over `area`, of a unit."""
    user = create_user(SYSTEM, username=name, display_name=name, unit=city.units[unit], password=PASSWORD)
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="administrator"), area=city.areas[area])
    city.users[name] = user
    return user


def test_the_list_holds_the_people_of_my_areas_alone(city: TestCity) -> None:
    page = words(as_(city).get(reverse("people")))
    assert ">Worker<" in page
    assert "Far Acceptance" not in page  # another district
    assert "Auditor" not in page  # a unit of the city above
    assert users_below(city.access["administrator"]).count() == 13


@pytest.mark.parametrize(
    ("query", "found"), [("hand", 2), ("环卫", 2), ("WORKER", 2), ("zzz", 0), ("%", 0), ("\x00", 13)]
)
def test_people_are_found_by_name_and_unit(city: TestCity, query: str, found: int) -> None:
    assert words(as_(city).get(reverse("people"), {"q": query})).count("row-link") == found


def test_a_list_of_many_goes_on_by_cursor(city: TestCity) -> None:
    for number in range(45):
        create_user(
            SYSTEM, username=f"n{number}", display_name=f"人员{number}", unit=city.units["roads"], password=PASSWORD
        )
    client = as_(city)
    first = words(client.get(reverse("people")))
    assert first.count("row-link") == 50
    cursor = first.split("cursor=")[1].split('"')[0]
    assert words(client.get(reverse("people"), {"cursor": cursor})).count("row-link") == 8
    assert words(client.get(reverse("people"), {"cursor": "x" * 90})).count("row-link") == 50


def test_a_new_person_signs_in_and_sees_nothing_but_their_account(city: TestCity) -> None:
    effect, client = str(uuid4()), as_(city)
    response = client.post(reverse("person-new"), FORM | {"effect_id": effect})
    user = User.objects.get(username="new.worker")
    assert response["Location"] == f"{reverse('person', args=[user.id])}?done=sent"
    # The same form again tells the same and makes nobody.
    assert client.post(reverse("person-new"), FORM | {"effect_id": effect})["Location"] == response["Location"]
    assert User.objects.filter(username="new.worker").count() == 1
    assert (user.has_usable_password(), check_sign_in("new.worker", "")) == (False, None)
    theirs = signed_in(Client(), user)
    assert theirs.get(reverse("account")).status_code == 200
    assert theirs.get(reverse("people")).status_code == 403


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"username": "worker"}, "username"),
        ({"username": "WORKER"}, "username"),
        ({"username": ""}, "username"),
        ({"username": "李 四"}, "username"),
        ({"username": "x" * 65}, "username"),
        ({"display_name": ""}, "display_name"),
        ({"display_name": "\u200b"}, "display_name"),
        ({"display_name": "名" * 81}, "display_name"),
        ({"unit": "没有这个单位"}, "unit"),
        ({"unit": ""}, "unit"),
        ({"unit": "far_centre 南山区中心"}, "unit"),
        ({"unit": "city_centre"}, "unit"),
        ({"phone": "<b>1</b>"}, "phone"),
        ({"phone": "13800abc"}, "phone"),
        ({"mail": "no mail"}, "mail"),
        ({"effect_id": "no uuid"}, ""),
    ],
)
def test_a_refused_person_keeps_what_was_typed_and_makes_nobody(
    city: TestCity, given: dict[str, str], field: str
) -> None:
    before = User.objects.count()
    response = as_(city).post(reverse("person-new"), {"effect_id": str(uuid4()), **FORM, **given})
    assert response.status_code in (409, 422)
    assert User.objects.count() == before
    page = words(response)
    if field:
        assert f'id="id_{field}_error"' in page
    if field != "mail":
        assert 'value="chen@example.org"' in page


# Who gives what to whom, and why not. `administrator` is the district's.
GIVE = [
    ("worker", "dispatcher", STREET, "", ""),
    ("worker", "verifier", DISTRICT, "", ""),
    ("worker", "handler", COMMUNITY, "community_office", ""),
    ("worker", "administrator", STREET, "", ""),
    ("worker", "administrator", DISTRICT, "", "own_level"),
    ("worker", "dispatcher", OTHER_DISTRICT, "", "outside_area"),
    ("worker", "dispatcher", "990100000000", "", "outside_area"),
    ("worker", "handler", DISTRICT, "far_centre", "outside_area"),
    ("administrator", "dispatcher", STREET, "", "own_rights"),
    ("far_acceptance", "dispatcher", STREET, "", "not_found"),
    ("auditor", "dispatcher", STREET, "", "not_found"),
    ("worker", "no_such_role", STREET, "", "bad_input"),
    ("worker", "", STREET, "", "bad_input"),
    ("worker", "\x00", STREET, "", "bad_input"),
    ("worker", "dispatcher", "no such area", "", "bad_input"),
    ("worker", "dispatcher", "", "", "bad_input"),
    ("worker", "handler", STREET, "no such unit", "bad_input"),
]
STATUS = {"": 302, "own_level": 409, "outside_area": 422, "own_rights": 409, "not_found": 404, "bad_input": 422}


def give(client: Client, user: User, role: str, area: str, unit: str = "", effect: str = "") -> HttpResponse:
    form = {"role": role, "area": area, "unit": unit, "effect_id": effect or str(uuid4())}
    return client.post(reverse("scope-give", args=[user.id]), form)  # type: ignore[return-value]


@pytest.mark.parametrize(("whom", "role", "area", "unit", "why"), GIVE)
def test_rights_are_given_downwards_only(city: TestCity, whom: str, role: str, area: str, unit: str, why: str) -> None:
    before = Scope.objects.count()
    response = give(as_(city), city.users[whom], role, area, unit)
    assert response.status_code == STATUS[why]
    assert Scope.objects.count() == before + (why == "")
    if why in ("own_level", "outside_area", "bad_input"):
        page = words(response)
        assert why != "own_level" or f'value="{area}"' in page
        assert ("notice--red" if why == "own_level" else "field--error") in page


def test_a_given_right_holds_at_once_and_ends_at_once(city: TestCity) -> None:
    client, worker = as_(city), city.users["worker"]
    theirs, effect = signed_in(Client(), worker), str(uuid4())
    give(client, worker, "administrator", STREET, effect=effect)
    assert theirs.get(reverse("people")).status_code == 200
    scope = scopes_of(worker.id).get(role__code="administrator")
    assert scope.granted_by_id == city.users["administrator"].id
    assert client.post(reverse("scope-end", args=[worker.id, scope.id]), sent()).status_code == 302
    assert theirs.get(reverse("people")).status_code == 403
    # The form that gave it, sent again from an old page, gives nothing back.
    give(client, worker, "administrator", STREET, effect=effect)
    assert theirs.get(reverse("people")).status_code == 403
    assert client.post(reverse("scope-end", args=[worker.id, scope.id]), sent()).status_code == 404
    assert list(verify()) == []


def test_a_right_given_twice_is_one(city: TestCity) -> None:
    for _ in range(2):
        give(as_(city), city.users["worker"], "dispatcher", STREET)
    assert scopes_of(city.users["worker"].id).filter(role__code="dispatcher").count() == 1


def test_nobody_ends_own_rights_or_those_of_the_same_level_or_above(city: TestCity) -> None:
    client, me = as_(city), city.users["administrator"]
    peer = second_administrator(city, DISTRICT, "district_centre")
    senior = second_administrator(city, "990100000000", "city_centre", "senior")
    grant_scope(SYSTEM, user=senior, role=Role.objects.get(code="acceptance"), area=city.areas[STREET])
    for user, status in ((me, 409), (peer, 409), (senior, 404)):
        for scope in scopes_of(user.id):
            assert client.post(reverse("scope-end", args=[user.id, scope.id]), sent()).status_code == status
        assert scopes_of(user.id).exists()
    # From above it works.
    for scope in scopes_of(peer.id):
        assert (
            signed_in(Client(), senior).post(reverse("scope-end", args=[peer.id, scope.id]), sent()).status_code == 302
        )


def test_a_street_hands_on_what_the_district_gave_it_to_communities(city: TestCity) -> None:
    street = second_administrator(city, STREET, "street_centre")
    client = signed_in(Client(), street)
    assert give(client, city.users["worker"], "administrator", COMMUNITY).status_code == 302
    assert give(client, city.users["leader"], "administrator", STREET).status_code == 409
    assert give(client, city.users["handler"], "dispatcher", STREET).status_code == 404  # a unit of the district


def test_an_administrator_opens_a_name_that_guessing_holds_back(city: TestCity) -> None:
    for number in range(1 + FREE_A_DAY // PER_ADDRESS):
        for _ in range(PER_ADDRESS):
            with suppress(HeldBack):
                check_sign_in("worker", "wrong", origin=f"192.0.2.{number}")
    client, worker = as_(city), city.users["worker"]
    assert "解锁" in words(client.get(reverse("person", args=[worker.id])))
    with pytest.raises(HeldBack):
        check_sign_in("worker", PASSWORD, origin="192.0.2.99")
    for _ in range(2):
        assert client.post(reverse("person-unlock", args=[worker.id]), sent()).status_code == 302
    assert "解锁" not in words(client.get(reverse("person", args=[worker.id])))
    assert check_sign_in("worker", PASSWORD, origin="192.0.2.99") == worker
    assert client.post(reverse("person-unlock", args=[city.users["far_acceptance"].id]), sent()).status_code == 404


def test_a_closed_account_opens_nothing_any_more(city: TestCity) -> None:
    client, worker = as_(city), city.users["worker"]
    theirs = signed_in(Client(), worker)
    _token, key = make_token(SYSTEM, user=worker, name="x")
    for _ in range(2):
        assert client.post(reverse("person-close", args=[worker.id]), sent()).status_code == 302
    assert theirs.get("/home/").status_code == 302
    assert Client(headers={"Authorization": f"Bearer {key}"}).get("/api/v1/me").status_code in (401, 404)
    assert check_sign_in("worker", PASSWORD) is None
    assert not scopes_of(worker.id).exists()
    assert ">Worker<" not in words(client.get(reverse("people")))


def test_nobody_closes_oneself_a_peer_or_somebody_above(city: TestCity) -> None:
    client = as_(city)
    peer = second_administrator(city, DISTRICT, "district_centre")
    # Sits in a unit of the district and hands on rights over the whole city.
    senior = second_administrator(city, "990100000000", "district_centre", "senior")
    for user in (city.users["administrator"], peer, senior):
        response = client.post(reverse("person-close", args=[user.id]), sent())
        assert response.status_code == 409
        assert User.objects.get(id=user.id).is_active
    assert client.post(reverse("person-close", args=[city.users["auditor"].id]), sent()).status_code == 404


def test_units_of_the_same_name_are_not_guessed(city: TestCity) -> None:
    create_unit(SYSTEM, code="roads2", kind="department", area=city.areas[DISTRICT], name="市政所")
    response = as_(city).post(reverse("person-new"), FORM | {"unit": "市政所", "effect_id": str(uuid4())})
    assert response.status_code == 422
    response = as_(city).post(reverse("person-new"), FORM | {"unit": "环卫所", "effect_id": str(uuid4())})
    assert response.status_code == 302
