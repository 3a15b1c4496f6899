"""The job that proposes stars of rented dwellings for the quarter that has ended, each once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Exists, OuterRef

from linli.core.flow.public import Given, begin
from linli.core.platform.public import SYSTEM, Work, local_day, periodic
from linli.core.registry.public import Premises, PremisesKind
from linli.subsystems.safety.ratings import Rating, RatingReason
from linli.subsystems.safety.stars.flow import STAR_RATING
from linli.subsystems.safety.stars.quarters import Quarter, quarter_of
from linli.subsystems.safety.stars.rules import judge, known_of

NAMESPACE = UUID("0c0e4a52-7b7e-4a0a-8a55-2d1c7d1f5f0a")
MOST_AT_ONCE = 200


@periodic("safety.propose_stars", every=timedelta(minutes=5))
def propose_stars(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Proposes stars of 200 dwellings that have none for the quarter that has ended. Running it again proposes none twice."""
    propose_for(quarter_of(local_day(work.now)).before())


def propose_for(quarter: Quarter, most: int = MOST_AT_ONCE) -> int:
    """Proposes the stars of at most so many dwellings that have none for a quarter, and says of how many. Inside a write."""
    had = Rating.objects.filter(term=quarter.code, premises_id=OuterRef("id"))
    rented = Premises.objects.filter(kind=PremisesKind.RENTED, retired_at__isnull=True, merged_into_id__isnull=True)
    premises = list(rented.filter(~Exists(had)).order_by("id")[:most])
    known = known_of(premises, quarter)
    for one in premises:
        stars, reasons = judge(known, one.id)
        rating = begin(
            STAR_RATING, SYSTEM, "propose", Given(), area_id=one.area_id, uuid=uuid5(NAMESPACE, f"{one.id} {quarter.code}"),
            premises_id=one.id, premises_name=one.name, term=quarter.code, stars=stars, proposed=stars,
        )  # fmt: skip
        RatingReason.objects.bulk_create(
            RatingReason(
                rating=rating, place=place, rule=rule, points=points, facts=dict(found.facts), about_flow=found.flow, about_id=found.item_id
            )
            for place, (rule, points, found) in enumerate(reasons, 1)
        )  # fmt: skip
    return len(premises)
