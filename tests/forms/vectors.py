"""Makes expressions with what is known, out of a seed, and asks both engines what they give: one line of JSON for each vector."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from linli.core.forms.logic import Known, made
from linli.core.forms.logic_check import OPERATORS, SIMPLE, LogicError, Scope, Type, checked

ROOT = Path(__file__).parents[2]
NODE = Path(sys.executable).with_name("node")
ROW = {"age": Type.NUMBER, "who": Type.TEXT, "born": Type.DAY, "kinds": Type.TEXTS}
NAMES = {
    "a": Type.NUMBER, "b": Type.NUMBER, "c": Type.NUMBER, "s": Type.TEXT, "t": Type.TEXT, "d": Type.DAY, "e": Type.DAY, "h": Type.TIME,
    "m": Type.MOMENT, "u": Type.TEXTS, "ok": Type.TRUTH, "photo": Type.THING, "today": Type.DAY, "rows": Type.ROWS, "none_of": Type.ROWS,
}  # fmt: skip
SCOPE = Scope(NAMES, {"rows": ROW, "none_of": ROW})
TEXTS = (
    "",
    "a",
    "shop",
    "inn",
    "网格",
    "Ä",
    "é",
    "𠮷野家",
    "👩‍👩‍👧",
    "0",
    "null",
    "None",
    "1",
    "true",
    " ",
    "a\nb",
    "constructor",
)
NUMBERS = (
    0, 1, -1, 2, 3, 7, 10, 0.1, 0.2, 0.3, -0.5, 1.5, 2.5, 1e15, -1e15, 999999999999999, 1e-9, 123456.789, 1 / 3, 100, 18, 0.005, 1e7,
)  # fmt: skip
DAYS = (
    "2026-11-30",
    "2024-02-29",
    "2023-02-28",
    "1900-01-01",
    "2000-12-31",
    "2199-12-31",
    "1950-02-29",
    "2026-13-01",
    "0000-01-01",
    "1000-01-01",
)
TIMES, MOMENTS = ("00:00", "08:30", "23:59"), ("2026-11-30T08:30", "2024-02-29T00:00")


class Vector(NamedTuple):
    """An expression and what is known; both as JSON holds them."""

    logic: dict[str, Any]
    known: dict[str, Any]


class Maker:
    """Makes vectors; the same seed makes the same."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def vectors(self, count: int) -> Iterator[Vector]:
        """So many vectors, all of which the check lets pass."""
        found = 0
        while found < count:
            kind = self.random.choice(
                [
                    Type.TRUTH,
                    Type.NUMBER,
                    Type.TEXT,
                    Type.DAY,
                    Type.TRUTH,
                    Type.NUMBER,
                    Type.ROWS,
                    Type.TEXTS,
                    Type.NUMBERS,
                ]
            )
            logic = self.part(kind, self.random.randint(1, 5), NAMES)
            if not isinstance(logic, dict):
                continue
            try:
                checked(logic, SCOPE)
            except LogicError:
                continue
            found += 1
            yield Vector(logic, self.known())

    def known(self) -> dict[str, Any]:
        """What is known: each name with a value, none, or left out."""
        found = {
            name: self.value(kind)
            for name, kind in NAMES.items()
            if kind is not Type.ROWS and self.random.random() < 0.85
        }
        found["rows"] = [
            {name: self.value(kind) for name, kind in ROW.items()} for _row in range(self.random.choice([0, 1, 2, 5]))
        ]
        found["none_of"] = self.random.choice([[], None])
        return found

    def value(self, kind: Type) -> Any:
        """A value of a type, or none."""
        if self.random.random() < 0.2:
            return None
        several = [one for one in TEXTS if self.random.random() < 0.3]
        return {
            Type.NUMBER: self.random.choice([*NUMBERS, round(self.random.uniform(-1000, 1000), 3), self.random.randint(-99, 99)]),
            Type.TEXT: self.random.choice(TEXTS), Type.DAY: self.random.choice(DAYS), Type.TIME: self.random.choice(TIMES),
            Type.MOMENT: self.random.choice(MOMENTS), Type.TEXTS: several, Type.TRUTH: self.random.random() < 0.5, Type.THING: True,
        }[kind]  # fmt: skip

    def part(self, kind: Type, deep: int, names: dict[str, Type]) -> Any:
        """A part that gives a type: a name, a constant, or an operator over further parts."""
        fitting = [name for name, one in names.items() if one is kind]
        if deep <= 0 or self.random.random() < 0.15:
            if fitting and (self.random.random() < 0.7 or kind in (Type.ROWS, Type.THING)):
                return {"var": self.random.choice(fitting)}
            if kind in (Type.ROWS, Type.NUMBERS, Type.THING):
                return {"map": [{"var": "rows"}, {"var": "age"}]} if kind is Type.NUMBERS else {"var": "photo"}
            return self.value(kind)
        return self.random.choice(self.ways(kind, names is NAMES))(deep - 1, names)

    def ways(self, kind: Type, outside: bool) -> list[Any]:
        """The ways to make a type."""
        ways: list[Any] = (
            [self._if(kind), self._joined(kind)] if kind in (Type.NUMBER, Type.TEXT, Type.DAY, Type.TRUTH) else []
        )
        for name, takes in SIMPLE.items():
            if takes.gives is kind and (outside or takes.type is not Type.NUMBERS):
                ways.append(self._simple(name))
        if kind is Type.TRUTH:
            ways += (
                [self._compare] * 4
                + [self._in, self._in]
                + [self._rows("some"), self._rows("all"), self._rows("none")] * outside
            )
        elif kind is Type.NUMBER:
            ways += [self._round, self._count] if outside else [self._round]
        elif kind is Type.TEXT:
            ways += [self._cat, self._cat]
        elif kind is Type.DAY:
            ways.append(
                lambda deep, names: {
                    "add_days": [self.part(Type.DAY, deep, names), self.part(Type.NUMBER, deep, names)]
                }
            )
        elif kind in (Type.ROWS, Type.NUMBERS):
            ways.append(self._rows("filter" if kind is Type.ROWS else "map"))
        return ways or [lambda _deep, names: self.part(kind, 0, names)]

    def _if(self, kind: Type) -> Any:
        def way(deep: int, names: dict[str, Type]) -> Any:
            parts = [
                self.part(self.random.choice([Type.TRUTH, Type.NUMBER, Type.TEXT]), deep, names),
                self.part(kind, deep, names),
            ]
            return {"if": [*(parts if self.random.random() < 0.7 else [*parts, self.part(Type.TRUTH, deep, names), self.part(kind, deep, names)]),
                           self.part(kind, deep, names)]}  # fmt: skip

        return way

    def _joined(self, kind: Type) -> Any:
        return lambda deep, names: {
            self.random.choice(["and", "or"]): [
                self.part(kind, deep, names) for _one in range(self.random.randint(1, 3))
            ]
        }

    def _simple(self, name: str) -> Any:
        def way(deep: int, names: dict[str, Type]) -> Any:
            takes = SIMPLE[name]
            kinds = [
                one
                for one in (Type.TRUTH, Type.TEXT, Type.NUMBER, Type.TEXTS, Type.THING)
                if one in names.values() or one is not Type.THING
            ]
            count = self.random.randint(takes.least, min(takes.most, 3))
            parts = [self.part(takes.type or self.random.choice(kinds), deep, names) for _one in range(count)]
            return {name: parts[0] if count == 1 and isinstance(parts[0], dict) else parts}

        return way

    def _compare(self, deep: int, names: dict[str, Type]) -> Any:
        name = self.random.choice(["==", "!=", "<", "<=", ">", ">="])
        kinds = (
            [Type.NUMBER, Type.DAY]
            + [Type.TIME, Type.MOMENT] * (names is NAMES)
            + [Type.TEXT, Type.TRUTH] * (name in ("==", "!="))
        )
        kind = self.random.choice(kinds)
        count = 3 if name in ("<", "<=") and self.random.random() < 0.3 else 2
        return {name: [self.part(kind, deep, names) for _one in range(count)]}

    def _in(self, deep: int, names: dict[str, Type]) -> Any:
        return {"in": [self.part(Type.TEXT, deep, names), self.part(Type.TEXTS, 0, names)]}

    def _rows(self, name: str) -> Any:
        inner = Type.NUMBER if name == "map" else Type.TRUTH
        return lambda deep, names: {name: [self.part(Type.ROWS, deep, names), self.part(inner, min(deep, 2), ROW)]}

    def _round(self, deep: int, names: dict[str, Type]) -> Any:
        return {
            "round": [
                self.part(Type.NUMBER, deep, names),
                *([self.random.randint(0, 6)] if self.random.random() < 0.6 else []),
            ]
        }

    def _count(self, deep: int, names: dict[str, Type]) -> Any:
        return {"count": self.part(Type.ROWS, deep, names) if self.random.random() < 0.7 else {"var": "u"}}

    def _cat(self, deep: int, names: dict[str, Type]) -> Any:
        return {
            "cat": [
                self.part(self.random.choice([Type.TEXT, Type.TEXT, Type.DAY]), deep, names)
                for _one in range(self.random.randint(1, 3))
            ]
        }


