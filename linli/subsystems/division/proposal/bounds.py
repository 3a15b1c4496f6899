"""Bounds that a planner asks for, looked at before the engine sees them: what does not go together is said in its own words.

The engine's `Rules` refuse the same, in words for engineers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from linli.algorithms.division.model import Rules
from linli.core.platform.public import BadInput


def with_bounds(
    rules: Rules, low: float | None, target: float | None, high: float | None, **changes: Any
) -> Rules:  # fmt: skip
    """The rules with other bounds, None for those that stay, and other `changes`. Without a target it lies in the middle of
    bounds that change.

    Raises BadInput for bounds that do not grow.
    """
    if target is None and (low, high) == (None, None):
        target = rules.target
    low, high = low or rules.low, high or rules.high
    return replace(rules, low=low, target=checked_target(low, target, high), high=high, **changes)


def checked_target(low: float, target: float | None, high: float) -> float:
    """The target, in the middle of the bounds if there is none. Raises BadInput naming what was asked for."""
    if low > high:
        raise BadInput(
            _("The smallest grid of %(low)s is larger than the largest of %(high)s; give --low and --high that go together.")
            % {"low": f"{low:g}", "high": f"{high:g}"},
            field="low",
        )  # fmt: skip
    if target is not None and not low <= target <= high:
        raise BadInput(
            _("The target of %(target)s does not lie between %(low)s and %(high)s; give a --target that does.")
            % {"target": f"{target:g}", "low": f"{low:g}", "high": f"{high:g}"},
            field="target",
        )
    return (low + high) / 2 if target is None else target
