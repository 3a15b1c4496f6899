"""The effect of the slot `demo`: what the example tells happens in the demo city."""

from __future__ import annotations

from linli.core.catalogue.public import catalogue
from linli.core.platform.public import now
from linli.demo.departments import department_ways
from linli.demo.life import Town
from linli.demo.office_time import OfficeTime
from linli.demo.staff import Staff
from linli.subsystems.example.repair import REPAIR
from tests.city import TestCity


def lives_in_the_demo_city(city: TestCity) -> None:
    """A worker asked for a repair on the last morning."""
    staff = Staff(workers={"G1": city.access["worker"]})
    town = Town(1, staff, OfficeTime(catalogue().calendar), lambda *_shot: 0, lambda _case: None, lambda _way: None)
    told = [way for way in department_ways(town, now()) if way.__name__ == "bench"]  # type: ignore[attr-defined]
    (instants,) = [list(way) for way in told]
    assert len(instants) == 1
    assert list(REPAIR.model.objects.values_list("place", "state")) == [("小公园入口的长椅", "asked")]
