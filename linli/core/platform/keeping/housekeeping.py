"""The nightly and weekly jobs of this half of `platform`: personal data whose time is over, orphaned files, old rate
counters, and whether stored files and the newest backup are whole.

What takes long is done by a process of its own, since a job holds a write open. Imported when the apps are ready, like
`platform/tasks.py`. Each runs inside the write that marks its job done.
"""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django.conf import settings

from linli.core.platform.keeping.audit.roots import unless_clock_runs_ahead
from linli.core.platform.keeping.evidence import erase_received
from linli.core.platform.keeping.expiry import erase_expired
from linli.core.platform.keeping.files import remove_orphans
from linli.core.platform.rationing.ratelimit import remove_expired_counts
from linli.core.platform.writing.jobs.apart import start_apart
from linli.core.platform.writing.jobs.registry import periodic
from linli.core.platform.writing.work import Work


@periodic("erase_expired_personal_values", daily_at=time(2, 20))
@unless_clock_runs_ahead
def erase_expired_personal_values(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Erases personal values and rows whose time is over."""
    erase_expired()


@periodic("erase_received_files", daily_at=time(2, 50))
@unless_clock_runs_ahead
def erase_received_files(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Gives up the bytes as received of photos and voice notes that nobody needs as evidence any more."""
    erase_received()


@periodic("remove_orphaned_files", daily_at=time(3, 30))
@unless_clock_runs_ahead
def remove_orphaned_files(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Removes files that nothing refers to."""
    remove_orphans()


@periodic("check_stored_files", every=timedelta(days=7))
def check_stored_files(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Reads every stored file; /metrics tells when something is not whole."""
    start_apart("files", "check")


@periodic("rehearse_newest_backup", every=timedelta(days=7))
def rehearse_newest_backup(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Tries whether the newest backup comes back, where LINLI_BACKUPS says where it lies; /metrics tells how it went."""
    if settings.LINLI_BACKUPS is not None:
        start_apart("restore", "--rehearse")


@periodic("remove_expired_rate_counts", every=timedelta(hours=1))
def remove_rate_counts(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Removes counters whose window is over."""
    remove_expired_counts()
