"""The ledger of emergency resources, by the tests that every ledger inherits; and what runs out."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from linli.core.ledger.public import New, Said, add, to_ask, verify
from linli.core.platform.public import SYSTEM, local_today
from linli.subsystems.resources.ledger import RESOURCES
from tests.city import COMMUNITY, TestCity
from tests.ledger.contract import LedgerContract

KEEP = {"supervisor", "all_roles"}


class TestResources(LedgerContract):
    ledger = RESOURCES
    MAY = {
        "view": {"worker", "dispatcher", "supervisor", "leader", "all_roles"},
        "change": {"worker", *KEEP},
        "verify": {"worker", *KEEP},
        "merge": KEEP,
        "retire": KEEP,
        "reveal": {"dispatcher", "leader", *KEEP},
    }
    FILTERS = ["?kind=flood"]

    def values(self, number: int) -> dict[str, Any]:
        return {
            "name": f"冲锋舟{number}", "kind": "flood" if number % 2 else "light", "amount": Decimal(number + 1), "unit": "艘",
            "store": f"第 {number} 仓库", "usable_until": date(2030, 1, 1) + timedelta(days=number), "keeper": f"李大{number}山",
            "phone": f"1390000{number:04d}",
        }  # fmt: skip


def test_what_runs_out_is_asked_for_a_month_before_and_once_who_looked_knows(city: TestCity) -> None:
    ends = local_today() + timedelta(days=40)
    values = {"name": "急救包", "kind": "medical", "usable_until": ends}
    record = add(SYSTEM, RESOURCES, New(city.areas[COMMUNITY].id, values), Said("worker", local_today()))
    day = ends - timedelta(days=30)
    assert to_ask(RESOURCES, day - timedelta(days=1), 9) == []
    assert [one.id for one in to_ask(RESOURCES, day, 9)] == [record.id]
    verify(SYSTEM, RESOURCES, record.id, Said("worker", local_today()))
    assert [one.id for one in to_ask(RESOURCES, day, 9)] == [record.id]
