"""What needs whoever manages accounts stands on their home page as long as it does, and leads to the people it is about."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from linli.core.access.public import HeldBack, PendingRight, Role, check_sign_in, unlock
from linli.core.accounts.tiles import TILES
from linli.core.platform.public import SYSTEM, now
from linli.web.workbench.home import tiles_for
from tests.access.test_factor_required import require, senior
from tests.access.test_second_factor import signed_in, words
from tests.accounts.access_table import without_phone
from tests.city import STREET, TestCity


def shown(city: TestCity, who: str = "administrator") -> dict[str, int]:
    titles = {tile.titles["zh-hans"] for tile in TILES}
    return {one.label: one.value for one in tiles_for(city.access[who]) if one.label in titles}


def hold_back(name: str) -> None:
    for number in range(40):
        try:
            check_sign_in(name, "wrong", origin=f"198.51.100.{number}")
        except HeldBack:
            return


def test_nothing_stands_there_while_nothing_needs_anybody(city: TestCity) -> None:
    assert shown(city) == {}


def test_rights_and_resets_that_somebody_else_asked_for(city: TestCity) -> None:
    second = senior(city)
    right = {"user": city.users["worker"], "role": Role.objects.get(code="verifier"), "area": city.areas[STREET]}
    PendingRight.objects.create(**right, asked_by=second, asked_at=now())
    without_phone(city, second)
    assert shown(city) == {"待同意权限": 1, "待同意解除两步验证": 1}
    PendingRight.objects.update(asked_by=city.users["administrator"])
    assert shown(city) == {"待同意解除两步验证": 1}


def test_people_without_the_factor_they_need_lead_to_a_list_of_them(city: TestCity) -> None:
    require("grid_worker", 14, now() - timedelta(days=1))
    client = signed_in("administrator")
    count = shown(city)["未设两步验证"]
    assert f'href="{reverse("people")}?no_factor=1"' in words(client.get("/home/"))
    page = words(client.get(reverse("people"), {"no_factor": "1"}))
    assert page.count('class="row-link"') == count > 0
    assert reverse("person", args=[city.users["worker"].id]) in page
    assert reverse("person", args=[city.users["acceptance"].id]) not in page
    assert "未设两步验证" not in shown(city, "worker")


def test_names_that_are_held_back_stand_there_until_they_are_unlocked(city: TestCity) -> None:
    hold_back("worker")
    hold_back("nobody-of-this-name")
    hold_back("far_acceptance")  # of another district
    assert shown(city) == {"登录受限账号": 1}
    page = words(signed_in("administrator").get(reverse("people"), {"held_back": "1"}))
    assert page.count('class="row-link"') == 1
    assert reverse("person", args=[city.users["worker"].id]) in page
    unlock(SYSTEM, user=city.users["worker"])
    assert shown(city) == {}
