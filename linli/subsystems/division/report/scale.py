"""The colours of the map: how a grid's load stands to its target, in five steps from too small to too large.

Purple to orange stays apart for every kind of colour blindness and in grey print by its darkness; grids out of bounds also
have a thick line and a sign, since colour is never the only mark. The colours themselves stand in `templates/report.css`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from linli.algorithms.division.model import Rules
from linli.subsystems.division.proposal.model import ProposedGrid

STEPS = ("s1", "s2", "s3", "s4", "s5")
DEDICATED, UNDEVELOPED = "dedicated", "undeveloped"


@dataclass(frozen=True, slots=True)
class LegendStep:
    """One colour: from `low` up to `high` (None is open), and how many grids have it."""

    css: str
    low: float | None
    high: float | None
    grids: int


def edges(rules: Rules) -> tuple[float, float, float, float]:
    """The loads between the five steps: the bounds, and half way from each to the target."""
    return rules.low, (rules.low + rules.target) / 2, (rules.target + rules.high) / 2, rules.high


def step_of(grid: ProposedGrid, rules: Rules) -> str:
    """The class of a grid: its kind where that is no comprehensive grid, else the step of its load; bounds are inside."""
    if grid.kind in (DEDICATED, UNDEVELOPED):
        return grid.kind
    low, lower, upper, high = edges(rules)
    if grid.load < low:
        return "s1"
    return "s2" if grid.load < lower else "s3" if grid.load <= upper else "s4" if grid.load <= high else "s5"


def is_out(grid: ProposedGrid) -> bool:
    """Whether a grid that has bounds to keep lies outside them."""
    return grid.kind not in (DEDICATED, UNDEVELOPED) and not grid.in_bounds


def legend(grids: Iterable[ProposedGrid], rules: Rules) -> tuple[list[LegendStep], Counter[str]]:
    """The five steps with their counts (a step without width falls away), and the count of every class."""
    counts = Counter(step_of(grid, rules) for grid in grids)
    bounds = (None, *edges(rules), None)
    steps = [
        LegendStep(css, low, high, counts[css]) for css, low, high in zip(STEPS, bounds[:-1], bounds[1:], strict=True)
    ]
    return [step for step in steps if step.low is None or step.low != step.high], counts
