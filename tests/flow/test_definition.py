"""A flow that does not fit together is refused when it is made, with what to mend."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from linli.core.flow.definition import seen_by_nobody
from linli.core.flow.public import Transition, TwoStep
from linli.subsystems.example.repair import REPAIR, TRANSITIONS


def changed(**what: Any) -> None:
    """The repair with something else."""
    dataclasses.replace(REPAIR, **what)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"transitions": (*TRANSITIONS, Transition("take", "gone", "doing", ("area",)))}, "'gone' is no state of it"),
        ({"transitions": (*TRANSITIONS, Transition("paint", "asked", "doing", ("area",)))}, "'paint' is no action of it"),
        ({"transitions": (*TRANSITIONS, Transition("take", "done", "doing", ("boss",)))}, "'boss' is no relation of it"),
        ({"transitions": (*TRANSITIONS, Transition("take", "done", "doing", ("area",), not_by=("boss",)))}, "'boss' is no duty"),
        ({"transitions": (*TRANSITIONS, Transition("take", "done", "doing", ("area",), starts="paint"))}, "'paint' is no stage"),
        ({"transitions": (*TRANSITIONS, Transition("take", "done", "doing", ("area",), needs=("colour",)))}, "'colour' is no need"),
        ({"transitions": (*TRANSITIONS, Transition("take", "asked", "done", ("area",)))}, "'asked' × 'take' stands twice"),
        ({"waiting": ("paint",)}, "`waiting` names 'paint', which no row does"),
        ({"two_steps": (TwoStep("extension", "ask_extension", "grant_extension", "finish"),)}, "has an effect and is a step"),
        ({"code": "a_code_that_is_too_long"}, "is longer than 16 characters"),
        ({"view": "", "visible": seen_by_nobody}, "Nobody would see its items"),
        ({"page": ""}, "they need a `page`"),
        ({"older": {1: TRANSITIONS}}, "Version 1 is in force and old"),
        ({"ended": ("gone",)}, "'gone' is no state of it"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(what: dict[str, Any], said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="does not fit together") as refused:
        changed(**what)
    assert said in str(refused.value)


def test_the_repair_fits() -> None:
    changed()
    assert REPAIR.permission_codes == {"repair.ask", "repair.take", "repair.grant_extension", "repair.view"}
    assert REPAIR.events == ("repair.changed", "repair.late")
