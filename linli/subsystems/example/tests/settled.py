"""What the example lets a city settle: for test_full_example.py, and the contract of its table."""

from __future__ import annotations

from uuid import uuid4

from linli.core.configuration.public import begin_change, draft_rows, holding, put_in_force, tables, undo
from linli.core.platform.public import SYSTEM, now
from tests.city import TestCity


def lets_the_city_settle_a_table(city: TestCity) -> None:
    """A row is put in force and undone; its sentence is in the reader's language."""
    table = tables()["bench_care"]
    change = begin_change(SYSTEM, access=None, uuid=uuid4(), table=table, origin="hand", reason="会议纪要")
    row = table.read({"material": "木制长椅", "per_year": "4"})
    draft_rows(SYSTEM, access=None, change=change, table=table, rows=[row])
    put_in_force(SYSTEM, access=None, change_id=change.id)
    assert holding(table.timelines(), now()) == {"wood": {"material": "wood", "per_year": 4}}
    assert "4" in table.sentence(row)
    undo(SYSTEM, access=None, change_id=change.id)
    assert holding(table.timelines(), now()) == {}
