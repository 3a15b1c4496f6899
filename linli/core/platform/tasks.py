"""The jobs of `platform` itself: handing events over, the daily root, erasing what is over, keeping the queue small.

Imported when the apps are ready, so that every process knows them.
"""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from linli.core.platform import outbox
from linli.core.platform.audit.roots import clock_runs_ahead, make_root
from linli.core.platform.jobs.queue import forget_finished
from linli.core.platform.jobs.registry import job, periodic
from linli.core.platform.models import AuditDetail
from linli.core.platform.work import Work


@job(outbox.DELIVERY_JOB, retries=12)
def deliver_event(work: Work, payload: dict[str, Any]) -> None:
    """Hands one event to one subscriber."""
    outbox.deliver(work, payload)


@periodic("make_audit_root", daily_at=time(0, 10))
def make_audit_root(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Makes the root of the day that has just ended; after a week without any record there is nothing to stand for."""
    if not clock_runs_ahead(work.now):
        make_root(work.now.astimezone(ZoneInfo(settings.TIME_ZONE)).date() - timedelta(days=1))


@periodic("erase_audit_details", daily_at=time(2, 40))
def erase_audit_details(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Erases the details of records whose time is over; the chain stays whole. The count is audited.

    Under a clock that runs ahead nothing is erased: what is gone does not come back when the clock is right again.
    """
    if clock_runs_ahead(work.now):
        return
    gone, _ = AuditDetail.objects.filter(keep_until__lt=work.now.date()).order_by().delete()
    if gone:
        work.audit("platform", "audit.erase_details", "audit_detail", "expired", {"count": gone})


@periodic("forget_finished_jobs", daily_at=time(3, 10))
def forget_finished_jobs(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Deletes jobs that were done more than 30 days ago."""
    forget_finished(work.now)
