"""The inherited tests of every ledger, found in the test modules of the house and of the departments."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from tests.ledger.contract import LedgerContract

ROOT = Path(__file__).parents[2]


@cache
def contracts() -> dict[str, LedgerContract]:
    """A contract by the code of its ledger."""
    for pattern in ("tests/*/test_*.py", "linli/subsystems/*/tests/**/test_*.py"):
        for path in ROOT.glob(pattern):
            if "(LedgerContract)" in path.read_text():
                import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    found = {one.ledger.code: one() for one in LedgerContract.__subclasses__() if hasattr(one, "ledger")}
    return dict(sorted(found.items()))
