"""The jobs of patrols."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from linli.core.platform.public import Work, job, periodic
from linli.subsystems.patrol.closing import close_windows
from linli.subsystems.patrol.selectors import plans_to_close

MOST_PLANS = 5000


@periodic("patrol.close_rounds", every=timedelta(minutes=10))
def close_rounds(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Asks for each plan with an ended window to be closed, in a job of its own: one that fails holds up no other.

    A plan that is asked for twice is closed once, since closing moves the time that this looks at.
    """
    for plan_id in plans_to_close(work.now, limit=MOST_PLANS):
        work.enqueue("patrol.close_plan", {"plan_id": plan_id})


@job("patrol.close_plan", retries=2)
def close_plan(work: Work, payload: dict[str, Any]) -> None:
    """Closes the ended windows of one plan; goes on in another job when many are waiting."""
    _missed, more = close_windows(work, payload["plan_id"])
    if more:
        work.enqueue("patrol.close_plan", {"plan_id": payload["plan_id"]})
