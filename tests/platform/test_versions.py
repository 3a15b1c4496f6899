"""Catalogues in memory: a change is seen at once by who made it, whatever the machine's monotonic clock says."""

from __future__ import annotations

import pytest

from linli.core.platform import versions
from linli.core.platform.public import Versioned, bump


@pytest.mark.django_db
@pytest.mark.parametrize("uptime_s", [0.0, 0.4, 59.0, 10_000_000.0])
def test_a_change_is_seen_at_once_however_young_the_machine_is(
    monkeypatch: pytest.MonkeyPatch, uptime_s: float
) -> None:
    loaded: list[int] = []

    def load() -> int:
        loaded.append(len(loaded))
        return len(loaded)

    monkeypatch.setattr(versions.time, "monotonic", lambda: uptime_s)
    monkeypatch.setattr(versions, "_read_at", None)
    catalogue = Versioned(load, "test-catalogue")
    assert (catalogue.get(), catalogue.get()) == (1, 1)
    bump("test-catalogue")
    assert catalogue.get() == 2


@pytest.mark.django_db
def test_stamps_rest_until_they_are_stale(monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: object) -> None:
    at = [5.0]
    monkeypatch.setattr(versions.time, "monotonic", lambda: at[0])
    monkeypatch.setattr(versions, "STALE_SECONDS", 1.0)
    monkeypatch.setattr(versions, "_read_at", None)
    catalogue = Versioned(lambda: 1, "test-catalogue")
    catalogue.get()
    for later_s, statements in ((0.9, 0), (1.1, 1)):
        at[0] = 5.0 + later_s
        with django_assert_num_queries(statements):  # type: ignore[operator]
            catalogue.get()
