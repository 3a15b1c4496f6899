"""A small patrol in the test city: two points in the first grid, rounds in the morning and in the afternoon."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings

from linli.core.access.public import Access, Role, access_of, create_user, grant_scope
from linli.core.platform.public import SYSTEM, clock_at
from linli.subsystems.patrol.public import Check, PatrolPlan, PointPlan, Round, check_point, make_plan, start_round
from tests.city import COMMUNITY, PASSWORD, STREET, TestCity

DAY = date(2026, 3, 4)  # a Wednesday without holidays around it
POINTS = (PointPlan("东门", 115.002, 30.002), PointPlan("配电房", 115.004, 30.004))


def at(clock: str, days: int = 0) -> datetime:
    """A local time on DAY, or so many days later."""
    local = datetime.combine(DAY + timedelta(days=days), time.fromisoformat(clock), ZoneInfo(settings.TIME_ZONE))
    return local.astimezone(UTC)


def patrol_lead(city: TestCity, area: str = STREET, name: str = "lead") -> Access:
    """Somebody who plans patrols in an area."""
    with clock_at(at("00:00")):
        user = create_user(
            SYSTEM, username=name, display_name="组长", unit=city.units["street_centre"], password=PASSWORD
        )
        grant_scope(SYSTEM, user=user, role=Role.objects.get(code="patrol_lead"), area=city.areas[area])
    found = access_of(user.id)
    assert found is not None
    return found[0]


def plan_of(lead: Access, **changes: Any) -> PatrolPlan:
    """A plan made at six in the morning of DAY."""
    given: dict[str, Any] = {
        "uuid": uuid4(), "name": "柳荫一日双巡", "area_code": COMMUNITY, "grid_code": "G1", "days": "work_days",
        "times": [("08:00", "11:30"), ("14:00", "17:30")], "valid_from": DAY, "points": POINTS,
    } | changes  # fmt: skip
    with clock_at(at("06:00")):
        return make_plan(lead.actor(), access=lead, **given)


def start(walker: Access, plan: PatrolPlan) -> Round:
    """Starts or takes up the round that is due now."""
    return start_round(walker.actor(), access=walker, plan_id=plan.id, uuid=uuid4())


def check(walker: Access, walked: Round, place: int = 0, **given: Any) -> Check:
    """Checks a point of POINTS by standing at it."""
    point = walked.plan.points.order_by("order")[place]
    asked: dict[str, Any] = {"lon": point.lon, "lat": point.lat, "uuid": uuid4()} | given
    return check_point(walker.actor(), access=walker, round_id=walked.id, point_id=point.id, **asked)