def operators_in(logic: object) -> set[str]:
    """The operators of an expression."""
    if isinstance(logic, dict):
        return set(logic) | {inner for one in logic.values() for inner in operators_in(one)}
    return {inner for one in logic for inner in operators_in(one)} if isinstance(logic, list) else set()


def in_python(vectors: Iterable[Vector]) -> list[Any]:
    """What the engine of the server gives."""
    return [Known(floats(one.known)).told(made(one.logic)) for one in vectors]


def floats(value: Any) -> Any:
    """Numbers as the server knows answers."""
    if isinstance(value, dict):
        return {name: floats(one) for name, one in value.items()}
    if isinstance(value, list):
        return [floats(one) for one in value]
    return float(value) if type(value) is int else value


def in_script(vectors: Sequence[Vector]) -> list[Any]:
    """What the engine of the phone gives, in a Node of its own."""
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in vectors)
    ran = subprocess.run(
        [NODE, "--no-warnings", ROOT / "frontend" / "checks" / "logic.mjs"],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    # Numbers are floats on both sides; a large one is written without a point there.
    return [json.loads(line, parse_int=float) for line in ran.stdout.splitlines()]


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same as JSON; true is no 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(left, right) for left, right in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    return bool(one == other)


def different(vectors: Sequence[Vector]) -> list[tuple[Vector, Any, Any]]:
    """The vectors to which both engines do not give the same, with both answers."""
    answers = zip(vectors, in_python(vectors), in_script(vectors), strict=True)
    return [(vector, one, other) for vector, one, other in answers if not same(one, other)]


__all__ = ["OPERATORS", "Maker", "Vector", "different", "in_python", "in_script", "operators_in"]
