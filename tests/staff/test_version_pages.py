"""The pages of versions: everybody who knows grids reads them, and only who answers for all areas of a layer acts."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.access.public import Role, grant_scope
from linli.core.grids.public import Grid, GridSetVersion
from linli.core.platform.public import SYSTEM, local_today, now, work_off
from linli.core.staff.public import assign, followers, worker_of
from tests.city import CITY, TestCity
from tests.grids.redivide import publish, redivided
from tests.web.staff import signed_in


@pytest.fixture
def city(city: TestCity) -> TestCity:
    """The city with an administrator for all of it; usually theirs is one of its districts."""
    role, everywhere = Role.objects.get(code="administrator"), city.areas[CITY]
    grant_scope(SYSTEM, user=city.users["administrator"], role=role, area=everywhere, unit=None)
    return city


def send(client: Client, name: str, version: GridSetVersion, **values: str) -> tuple[int, str]:
    answer = client.post(reverse(name, args=[version.id]), {"effect_id": str(uuid4()), **values})
    return answer.status_code, answer.headers.get("Location", "")


def announced() -> GridSetVersion:
    version = publish(redivided(), now() + timedelta(days=9)).version
    assert version is not None
    return version


def test_versions_stand_with_state_date_and_who_published_them(city: TestCity) -> None:
    version = announced()
    page = signed_in(city, "auditor").get(reverse("grid-versions")).content.decode()
    assert page.index("待生效") < page.index("生效中")
    assert "由命令发布" in page
    one = signed_in(city, "auditor").get(reverse("grid-version", args=[version.id])).content.decode()
    assert "N1 · N2" in one
    assert "收回这一版" not in one


def test_an_announced_version_is_moved_and_taken_back_by_page(city: TestCity) -> None:
    version, client = announced(), signed_in(city, "administrator")
    day = (local_today() + timedelta(days=3)).isoformat()
    address = reverse("grid-version", args=[version.id])
    assert "收回这一版" in client.get(address).content.decode()
    assert send(client, "grid-version-move", version, day=day) == (302, address)
    assert GridSetVersion.objects.get(id=version.id).valid_from < version.valid_from
    assert send(client, "grid-version-move", version, day="2207-01-01")[0] == 422
    assert send(client, "grid-version-take-back", version)[0] == 422
    assert send(client, "grid-version-take-back", version, reason="错了") == (302, address)
    kept = GridSetVersion.objects.get(id=version.id)
    assert (kept.taken_back_by_id, kept.taken_back_reason) == (city.users["administrator"].id, "错了")
    assert "错了" in client.get(address).content.decode()
    assert send(client, "grid-version-take-back", version, reason="again")[0] == 409


def test_a_version_in_force_is_undone_and_its_staff_follow_by_page(city: TestCity) -> None:
    assign(SYSTEM, user=city.users["clerk"], grid=Grid.objects.get(code="G2"), force="base")
    version, client = publish(redivided()).version, signed_in(city, "administrator")
    assert version is not None
    work_off()
    page = client.get(reverse("grid-version", args=[version.id])).content.decode()
    assert [one.name for one in followers(version)] == ["Clerk"]
    assert "Clerk" in page
    assert send(client, "grid-version-follow", version)[0] == 302
    assert worker_of(Grid.objects.get(code="N2").id) == city.users["clerk"].id
    status, address = send(client, "grid-version-undo", version, reason="太早")
    made = GridSetVersion.objects.get(number=3)
    assert (status, address) == (302, reverse("grid-version", args=[made.id]))
    assert (made.undoes_id, made.published_by_id, made.reason) == (version.id, city.users["administrator"].id, "太早")
    work_off()
    assert worker_of(Grid.objects.get(code="G2").id) == city.users["clerk"].id


def test_nobody_else_acts(city: TestCity) -> None:
    version = announced()
    for who in ("worker", "supervisor", "auditor"):
        assert send(signed_in(city, who), "grid-version-take-back", version, reason="x")[0] == 403
    assert GridSetVersion.objects.get(id=version.id).taken_back_at is None
