"""What the example says of a city that is set up and kept running, found again where it should act; for test_full_example.py."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.access.public import Role, access_of, grant_scope, held_by, retire_unit
from linli.core.platform.public import SYSTEM, Refusal
from linli.core.setup.public import findings_of, steps_of
from linli.subsystems.example.services import note_bench
from tests.access_table import signed_in
from tests.city import DISTRICT, TestCity

from .bench_ledger import a_bench


def hangs_on_a_unit(city: TestCity) -> None:
    """A bench in its area holds a community office."""
    office = city.units["community_office"].id
    assert "bench" not in {code for code, _title, _count in held_by([office])[office]}
    a_bench(city)
    assert ("bench", 1) in {(code, count) for code, _title, count in held_by([office])[office]}
    with pytest.raises(Refusal, match="长椅 1"):
        retire_unit(SYSTEM, office)


def stands_among_what_a_city_needs(city: TestCity) -> None:
    """The step stands on the page of who may see it, and at the terminal."""
    assert "benches" in {one.code for one in steps_of(None)}
    user = city.users["administrator"]
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="bench_keeper"), area=city.areas[DISTRICT])
    found = access_of(user.id)
    assert found is not None
    assert "benches" in {one.code for one in steps_of(found[0])}
    assert "/imports/new/benches/" in signed_in(Client(), user).get(reverse("setup")).content.decode()


def is_looked_at_by_the_doctor(city: TestCity) -> None:
    """A note without a photo is a finding."""
    del city
    assert not [one for one in findings_of(None) if one.check == "bench_photos"]
    note_bench(SYSTEM, uuid=uuid4(), place="河边第三张长椅", lon=115.005, lat=30.005)
    assert [one.grave for one in findings_of(None) if one.check == "bench_photos"] == [False]
