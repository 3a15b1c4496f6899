"""The nightly jobs of this half of `platform`: personal data whose time is over, orphaned files, old rate counters.

Imported when the apps are ready, like `tasks.py` next door. Each runs inside the write that marks its job done.
"""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from linli.core.platform.expiry import erase_expired
from linli.core.platform.files import remove_orphans
from linli.core.platform.jobs.registry import periodic
from linli.core.platform.ratelimit import remove_expired_counts
from linli.core.platform.work import Work


@periodic("erase_expired_personal_values", daily_at=time(2, 20))
def erase_expired_personal_values(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Erases personal values and rows whose time is over."""
    erase_expired()


@periodic("remove_orphaned_files", daily_at=time(3, 30))
def remove_orphaned_files(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Removes files that nothing refers to."""
    remove_orphans()


@periodic("remove_expired_rate_counts", every=timedelta(hours=1))
def remove_rate_counts(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Removes counters whose window is over."""
    remove_expired_counts()
