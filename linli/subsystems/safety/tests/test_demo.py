"""What safety tells of itself in the demo city: every page shows life, in as many states as there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from linli.core.access.public import Access, Role, access_of, create_user, grant_scope
from linli.core.platform.public import SYSTEM, clock_at, verify
from linli.core.registry.public import PlacedRow, Premises, add_premises
from linli.demo.simulation import Simulation
from linli.subsystems.office.tests.test_demo import Town as OfficeTown
from linli.subsystems.safety.demo import DWELLINGS, HAZARDS, ways
from linli.subsystems.safety.files.standing import standings
from linli.subsystems.safety.inspection_records import Inspection
from linli.subsystems.safety.models import Drill, EmergencyPlan, Hazard
from linli.subsystems.safety.ratings import Rating
from tests.city import COMMUNITY, PASSWORD, TestCity

PRESENT = datetime(2026, 11, 30, 2, 40, tzinfo=UTC)


class Town(OfficeTown):
    """The test city as the department sees the demo's: several hold its desks, and the community's office has an officer."""

    def __init__(self, city: TestCity) -> None:
        super().__init__(city)
        office, role = city.units["community_office"], Role.objects.get(code="community_officer")
        officer = create_user(SYSTEM, username="officer", display_name="Officer", unit=office, password=PASSWORD)
        grant_scope(SYSTEM, user=officer, role=role, area=city.areas[COMMUNITY])
        found = access_of(officer.id)
        assert found is not None
        self.of_role = {"grid_worker": city.access["worker"], "community_officer": found[0]}

    def people(self, role: str) -> Sequence[Access]:
        """One of each desk."""
        return [self.of_role[role]] if role in self.of_role else super().people(role)


@pytest.mark.slow
def test_everything_that_is_told_happens_and_stands_where_it_says(city: TestCity) -> None:
    with clock_at(PRESENT - timedelta(days=120)):
        rows = [
            PlacedRow(
                f"A{n}",
                115.001 + n / 10000,
                30.005,
                city.areas[COMMUNITY].id,
                {"kind": "shop", "name": f"店{n}", "address": f"柳荫路{n}号"},
            )
            for n in range(DWELLINGS * 3)
        ]
        add_premises(SYSTEM, rows, source="test")
    simulation = Simulation(PRESENT - timedelta(days=100), PRESENT)
    for way in ways(Town(city)):
        simulation.begin(way)
    simulation.run()
    with clock_at(PRESENT):
        rented = list(Premises.objects.filter(kind="rented"))
        assert len(rented) == DWELLINGS
        assert {one.state for one in standings(rented).values()} >= {"lacking", "complete"}
        assert any(one.over for one in standings(rented).values())
    told = dict(Hazard.objects.filter(sheet_id__isnull=True).values_list("title", "state"))
    assert told == {row.title: row.stands for row in HAZARDS}
    assert Hazard.objects.filter(sheet_id__isnull=False).count() == 1
    assert {"todo", "done", "missed"} <= set(Inspection.objects.values_list("state", flat=True))
    assert sorted(EmergencyPlan.objects.values_list("state", flat=True)) == [
        "draft",
        "ending",
        "reviewed",
        "submitted",
    ]
    assert sorted(Drill.objects.values_list("state", "people")) == [("due", None), ("held", 46)]
    assert sorted(set(Rating.objects.values_list("term", flat=True))) == ["2026Q2", "2026Q3"]
    assert set(Rating.objects.values_list("state", flat=True)) == {"proposed", "set", "appealed", "final"}
    assert len(set(Rating.objects.values_list("stars", flat=True))) >= 3
    assert sum(one.by_hand for one in Rating.objects.all()) == 1
    assert not list(verify())
