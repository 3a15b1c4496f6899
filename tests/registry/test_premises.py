"""The ledger of premises, by the tests that every ledger inherits."""

from __future__ import annotations

from typing import Any

from linli.core.registry.public import PREMISES
from tests.ledger.contract import LedgerContract

SEE = {
    "worker", "acceptance", "dispatcher", "verifier", "supervisor", "leader", "administrator", "all_roles",
}  # fmt: skip


class TestPremises(LedgerContract):
    ledger = PREMISES
    MAY = {
        "view": SEE,
        "change": {"worker", "supervisor", "all_roles"},
        "verify": {"worker", "supervisor", "all_roles"},
        "merge": {"supervisor", "all_roles"},
        "retire": {"supervisor", "all_roles"},
        "reveal": {"supervisor", "all_roles"},
    }
    FILTERS = ["?kind=school", "?risk=low"]

    def values(self, number: int) -> dict[str, Any]:
        return {
            "name": f"阳光幼儿园{number}号园", "kind": "school" if number % 2 else "market", "address": f"滨江北路 {number} 号",
            "risk": "low" if number % 3 else "major", "responsible": f"王建{number}国", "phone": f"1380000{number:04d}",
        }  # fmt: skip
