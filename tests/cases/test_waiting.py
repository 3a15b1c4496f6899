"""What waits for whom: in each state of the loop exactly those whose step is next find the case in their queue, and nobody else."""

from __future__ import annotations

import pytest

from linli.core.cases.public import Case, CaseFilter, State, filtered, waiting_count
from tests.city import TestCity

# By the loop of the requirements: report, file, dispatch, handle, verify, close. Where nobody is asked by name to look, the grid's worker
# or the desk itself does. What is shelved waits for its cause. `all_roles` has every role of the street, but who belongs to the unit that
# handles a case is not asked to check it.
NEXT = {
    "reported": {"acceptance"}, "confirming": {"acceptance", "worker"}, "filed": {"dispatcher"}, "dispatched": {"handler"}, "handling": {"handler"},
    "shelved": set(), "handled": {"verifier"}, "verifying": {"verifier", "worker"}, "verified": {"verifier"},
    "closed": set(), "archived": set(), "rejected": set(), "void": set(), "merged": set(),
}  # fmt: skip
CHECKED = {"handled", "verifying", "verified"}


def waits_for(city: TestCity, case: Case) -> set[str]:
    """Who finds the case waiting; their count says the same as their queue."""
    found = set()
    for who, access in city.access.items():
        queue = filtered(access, CaseFilter(mine=True))
        assert waiting_count(access) == queue.count(), who
        if queue.filter(id=case.id).exists():
            found.add(who)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("state", State.values)
def test_a_case_waits_for_those_whose_step_is_next_and_for_nobody_else(city: TestCity, state: str) -> None:
    assert set(NEXT) == set(State.values)
    everybody = NEXT[state] | ({"all_roles"} if NEXT[state] and state not in CHECKED else set())
    assert waits_for(city, city.bring_to(state)) == everybody


@pytest.mark.django_db
@pytest.mark.parametrize("ask", ["ask_extension", "ask_shelving"])
def test_who_decides_about_what_was_asked_finds_it_too(city: TestCity, ask: str) -> None:
    case = city.bring_to("handling")
    city.do("handler", case, ask, reason="等待备件", **({"amount": 1} if ask == "ask_extension" else {}))
    assert waits_for(city, case) - {"all_roles"} == {"handler", "dispatcher"}
    city.do("dispatcher", case, ask.replace("ask_", "deny_"), reason="不同意")
    assert waits_for(city, case) - {"all_roles"} == {"handler"}
