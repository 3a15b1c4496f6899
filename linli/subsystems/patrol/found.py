"""What the one search finds of patrols: check points by their names. The code that hangs there opens a point and is not searched."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from linli.core.access.public import Access
from linli.core.platform.public import Found, IndexedKind, now
from linli.subsystems.patrol.models import CheckPoint
from linli.subsystems.patrol.selectors import plans_seen


def points_seen(access: Access) -> QuerySet[CheckPoint]:
    """The points in use of the plans that somebody may see."""
    points = CheckPoint.objects.filter(plan__in=plans_seen(access).values("id"), valid_from__lte=now())
    return points.exclude(valid_to__lte=now()).select_related("plan")


def point_found(point: CheckPoint) -> Found:
    """What the search says of a point."""
    return Found(point.name, point.plan.name, reverse("patrol:plan", args=[point.plan_id]), (point.lon, point.lat))


SEARCH = (
    IndexedKind(
        code="check_points", titles={"zh-hans": "巡查点位", "en": "Check points"}, icon="repeat", permission="patrol.view",
        model=CheckPoint, rows=points_seen, shown=point_found, names=("name",), order=70,
    ),
)  # fmt: skip
