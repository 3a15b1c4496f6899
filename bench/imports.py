"""What it costs to bring in 100,000 rows: components out of a workbook and a CSV file, and a file of a million bad rows.

`python -m tools.postgres -- python -m bench imports`, or without the first part on SQLite.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import tempfile
import time
from pathlib import Path

ROWS, BAD_ROWS = 100_000, 1_000_000
HEAD = ["部件编码", "小类名称", "经度", "纬度", "名称", "权属单位代码"]


def peak_mb(whose: int) -> float:
    """The largest memory that this process, or one of its children, has held."""
    return resource.getrusage(whose).ru_maxrss / 1024


def row(number: int) -> list[str]:
    """A component in one of the five grids of the small city."""
    lon, lat = 115.0005 + number % 490 * 0.0001, 30.0005 + number // 490 % 90 * 0.0001
    return [f"65010201{number:08d}", "供水井盖", f"{lon:.6f}", f"{lat:.6f}", f"江滨路{number}号", "environment"]


def main() -> None:
    """Makes the small city and brings the files in, one after the other, each into empty tables."""
    os.environ |= {
        "LINLI_MODE": "test",
        "LINLI_HOME": tempfile.mkdtemp(),
        "DJANGO_SETTINGS_MODULE": "linli.config.settings",
    }
    import django

    django.setup()
    import logging

    from django.core.management import call_command
    from django.db import connection

    from linli.core.exchange.public import ImportedRow
    from linli.core.registry.public import Component
    from tests.city import build_city

    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)
    build_city()
    folder = Path(os.environ["LINLI_HOME"])
    # By a process of its own, whose memory is not counted.
    writer = multiprocessing.get_context("spawn").Process(target=_write, args=(folder,))
    writer.start()
    writer.join()
    print(f"{connection.vendor}; at rest {peak_mb(resource.RUSAGE_SELF):.0f} MB")
    for name in ("components.xlsx", "components.csv"):
        _bring_in(folder / name, dry_run=False)
        _bring_in(folder / name, dry_run=False, again=True)
        ImportedRow.objects.all().delete()
        Component.objects.all().delete()
    _bring_in(folder / "components.xlsx", dry_run=True)
    _bring_in(folder / "bad.csv", dry_run=True)


def _write(folder: Path) -> None:
    from linli.lib.workbook_writing import Heading, Words, write_table

    rows = [row(number) for number in range(ROWS)]
    (folder / "components.csv").write_text("\n".join(",".join(one) for one in (HEAD, *rows)) + "\n", encoding="utf-8")
    with (folder / "components.xlsx").open("wb") as file:
        write_table(file, [Heading(one) for one in HEAD], rows, Words("是", "否"))
    with (folder / "bad.csv").open("w", encoding="utf-8") as text:
        text.write(",".join(HEAD) + "\n")
        text.writelines(f"{number},供水井盖,east,30.0,,\n" for number in range(BAD_ROWS))


def _bring_in(path: Path, *, dry_run: bool, again: bool = False) -> None:
    from linli.core.exchange.public import DeclaredSource, How, Report, bring_in, declaration_of, guessed, opened
    from linli.core.platform.public import ImportAsked, now

    begun, worked, report = time.perf_counter(), time.process_time(), Report()
    declared = declaration_of("components")
    with path.open("rb") as content:
        given = opened(content, path.name)
        read_s = time.perf_counter() - begun
        source = DeclaredSource(declared, guessed(declared, given.table.columns), ImportAsked(access=None, now=now()))
        bring_in(source, given, report, How(dry_run=dry_run))
    what = "again" if again else "dry run" if dry_run else "kept"
    seconds = time.perf_counter() - begun
    print(
        f"{path.name} {what}: {report.rows} rows, {report.added} new, {report.unchanged} here, {report.faults.count} bad in "
        f"{len(report.faults.kinds())} kinds; {seconds:.1f} s ({time.process_time() - worked:.1f} s of the processor), {read_s:.1f} of them opening; peak "
        f"{peak_mb(resource.RUSAGE_SELF):.0f} MB, child {peak_mb(resource.RUSAGE_CHILDREN):.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    main()
