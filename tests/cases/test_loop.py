"""The loop from report to archive, and what keeps it honest."""

from __future__ import annotations

import pytest

from linli.core.cases.public import STAGES, State, case_full
from linli.core.platform.public import verify
from tests.city import TestCity


@pytest.mark.parametrize("state", State.values)
def test_a_case_reaches_every_state_and_its_trail_is_whole(city: TestCity, state: str) -> None:
    case = city.bring_to(state)
    assert case.state == state
    assert [entry.event.seq for entry in case_full(case).timeline] == list(range(1, case.seq + 1))
    assert list(verify()) == []
    assert case.clock_stage in (*STAGES, "")
