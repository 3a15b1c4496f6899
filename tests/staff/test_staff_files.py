"""The ledger of staff, by the tests that every ledger inherits; and what is shown of somebody elsewhere."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.test import Client

from linli.core.access.public import Access
from linli.core.ledger.public import New, Said, add
from linli.core.platform.public import SYSTEM, local_today
from linli.core.staff.files import STAFF_FILES
from tests.access_table import signed_in
from tests.city import COMMUNITY, TestCity
from tests.ledger.contract import LedgerContract

KEEP = {"administrator"}


class TestStaffFiles(LedgerContract):
    ledger = STAFF_FILES
    MAY = {"view": KEEP, "change": KEEP, "verify": KEEP, "merge": KEEP, "retire": KEEP}
    FILTERS = ["?employment=contract"]

    def who(self, city: TestCity) -> Access:
        return city.access["administrator"]

    def values(self, number: int) -> dict[str, Any]:
        return {
            "name": f"张三{number}", "employment": "contract" if number % 2 else "volunteer",
            "contract_from": date(2024, 1, 1) + timedelta(days=number), "contract_until": date(2040, 1, 1) + timedelta(days=number),
            "insured": number % 2 == 0, "certificate": f"Z-{number}",
        }  # fmt: skip


def test_a_file_shows_the_grids_of_its_account_and_stands_on_the_page_of_the_person(city: TestCity) -> None:
    worker = city.users["worker"]
    values = {"name": "王小明", "employment": "contract", "user_id": worker.id}
    record = add(SYSTEM, STAFF_FILES, New(city.areas[COMMUNITY].id, values), Said("worker", local_today()))
    client = signed_in(Client(), city.users["administrator"])
    page = client.get(f"/ledgers/staff_file/{record.id}/").content.decode()
    assert "第1网格" in page
    assert worker.display_name in page
    assert f"/ledgers/staff_file/{record.id}/" in client.get(f"/people/{worker.id}/").content.decode()
