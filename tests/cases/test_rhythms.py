"""What of cases runs by the clock without anybody asking for it."""

from __future__ import annotations

from datetime import time

from linli.core.platform.writing.jobs.registry import periods


def test_running_clocks_are_computed_anew_each_night() -> None:
    """An update may bring the holidays of a new year; nobody tells the clocks."""
    assert periods()["recompute_clocks"].daily_at == time(4, 20)
