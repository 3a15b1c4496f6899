"""The jobs of office work."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any
from uuid import uuid4

from linli.core.flow.public import Given, act
from linli.core.platform.public import Work, local_today, locked, periodic
from linli.subsystems.office.accounts.ledger import open_months
from linli.subsystems.office.accounts.models import Book
from linli.subsystems.office.leave.days import days_of
from linli.subsystems.office.leave.flow import LEAVE
from linli.subsystems.office.leave.models import Leave

DAYS_TO_REPORT = 7
MOST_ENDED = 500


@periodic("office.end_leaves", daily_at=time(3, 20))
def end_leaves(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Ends the leaves of those who were to be back a week ago and did not say so: they were back in time, and what is kept of their
    days is erased in time. Running it again ends none twice."""
    before = local_today() - timedelta(days=DAYS_TO_REPORT)
    for leave in Leave.objects.filter(state="granted", last_day__lt=before).order_by("id")[:MOST_ENDED]:
        given = Given(values={"back_day": days_of(leave)[1] + timedelta(days=1)})
        act(LEAVE, work.actor, leave.id, "report_back", given, uuid=uuid4())


@periodic("office.open_months", daily_at=time(0, 10))
def open_months_of_all(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Opens the month that has begun in every account, so that one in which nothing happens is closed and published as well.
    Running it again opens none twice."""
    for book in locked(Book.objects.order_by("id")):
        open_months(book)
