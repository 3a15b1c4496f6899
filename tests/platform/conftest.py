"""What the tests of platform share: events of their own, as if a descriptor declared them."""

from __future__ import annotations

import pytest

from linli.core.platform.plug.register import events

EVENTS = ("done", "counted", "test.case_filed", "test.delivered", "test.happened")


@pytest.fixture(autouse=True)
def _events_of_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    for event in EVENTS:
        monkeypatch.setitem(events(), event, "tests")
