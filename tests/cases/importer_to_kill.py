"""An import of history in a process of its own that may be killed in the middle.

Arguments: the file, its mapping, cases in a batch, and the number of the batch after whose timeline the process kills
itself (0: never). test_history_broken.py starts it.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import django


def main(file: str, mapping: str, batch_rows: int, kill_in: int) -> None:
    django.setup()
    from linli.core.cases.history import writing as history_writing
    from linli.core.cases.models import CaseEvent
    from linli.core.cases.public import import_history, parse_mapping
    from linli.core.platform.public import insert_rows

    batches = 0

    def insert_and_maybe_die(model: Any, rows: Any, **how: Any) -> list[int]:
        nonlocal batches
        ids = insert_rows(model, rows, **how)
        batches += model is CaseEvent
        if model is CaseEvent and batches == kill_in:
            os.kill(os.getpid(), signal.SIGKILL)
        return ids

    setattr(history_writing, "insert_rows", insert_and_maybe_die)  # noqa: B010 - the name is the module's own import
    with Path(file).open("rb") as source:
        import_history(source, parse_mapping(Path(mapping).read_bytes()), file_name="old.csv", batch_rows=batch_rows)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
