"""Recognises a request that was carried out before, by the UUID on the record that it made.

The idempotency protocol of the platform answers for 180 days from its claims; what comes later is recognised here, so
that an old UUID never has a second effect.
"""

from __future__ import annotations

from uuid import UUID

from linli.core.cases.models import Case, CaseEvent


def case_made_by(uuid: UUID) -> Case | None:
    """The case that a report with this UUID became, whoever sent it."""
    return Case.objects.filter(uuid=uuid).order_by("id").first()


def event_made_by(uuid: UUID, case_id: int) -> CaseEvent | None:
    """The entry of this case's timeline that an action with this UUID added, whoever did it."""
    return CaseEvent.objects.filter(case_id=case_id, uuid=uuid).first()
