"""The jobs of `platform` itself: handing events over, the daily root, erasing what is over, keeping the queue small.

Imported when the apps are ready, so that every process knows them.
"""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from linli.core.platform.keeping.audit.roots import make_root, unless_clock_runs_ahead
from linli.core.platform.models import AuditDetail
from linli.core.platform.writing import outbox
from linli.core.platform.writing.days import local_day
from linli.core.platform.writing.jobs.queue import forget_finished
from linli.core.platform.writing.jobs.registry import job, periodic
from linli.core.platform.writing.work import Work


@job(outbox.DELIVERY_JOB, retries=12)
def deliver_event(work: Work, payload: dict[str, Any]) -> None:
    """Hands one event to one subscriber."""
    outbox.deliver(work, payload)


@periodic("make_audit_root", daily_at=time(0, 10))
@unless_clock_runs_ahead
def make_audit_root(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Makes the root of the day that has just ended; after a week in which nobody did anything it waits."""
    make_root(local_day(work.now) - timedelta(days=1))


@periodic("erase_audit_details", daily_at=time(2, 40))
@unless_clock_runs_ahead
def erase_audit_details(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Erases the details of records whose time is over; the chain stays whole. The count is audited."""
    gone, _ = AuditDetail.objects.filter(keep_until__lt=local_day(work.now)).order_by().delete()
    if gone:
        work.audit("platform", "audit.erase_details", "audit_detail", "expired", {"count": gone})


@periodic("forget_finished_jobs", daily_at=time(3, 10))
def forget_finished_jobs(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Deletes jobs that were done more than 30 days ago."""
    forget_finished(work.now)
