"""The jobs of the desk: starting the process that writes long exports, and deleting files whose days are over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from linli.core.desk.export_queue import waits_or_is_left
from linli.core.desk.exports import START_JOB, forget_exports
from linli.core.platform.public import Work, job, periodic, start_apart


@job(START_JOB)
def start_exports(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Starts a process, of which two may be at work; a third ends at once, and what it should have written they take."""
    start_apart("exports", "work-off")


@periodic("desk.look_after_exports", every=timedelta(minutes=1))
def look_after_exports(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Starts the process again for what waits or was left by one that died."""
    if waits_or_is_left(work.now):
        start_apart("exports", "work-off")


@periodic("desk.forget_exports", every=timedelta(hours=1))
def forget_old_exports(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Deletes files three days after they were written."""
    forget_exports(work.now)
