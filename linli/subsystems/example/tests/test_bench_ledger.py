"""The ledger of benches, by the tests that every ledger inherits."""

from __future__ import annotations

from typing import Any

from linli.subsystems.example.ledger import BENCH
from tests.ledger.contract import LedgerContract


class TestBench(LedgerContract):
    ledger = BENCH
    MAY = {
        "view": {"worker", "supervisor", "all_roles"},
        "change": {"worker", "supervisor", "all_roles"},
        "verify": {"supervisor", "all_roles"},
        "merge": {"supervisor", "all_roles"},
        "retire": {"supervisor", "all_roles"},
    }

    def values(self, number: int) -> dict[str, Any]:
        return {"name": f"河边长椅 {number}", "seats": 2 + number}
