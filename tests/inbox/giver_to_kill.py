"""A worker of its own process that gives the tasks of plans and may be killed in the middle, for test_plans.py.

Arguments: the instant (ISO 8601), and whether the process kills itself when the task is there and the plan is not moved yet.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from typing import Any

import django


def main(instant: str, dies: bool) -> None:
    django.setup()
    from linli.core.inbox import plans
    from linli.core.platform.public import clock_at, work_off
    from linli.core.platform.writing.jobs.queue import reclaim

    begin_task = plans.begin_task

    def begin_and_maybe_die(*given: Any, **columns: Any) -> Any:
        task = begin_task(*given, **columns)
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)
        return task

    setattr(plans, "begin_task", begin_and_maybe_die)  # noqa: B010 - the name is the module's own import
    with clock_at(datetime.fromisoformat(instant)):
        reclaim(datetime.fromisoformat(instant))
        work_off()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] == "dies")
