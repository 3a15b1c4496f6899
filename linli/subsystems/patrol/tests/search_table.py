"""What the search finds of patrols."""

from __future__ import annotations

from linli.subsystems.patrol.tests.walks import patrol_lead, plan_of
from tests.city import TestCity
from tests.search.table import Row


def point(city: TestCity) -> str:
    plan_of(patrol_lead(city))
    return "配电房"


FOUND = {"check_points": Row(point, ("配电房", "pdf", "peidian"), ("supervisor",), ("administrator", "far_acceptance"))}
