"""Two exports asked for at the same instant: the limit holds, and the control without the lock shows that it would not."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from linli.core.access.public import Access
from linli.core.accounts.pages.people_list import PEOPLE
from linli.core.desk import exports
from linli.core.desk.export import spend_one
from linli.core.desk.models import Export
from linli.core.platform.public import TooMany
from tests.cases.test_together import at_once
from tests.city import build_city

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("held", [True, False], ids=["with the lock", "without"])
def test_of_two_that_are_asked_for_at_once_no_more_are_taken_than_one_may_have(
    monkeypatch: pytest.MonkeyPatch, held: bool
) -> None:
    if not held and connection.vendor == "sqlite":
        pytest.skip("SQLite lets one write begin at a time")
    access, gate, spend = build_city().access["administrator"], threading.Barrier(2), spend_one
    monkeypatch.setattr(exports, "MOST_OPEN", 1)

    def slowly(access: Access) -> None:
        """Waits until the other has come as far, where it comes as far."""
        with suppress(threading.BrokenBarrierError):
            gate.wait(timeout=2)
        spend(access)

    monkeypatch.setattr(exports, "spend_one", slowly)
    if not held:
        monkeypatch.setattr(exports, "locked", lambda rows, **_how: rows)

    def ask() -> Any:
        given = {
            "list_name": "people",
            "shown": PEOPLE,
            "asked": PEOPLE.asked({}, access),
            "wanted": "csv",
            "reason": "x",
        }
        return exports.ask_export(access.actor(), access=access, uuid=uuid4(), **given)  # type: ignore[arg-type]

    results = at_once(ask, ask)
    assert Export.objects.count() == (1 if held else 2)
    assert sum(isinstance(one, TooMany) for one in results) == (1 if held else 0)
