"""The engine of the server and that of the phone give the same for every expression of the language."""

from __future__ import annotations

from typing import Any

import pytest

from linli.core.forms import logic

from .vectors import OPERATORS, Maker, Vector, different, in_python, operators_in


def test_both_engines_give_the_same_to_thousands_of_made_up_vectors() -> None:
    vectors = list(Maker(20261130).vectors(3_000))
    assert {one for vector in vectors for one in operators_in(vector.logic)} == OPERATORS
    assert different(vectors) == []
    kinds = {type(value) for value in in_python(vectors)}
    assert {bool, float, str, list, type(None)} <= kinds


def test_an_engine_that_goes_its_own_way_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = list(Maker(7).vectors(500))
    python_modulo = logic._known(lambda one, other: one % other if other else None)
    monkeypatch.setattr(logic._REGISTRY.get("%"), "function", staticmethod(python_modulo))
    assert different([*vectors, Vector({"%": [-7, 3]}, {})])


# Hand-made: what JsonLogic leaves open, and what is told here instead (docs/forms.md).
SAID: list[tuple[dict[str, Any], dict[str, Any], Any]] = [
    ({"/": [1, 0]}, {}, None),
    ({"%": [-7, 3]}, {}, -1.0),
    ({"+": [0.1, 0.2]}, {}, 0.30000000000000004),
    ({"+": [{"var": "a"}, 1]}, {}, None),
    ({"<": [{"var": "a"}, 1]}, {}, False),
    ({"==": [{"var": "a"}, None]}, {"a": None}, True),
    ({"*": [1e15] * 21}, {}, None),
    ({"round": [2.5]}, {}, 3.0),
    ({"round": [-2.5]}, {}, -2.0),
    ({"round": [1.005, 2]}, {}, 1.0),
    ({"length": "👩‍👩‍👧𠮷"}, {}, 6.0),
    ({"count": {"var": "rows"}}, {"rows": [{"age": 1.0}, {}]}, 2.0),
    (
        {"sum": {"map": [{"var": "rows"}, {"var": "age"}]}},
        {"rows": [{"age": 1.0}, {"age": None}, {"age": 2.5}]},
        3.5,
    ),
    ({"smallest": {"map": [{"var": "rows"}, {"var": "age"}]}}, {"rows": []}, None),
    ({"all": [{"var": "rows"}, True]}, {"rows": []}, False),
    ({"years_between": ["2024-02-29", "2025-02-28"]}, {}, 0.0),
    ({"days_between": ["2024-02-28", "2024-03-01"]}, {}, 2.0),
    ({"days_between": ["2026-02-30", "2026-03-01"]}, {}, None),
    ({"add_days": ["2024-02-28", 1]}, {}, "2024-02-29"),
    ({"in": [{"var": "s"}, ["a", "b"]]}, {"s": None}, False),
    ({"cat": [{"var": "s"}, "!"]}, {}, "!"),
    ({"if": [{"var": "u"}, "some", "none"]}, {"u": []}, "none"),
]


def test_what_the_language_says_where_jsonlogic_leaves_it_open() -> None:
    vectors = [Vector(expression, known) for expression, known, _gives in SAID]
    assert in_python(vectors) == [gives for _expression, _known, gives in SAID]
    assert different(vectors) == []
