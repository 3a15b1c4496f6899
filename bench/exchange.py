"""What files of 100,000 rows cost: a list written as a workbook by the process of exports, and a workbook read as rows.

`python -m tools.postgres -- python -m bench exchange`, or without the first part on SQLite. The list is that of people, twelve of whose
columns stand in the workbook that is read.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from pathlib import Path

ROWS = 100_000


def peak_mb(whose: int) -> float:
    """The largest memory that this process, or one of its children, has held."""
    return resource.getrusage(whose).ru_maxrss / 1024


def main() -> None:
    """Makes the people, writes their list in both forms, reads a workbook of twelve columns."""
    home = tempfile.mkdtemp()
    os.environ |= {"LINLI_MODE": "test", "LINLI_HOME": home, "DJANGO_SETTINGS_MODULE": "linli.config.settings"}
    import django

    django.setup()
    import logging

    from django.core.management import call_command
    from django.db import connection
    from django.urls import get_resolver

    from linli.core.access.public import User, sync_roles
    from linli.core.desk.exports import work_off_exports
    from linli.core.desk.models import Export
    from linli.core.platform.public import now
    from tests.city import build_city

    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)
    sync_roles()
    city = build_city()
    get_resolver().url_patterns  # noqa: B018 - lists are known when their addresses are
    unit = city.units["street_centre"]
    for first in range(0, ROWS, 2000):
        made = range(first, first + 2000)
        User.objects.bulk_create(
            User(username=f"u{number}", display_name=f"人员{number}", unit=unit, created_at=now()) for number in made
        )
    print(f"{connection.vendor}; at rest {peak_mb(resource.RUSAGE_SELF):.0f} MB")
    for form in ("csv", "xlsx"):
        export = Export.objects.create(
            uuid=os.urandom(16).hex(), owner_id=city.access["administrator"].user_id, list_name="people", format=form,
            language="zh-hans", asked_at=now(), query="",
        )  # fmt: skip
        begun, spent = time.perf_counter(), time.process_time()
        work_off_exports()
        export.refresh_from_db()
        size = (export.size_bytes or 0) / 1e6
        print(
            f"{form}: {export.state}, {export.rows_done} rows, {time.perf_counter() - begun:.1f} s "
            f"({time.process_time() - spent:.1f} s of one core), {size:.1f} MB, "
            f"peak {peak_mb(resource.RUSAGE_SELF):.0f} MB"
        )
    _read(Path(home) / "read.xlsx")


def _read(path: Path) -> None:
    from linli.lib.tables import open_table
    from linli.lib.workbook_writing import Heading, Words, write_table

    row = [
        "YX-1",
        "2026-01-05 09:10",
        1,
        1.5,
        "路灯不亮，请派人维修",
        "650102001001",
        "open",
        "x" * 20,
        120.1,
        30.1,
        "类别",
        "办结",
    ]
    with path.open("wb") as file:
        headings = [Heading(f"h{number}") for number in range(12)]
        write_table(file, headings, ([f"{row[0]}{number}", *row[1:]] for number in range(ROWS)), Words("是", "否"))
    begun = time.perf_counter()
    with path.open("rb") as source:
        count = sum(1 for _row in open_table(source).rows())
    print(
        f"read: {count} rows of twelve columns, {time.perf_counter() - begun:.1f} s, {path.stat().st_size / 1e6:.1f} MB, "
        f"child {peak_mb(resource.RUSAGE_CHILDREN):.0f} MB"
    )


if __name__ == "__main__":
    main()
