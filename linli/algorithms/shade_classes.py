"""Classes of a choropleth: which shade a figure has, so that each shade stands for about as many areas (quantiles). Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def upper_edges(figures: Sequence[float], most: int) -> list[float]:
    """The largest figure of each of at most `most` classes, ascending; every edge is one of the figures, equal figures share a class.

    Empty for no figures. Raises ValueError for `most` below one. Cost: O(n log n).
    """
    if most < 1:
        raise ValueError(f"most={most}: Give one class at least.")
    ordered = sorted(figures)
    ranks = (-(-len(ordered) * place // most) for place in range(1, most + 1))
    return sorted({ordered[rank - 1] for rank in ranks}) if ordered else []


def class_of(figure: float, edges: Sequence[float]) -> int:
    """The place of a figure's class among the edges; figures above the last one count to the last."""
    return min(bisect_left(edges, figure), len(edges) - 1)
