"""Expressions of forms: JsonLogic, run by the engine `jsonlogic`, in a language narrow enough to mean the same on a phone.

`logic_check.py` next door says which expressions there are (operators, types, size); what passed it is made and run here.
`frontend/src/forms/logic.ts` gives the same operators to the engine `json-logic-js`; tests/forms/test_vectors.py holds both equal.

Every operator is total. What is not known is None and goes on as None: a sum with an unknown part is unknown, a comparison with
something unknown is false. Numbers are floats of 64 bits and finite: what leaves that range, or is divided by zero, is unknown. Days
are text, such as 2026-11-21. There is no clock: the day of filling in comes as the name `today`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor, fmod, isfinite
from typing import Any, ClassVar, cast

from jsonlogic import JSONLogicExpression, Operator
from jsonlogic.evaluation import EvaluationContext, get_value
from jsonlogic.operators import If
from jsonlogic.registry import OperatorRegistry

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
Logic = Mapping[str, Any]
"""One expression as JSON: an object with one operator."""


@dataclass
class _Operator(Operator):
    """Base: the arguments as they came; `logic_check` has counted them."""

    arguments: list[Any]

    @classmethod
    def from_expression(cls, operator: str, arguments: list[Any]) -> _Operator:
        return cls(operator, arguments)


@dataclass
class _Function(_Operator):
    """An operator that is a function of its values."""

    function: ClassVar[Callable[..., Any]]

    def evaluate(self, context: EvaluationContext) -> Any:
        return self.function(*[get_value(one, context) for one in self.arguments])


@dataclass
class _Var(_Operator):
    """A name; inside the rows of a repeat, a name of the row."""

    def evaluate(self, context: EvaluationContext) -> Any:
        known: Any = context.data_stack.tail
        return known[0].get(self.arguments[0])


@dataclass
class _And(_Operator):
    def evaluate(self, context: EvaluationContext) -> Any:
        value = None
        for one in self.arguments:
            value = get_value(one, context)
            if not value:
                break
        return value


@dataclass
class _Or(_Operator):
    def evaluate(self, context: EvaluationContext) -> Any:
        value = None
        for one in self.arguments:
            value = get_value(one, context)
            if value:
                break
        return value


@dataclass
class _OverRows(_Operator):
    """An operator whose second argument is asked about each row of the first."""

    function: ClassVar[Callable[..., Any]]

    def evaluate(self, context: EvaluationContext) -> Any:
        rows = get_value(self.arguments[0], context) or []
        told = []
        for row in rows:
            with context.data_stack.push((row, None)):
                told.append(get_value(self.arguments[1], context))
        return self.function(rows, told)


def _number(value: float) -> float | None:
    return value + 0.0 if isfinite(value) else None  # adding zero takes the sign off a zero


def _known(function: Callable[..., Any], otherwise: Any = None) -> Callable[..., Any]:
    """The function of values that are all known; of others it is `otherwise`."""

    def told(*values: Any) -> Any:
        return otherwise if None in values else function(*values)

    return told


def _times(*values: float) -> float | None:
    product = 1.0
    for one in values:
        product *= one
    return _number(product)


def _plus(*values: float) -> float | None:
    total = 0.0
    for one in values:
        total += one
    return _number(total)


def _round(value: float, digits: float = 0.0) -> float | None:
    factor = 10.0 ** int(digits)
    scaled = value * factor
    return _number(floor(scaled + 0.5) / factor) if isfinite(scaled) else None


def _count(values: Iterable[Any] | None) -> float:
    return float(len(list(values or ())))


def _of_known(function: Callable[[list[float]], float | None]) -> Callable[[list[float | None] | None], float | None]:
    return lambda values: function([one for one in values or () if one is not None])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


def _days_between(first: str, last: str) -> float | None:
    begin, end = _day(first), _day(last)
    return float((end - begin).days) if begin and end else None


def _years_between(first: str, last: str) -> float | None:
    begin, end = _day(first), _day(last)
    if not begin or not end:
        return None
    return float(end.year - begin.year - ((end.month, end.day) < (begin.month, begin.day)))


def _add_days(first: str, days: float) -> str | None:
    begin = _day(first)
    if begin is None or days != floor(days) or abs(days) > 100_000:
        return None
    try:
        moved = begin + timedelta(days=int(days))
    except OverflowError:
        return None
    return moved.isoformat() if moved.year >= 1000 else None


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "!": lambda value: not value,
    "!!": bool,
    "==": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<": _known(lambda *values: all(one < other for one, other in itertools.pairwise(values)), otherwise=False),
    "<=": _known(lambda *values: all(one <= other for one, other in itertools.pairwise(values)), otherwise=False),
    ">": _known(lambda one, other: one > other, otherwise=False),
    ">=": _known(lambda one, other: one >= other, otherwise=False),
    "+": _known(_plus),
    "-": _known(lambda one, other=None: _number(-one if other is None else one - other)),
    "*": _known(_times),
    "/": _known(lambda one, other: _number(one / other) if other else None),
    "%": _known(lambda one, other: _number(fmod(one, other)) if other else None),
    "min": _known(lambda *values: min(values)),
    "max": _known(lambda *values: max(values)),
    "round": _known(_round),
    "in": lambda one, several: one is not None and one in (several or ()),
    "cat": lambda *values: "".join(one or "" for one in values),
    "length": lambda text: float(len(text or "")),
    "count": _count,
    "sum": _of_known(lambda values: _plus(*values)),
    "smallest": _of_known(lambda values: min(values, default=None)),
    "largest": _of_known(lambda values: max(values, default=None)),
    "days_between": _known(_days_between),
    "years_between": _known(_years_between),
    "add_days": _known(_add_days),
}  # fmt: skip
_OVER_ROWS: dict[str, Callable[[list[Any], list[Any]], Any]] = {
    "map": lambda _rows, told: told,
    "filter": lambda rows, told: [row for row, held in zip(rows, told, strict=True) if held],
    "some": lambda _rows, told: any(told),
    "none": lambda _rows, told: not any(told),
    # Of no rows nothing is said to hold, as JsonLogic has it.
    "all": lambda _rows, told: bool(told) and all(told),
}


def _registry() -> OperatorRegistry:
    found = OperatorRegistry()
    for name, kind in (("var", _Var), ("if", If), ("and", _And), ("or", _Or)):
        found.register(name, kind)
    for base, functions in ((_Function, _FUNCTIONS), (_OverRows, _OVER_ROWS)):
        for name, function in functions.items():
            found.register(name, type(f"Operator {name}", (base,), {"function": staticmethod(function)}))
    return found


_REGISTRY = _registry()


def made(logic: Logic) -> Operator:
    """The expression ready to be run any number of times. Only for what `logic_check.checked` has let pass."""
    return JSONLogicExpression.from_json(_plain(logic)).as_operator_tree(_REGISTRY)


def _plain(value: Any) -> Any:
    """Numbers as floats and lists as lists, as the operators take them."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Known:
    """What is known while expressions are run: values by name, which may grow between two runs.

    Values are None, bool, float, text, a list of text, or rows: a list of dicts of such values.
    """

    def __init__(self, values: MutableMapping[str, Any]) -> None:
        self.values = values
        self._context = EvaluationContext(cast(Any, values))

    def told(self, tree: Operator) -> Any:
        """What an expression gives."""
        return tree.evaluate(self._context)
