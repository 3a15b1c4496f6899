"""Two versions of one plan approved at the same instant: one holds, and the control without the lock shows that both would."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from django.db import connection

from linli.core.flow.public import Given
from linli.subsystems.safety.models import EmergencyPlan
from linli.subsystems.safety.plans import flow
from tests.cases.test_together import at_once
from tests.city import TestCity, build_city

from . import test_plans

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("held", [True, False], ids=["with the lock", "without"])
def test_of_two_plans_that_are_approved_at_once_one_holds(monkeypatch: pytest.MonkeyPatch, held: bool) -> None:
    if not held and connection.vendor == "sqlite":
        pytest.skip("SQLite lets one write begin at a time")
    city, steps, gate = build_city(), test_plans.TestPlan(), threading.Barrier(2)
    plans = [_reviewed(city, steps) for _each in range(2)]
    looked = flow.of_same_subject

    def slowly(plan: EmergencyPlan) -> object:
        """Waits until the other has come as far, where it comes as far."""
        found = looked(plan)
        with suppress(threading.BrokenBarrierError):
            gate.wait(timeout=2)
        return found

    monkeypatch.setattr(flow, "of_same_subject", slowly)
    if not held:
        monkeypatch.setattr(flow, "_one_at_a_time", lambda _plan: None)
    at_once(*(lambda plan=plan: steps.attempt(city, "leader", plan, "approve", Given()) for plan in plans))
    holding = EmergencyPlan.objects.filter(state="in_force").count()
    assert holding == (1 if held else 2)


def _reviewed(city: TestCity, steps: test_plans.TestPlan) -> EmergencyPlan:
    plan = test_plans.plan_of(city, "all_roles")
    for who, action in (("all_roles", "submit"), ("supervisor", "review")):
        plan = steps.attempt(city, who, plan, action, Given())
    return plan
