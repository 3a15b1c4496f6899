"""The process that works off what was asked for on the pages, killed in the middle: it dies in the batch whose number is given (0: never),
inside the transaction, when the rows stand and what remembers them is written. test_killed.py starts it.
"""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from typing import Any

import django


def main(batch_rows: int, kill_in: int) -> None:
    django.setup()
    from linli.core.exchange import batches, working
    from linli.core.exchange.public import work_off_imports
    from linli.core.platform.public import insert_rows

    done = 0

    def insert_and_maybe_die(model: Any, rows: Any, **how: Any) -> list[int]:
        nonlocal done
        ids = insert_rows(model, rows, **how)
        done += model is batches.ImportedRow
        if kill_in and done == kill_in:
            os.kill(os.getpid(), signal.SIGKILL)
        return ids

    setattr(batches, "insert_rows", insert_and_maybe_die)  # noqa: B010 - the name is the module's own import
    setattr(working, "How", partial(working.How, batch_rows=batch_rows))  # noqa: B010
    work_off_imports()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
