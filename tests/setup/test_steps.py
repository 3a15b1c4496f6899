"""The list of what a city needs, and what is wrong in one that runs: bounded, within what a person administers, and told when a check breaks."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.access.public import (
    Access,
    Role,
    Unit,
    User,
    access_of,
    create_user,
    grant_scope,
    opens_to,
    unit_tree,
)
from linli.core.grids.public import Grid
from linli.core.platform.models import AuditRoot
from linli.core.platform.public import SYSTEM, CityCheck, bump, local_day, moment_words, now, parts
from linli.core.setup import selectors
from linli.core.setup.public import examples, findings_of, something_lacks, steps_of
from linli.core.staff.public import assign
from tests.access_table import signed_in
from tests.city import CITY, PASSWORD, TestCity


def words(check: str, city: TestCity | None = None) -> list[str]:
    access = city.access["administrator"] if city else None
    return [one.words for one in findings_of(access, clock=lambda: 0.0) if one.check == check]


def test_what_lacks_is_said_by_community_and_within_what_one_administers(city: TestCity) -> None:
    assert any("塔山社区" in one for one in words("workers"))
    mine = words("workers", city)
    assert mine
    assert not any("塔山社区" in one for one in mine)
    assert any("桥东社区" in one and "1" in one for one in mine)
    assign(SYSTEM, user=city.users["clerk"], grid=Grid.objects.get(code="G3"), force="base")
    assert not any("桥东社区" in one for one in words("workers", city))


def test_a_rule_to_a_retired_unit_and_categories_without_unit_are_found(city: TestCity) -> None:
    assert not words("lost_rules")
    assert any("个类别没有处置机构" in one for one in words("routes"))
    Unit.objects.filter(id=city.units["roads"].id).update(valid_to=now())  # as if retired in another way than by linli
    bump("units")
    assert city.units["roads"].id not in unit_tree().nodes
    assert words("lost_rules")
    assert words("retired_units")


def test_a_check_that_breaks_is_a_finding_and_the_others_are_told(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    del city
    monkeypatch.setattr(selectors, "parts", _with_a_broken_one(parts))
    found = list(findings_of(None, clock=lambda: 0.0))
    assert [one.check for one in found if one.broken] == ["broken"]
    assert any(one.check == "workers" for one in found)


def _with_a_broken_one(whole: Any) -> Any:
    def look(_access: object) -> list[object]:
        raise RuntimeError("on purpose")

    titles = {"zh-hans": "坏", "en": "Broken"}
    broken = CityCheck(code="broken", titles=titles, look=look, order=1)  # type: ignore[arg-type]
    return lambda kind: (*whole(kind), broken) if kind is CityCheck else whole(kind)


def test_after_its_seconds_the_doctor_begins_no_further_check(city: TestCity) -> None:
    del city
    ticks = count(step=15)
    found = list(findings_of(None, seconds=20, clock=lambda: float(next(ticks))))
    assert sum(one.broken for one in found) >= 10


def _root(city: TestCity) -> tuple[User, Access]:
    """Somebody who administers the whole city."""
    user = create_user(SYSTEM, username="root", display_name="R", unit=city.units["city_centre"], password=PASSWORD)
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="administrator"), area=city.areas[CITY])
    found = access_of(user.id)
    assert found is not None
    return user, found[0]


def test_every_example_is_there_and_every_way_leads_somewhere(city: TestCity) -> None:
    assert {"areas.csv", "units.csv", "people.csv", "grids.geojson", "grid-staff.csv"} <= set(examples())
    user, boss = _root(city)
    client = signed_in(Client(), user)
    page = unescape(client.get(reverse("setup")).content.decode())
    assert {"categories", "routes", "limits", "calendar", "sign_in", "public"} <= {one.code for one in steps_of(boss)}
    for one in steps_of(boss):
        assert one.title in page
        if one.step.page and opens_to(boss, one.step.page):
            assert f'href="{reverse(one.step.page)}{one.step.query}"' in page
        for code in one.step.tables:
            assert f'href="{reverse("configuration-table", args=[code])}"' in page
        for code in one.step.imports:
            assert f'href="{reverse("import-new", args=[code])}"' in page
        assert not one.step.page.startswith("configuration")  # a step leads to its own table
    file = client.get(reverse("setup-example", args=["units.csv"]))
    assert "attachment" in file.headers["Content-Disposition"]
    assert "机构代码" in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    file.close()


def test_who_administers_the_whole_city_comes_to_the_list_after_signing_in(city: TestCity) -> None:
    user, _access = _root(city)
    came = Client().post(reverse("sign-in"), {"username": "root", "password": PASSWORD})
    assert came["Location"] == reverse("setup")  # streets without a dispatcher
    worker = Client().post(reverse("sign-in"), {"username": "worker", "password": PASSWORD})
    assert worker["Location"] == reverse("home")
    home = signed_in(Client(), user).get(reverse("home")).content.decode()
    assert reverse("setup") in home
    assert something_lacks(city.access["administrator"])


def test_an_old_root_of_the_trail_is_found_and_its_moment_told(city: TestCity) -> None:
    assert not any("linli audit verify" in one for one in words("safety"))
    for hours in (47, 49):
        at = now() - timedelta(hours=hours)
        AuditRoot.objects.all().delete()
        AuditRoot.objects.create(day=local_day(at), at=at, previous="", heads="", root="0" * 64)
        told = [one for one in words("safety") if "linli audit verify" in one]
        assert [moment_words(at) in one for one in told] == ([] if hours == 47 else [True])
