"""The jobs of imports: starting the process that works them off, and giving up files that nobody brings in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from linli.core.exchange.working import START_JOB, forget_old, is_busy, waiting
from linli.core.platform.public import Work, job, periodic, start_apart


@job(START_JOB)
def start_imports(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Starts the process; one that is at work already takes the new one too."""
    start_apart("import", "--work-off")


@periodic("exchange.look_after_imports", every=timedelta(minutes=1))
def look_after_imports(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Starts the process again for what waits or was left by one that died."""
    if not is_busy() and waiting().exists():
        start_apart("import", "--work-off")


@periodic("exchange.forget_files", every=timedelta(hours=1))
def forget_files(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Deletes files whose week is over."""
    forget_old(work.now)
