"""A worker of its own process that closes windows and may be killed in the middle, for test_patrol_closing.py.

Arguments: the instant (ISO 8601), and the number of the missed point after whose row the process kills itself (0: never).
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from typing import Any

import django


def main(instant: str, kill_after: int) -> None:
    django.setup()
    from linli.core.platform.public import clock_at, insert_rows, work_off
    from linli.core.platform.writing.jobs.queue import reclaim
    from linli.subsystems.patrol import closing

    written = 0

    def insert_and_maybe_die(model: Any, rows: list[dict[str, Any]]) -> list[int]:
        nonlocal written
        ids = insert_rows(model, rows)
        written += 1
        if written == kill_after:
            os.kill(os.getpid(), signal.SIGKILL)
        return ids

    setattr(closing, "insert_rows", insert_and_maybe_die)  # noqa: B010 - the name is the module's own import
    with clock_at(datetime.fromisoformat(instant)) as _:
        reclaim(datetime.fromisoformat(instant))
        work_off()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
