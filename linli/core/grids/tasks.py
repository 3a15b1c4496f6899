"""The job of grids: a version published for later begins."""

from __future__ import annotations

from typing import Any

from linli.core.grids.services import BEGIN_JOB, begin_version
from linli.core.platform.public import Work, job


@job(BEGIN_JOB, retries=12)
def begin(work: Work, payload: dict[str, Any]) -> None:
    """Enqueued when the version is published, due when it begins."""
    begin_version(work, payload["version"])
