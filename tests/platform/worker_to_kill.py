"""A worker in a process of its own, for test_killed_worker.py: does its database's jobs until it is killed or idle.

Argument: the file that stands for the outside world, one line per mail. Prints `ready`, and `idle` when all is done.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import timedelta

import django


def main(outside: str) -> None:
    django.setup()
    from linli.core.platform.models import Job, Message
    from linli.core.platform.plug.register import events
    from linli.core.platform.public import Event, Letter, Work, job, message_template, run_worker, subscribe, use_port
    from linli.core.platform.writing.jobs import queue, worker
    from linli.core.platform.writing.messages import sending

    # Short leases, so that what a killed worker held comes back within the test.
    queue.LEASE = sending.LEASE = timedelta(seconds=1)
    worker.RECLAIM_S = 0.2
    worker.POLL_S = 0.02

    events()["counted"] = "tests"

    class Outside:
        def deliver(self, letter: Letter) -> None:
            with open(outside, "a", encoding="utf-8") as file:
                file.write(letter.key + "\n")

    def on_counted(work: Work, event: Event) -> None:
        work.audit("platform", "heard", "number", event.subject_id, {})

    @job("count")
    def count(work: Work, payload: dict[str, int]) -> None:
        number = payload["n"]
        work.audit("platform", "counted", "number", number, {})
        work.emit("counted", "number", number, {})
        work.send("mail", "zhang@example.cn", "kill_test", {}, key=f"mail:{number}")

    @job("deadly", retries=2)
    def deadly(work: Work, payload: dict[str, int]) -> None:
        work.audit("platform", "survived", "number", 0, {})
        os.kill(os.getpid(), signal.SIGKILL)

    message_template("kill_test", "a", "b")
    use_port("mail", Outside())
    subscribe("counted", "ear", on_counted)
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, kwargs={"threads": 2, "stop": stop})
    thread.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    ours = Job.objects.filter(kind__in=["count", "deadly", "deliver_event"])
    while (
        ours.exclude(state__in=["done", "failed"]).exists()
        or Message.objects.filter(state__in=["waiting", "sending"]).exists()
    ):
        stop.wait(0.1)
    stop.set()
    thread.join()
    sys.stdout.write("idle\n")


if __name__ == "__main__":
    main(sys.argv[1])
