"""Classes of a choropleth: edges are figures, equal figures share a class, and each class has about as many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.shade_classes import class_of, upper_edges


@given(st.lists(st.integers(1, 50).map(float), min_size=1, max_size=80), st.integers(1, 6))
def test_every_figure_has_a_class_and_larger_ones_none_below(figures: list[float], most: int) -> None:
    edges = upper_edges(figures, most)
    assert set(edges) <= set(figures)
    assert 1 <= len(edges) <= most
    assert edges[-1] == max(figures)
    classes = [class_of(figure, edges) for figure in sorted(figures)]
    assert classes == sorted(classes)
    assert all(figure <= edges[class_of(figure, edges)] for figure in figures)
    assert set(classes) == set(range(len(edges)))


def test_eight_different_figures_are_two_for_each_of_four_shades() -> None:
    edges = upper_edges([8.0, 1.0, 3.0, 2.0, 5.0, 4.0, 7.0, 6.0], 4)
    assert edges == [2.0, 4.0, 6.0, 8.0]
    assert [class_of(figure, edges) for figure in (1.0, 2.0, 3.0, 8.0, 9.0)] == [0, 0, 1, 3, 3]
    assert upper_edges([], 4) == []
    with pytest.raises(ValueError, match="most"):
        upper_edges([1.0], 0)
