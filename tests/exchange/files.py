"""Files of benches for the tests of imports, and bringing them in without a page."""

from __future__ import annotations

import io
from typing import Any

from linli.core.access.public import Access
from linli.core.exchange.public import DeclaredSource, How, Report, bring_in, declaration_of, guessed, opened
from linli.core.platform.public import SYSTEM, ImportAsked, now

HEAD = "长椅编号,位置,经度,纬度\n"


def bench(number: int, *, grid: int = 0, place: str = "") -> str:
    """A row with a bench in the middle of a grid (0 to 4) of the test city."""
    return f"B{number},{place or f'第{number}张'},{115.005 + grid * 0.01},30.005"


def benches(count: int) -> str:
    """A file of so many benches."""
    return HEAD + "\n".join(bench(number) for number in range(1, count + 1)) + "\n"


def take(content: str | bytes, *, access: Access | None = None, **how: Any) -> Report:
    """Brings benches in, columns by their headings."""
    report, file = Report(), io.BytesIO(content if isinstance(content, bytes) else content.encode())
    declared = declaration_of("benches")
    asked = ImportAsked(access=access, now=now())
    given = opened(file, "benches.csv")
    source = DeclaredSource(declared, guessed(declared, given.table.columns), asked)
    actor = access.actor() if access else SYSTEM
    bring_in(source, given, report, How(actor=actor, **how))
    report.notes = source.notes()  # type: ignore[attr-defined]  # for the tests
    return report
