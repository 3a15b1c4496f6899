"""A worker of its own process that places open cases by a new version of the grids and may be killed in the middle.

Arguments: the instant (ISO 8601), cases in a batch, and the number of the batch after whose entries the process kills
itself (0: never). test_new_grids_together.py starts it.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from typing import Any

import django


def main(instant: str, batch: int, kill_in: int) -> None:
    django.setup()
    from linli.core.cases.loop import new_grids
    from linli.core.platform.public import clock_at, insert_rows, work_off
    from linli.core.platform.writing.jobs.queue import reclaim

    written = 0

    def insert_and_maybe_die(model: Any, rows: list[dict[str, Any]]) -> list[int]:
        nonlocal written
        ids = insert_rows(model, rows)
        written += bool(rows)
        if written == kill_in:
            os.kill(os.getpid(), signal.SIGKILL)
        return ids

    new_grids.BATCH_CASES = batch
    setattr(new_grids, "insert_rows", insert_and_maybe_die)  # noqa: B010 - the name is the module's own import
    with clock_at(datetime.fromisoformat(instant)):
        reclaim(datetime.fromisoformat(instant))
        work_off()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
