"""Which expressions a form may have: every operator has its types, every name is known, and what an expression may cost is bounded.

The two engines (logic.py) differ where JsonLogic lets anything meet anything: "1" with 1, a list with a text, a missing value with
zero. Types leave none of that. An expression always ends, since it repeats itself over rows of a repeat alone, whose number is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from jsonlogic import Operator

from linli.core.forms.logic import DAY, made

MOST_NODES = 300
MOST_DEPTH = 40
MOST_ROWS = 100
LARGEST = 1e15
"""Numbers beyond are not counted one by one any more; none is taken as an answer or as a constant."""
LONGEST_TEXT = 500
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
_UNSEEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Type(StrEnum):
    """What a value is to an expression. THING is what can only be there or not (a photo, a place, a person)."""

    TRUTH = "truth"
    NUMBER = "number"
    TEXT = "text"
    DAY = "day"
    TIME = "time"
    MOMENT = "moment"
    TEXTS = "texts"
    NUMBERS = "numbers"
    ROWS = "rows"
    THING = "thing"
    NOTHING = "nothing"
    MIXED = "mixed"


_ORDERED = (Type.NUMBER, Type.DAY, Type.TIME, Type.MOMENT)
_SINGLE = (*_ORDERED, Type.TEXT, Type.TRUTH)
_WORDS = (Type.TEXT, Type.DAY, Type.TIME, Type.MOMENT)
_WRITTEN = {Type.DAY: DAY, Type.TIME: _TIME, Type.MOMENT: _MOMENT}


class Takes(NamedTuple):
    """How many arguments an operator takes, of which type, and what it gives."""

    least: int
    most: int
    type: Type | None  # None: any one, asked for nothing but whether it holds
    gives: Type


_ANY = 50
SIMPLE: dict[str, Takes] = {
    "!": Takes(1, 1, None, Type.TRUTH),
    "!!": Takes(1, 1, None, Type.TRUTH),
    "+": Takes(1, _ANY, Type.NUMBER, Type.NUMBER),
    "-": Takes(1, 2, Type.NUMBER, Type.NUMBER),
    "*": Takes(1, _ANY, Type.NUMBER, Type.NUMBER),
    "/": Takes(2, 2, Type.NUMBER, Type.NUMBER),
    "%": Takes(2, 2, Type.NUMBER, Type.NUMBER),
    "min": Takes(1, _ANY, Type.NUMBER, Type.NUMBER),
    "max": Takes(1, _ANY, Type.NUMBER, Type.NUMBER),
    "length": Takes(1, 1, Type.TEXT, Type.NUMBER),
    "sum": Takes(1, 1, Type.NUMBERS, Type.NUMBER),
    "smallest": Takes(1, 1, Type.NUMBERS, Type.NUMBER),
    "largest": Takes(1, 1, Type.NUMBERS, Type.NUMBER),
    "days_between": Takes(2, 2, Type.DAY, Type.NUMBER),
    "years_between": Takes(2, 2, Type.DAY, Type.NUMBER),
}
OPERATORS = frozenset(
    {*SIMPLE, "var", "if", "and", "or", "==", "!=", "<", "<=", ">", ">=", "in", "cat", "round", "count", "add_days"}
    | {"map", "filter", "some", "none", "all"}
)
"""Every operator there is; docs/forms.md says what each does."""


class LogicError(ValueError):
    """An expression that cannot be taken; its text says why and how to mend it, in the user's language."""


@dataclass(frozen=True, slots=True)
class Rule:
    """An expression that was checked: as JSON, ready to run, the names it reads (those of rows too), what it gives, what it costs at most (steps)."""

    logic: Mapping[str, Any]
    tree: Operator = field(compare=False, repr=False)
    reads: frozenset[str]
    type: Type
    cost: int


@dataclass(slots=True)
class Scope:
    """The names that an expression may read, and for each repeat among them the names of its rows."""

    names: Mapping[str, Type]
    rows: Mapping[str, Mapping[str, Type]]


def checked(logic: object, scope: Scope) -> Rule:
    """The expression made ready. Raises LogicError for what is no expression of the language; of several faults, the first."""
    if not isinstance(logic, dict):
        raise LogicError(_('An expression is an object with one operator, such as {"==": [{"var": "kind"}, "shop"]}.'))
    one = _Check(scope)
    kind, cost = one.judge(logic, 1)
    return Rule(logic, made(logic), frozenset(one.reads), kind, cost)


class _Check:
    """One walk over one expression."""

    def __init__(self, scope: Scope) -> None:
        self.scope, self.reads, self.nodes = scope, set[str](), 0

    def judge(self, node: object, depth: int) -> tuple[Type, int]:
        """Type and cost of a part."""
        self.nodes += 1
        if depth > MOST_DEPTH:
            raise LogicError(
                _("The expression is nested more than %s deep; split it with a calculated question.") % MOST_DEPTH
            )
        if self.nodes > MOST_NODES:
            raise LogicError(
                _("The expression has more than %s parts; split it with a calculated question.") % MOST_NODES
            )
        if isinstance(node, dict):
            return self._operator(node, depth)
        if isinstance(node, list):
            return self._constant_list(node), 1 + len(node)
        return _constant(node), 1

    def _constant_list(self, node: list[object]) -> Type:
        self.nodes += len(node)
        if self.nodes > MOST_NODES:
            raise LogicError(
                _("The expression has more than %s parts; split it with a calculated question.") % MOST_NODES
            )
        if not all(isinstance(one, str) for one in node):
            raise LogicError(_('A list in an expression holds texts and nothing else, such as ["shop", "inn"].'))
        for one in node:
            _constant(one)
        return Type.TEXTS

    def _operator(self, node: dict[str, Any], depth: int) -> tuple[Type, int]:
        if len(node) != 1:
            raise LogicError(_("Each object in an expression has one operator; this one has %s keys.") % len(node))
        name, given = next(iter(node.items()))
        if name not in OPERATORS:
            raise LogicError(_("There is no operator “%s”; docs/forms.md lists those there are.") % str(name)[:40])
        arguments = given if isinstance(given, list) else [given]
        if name == "var":
            return self._name(arguments), 1
        if name in ("map", "filter", "some", "none", "all"):
            return self._over_rows(name, arguments, depth)
        told = [self.judge(one, depth + 1) for one in arguments]
        types, cost = [kind for kind, _cost in told], 1 + sum(cost for _kind, cost in told)
        return self._gives(name, arguments, types), cost

    def _name(self, arguments: list[Any]) -> Type:
        name = arguments[0] if len(arguments) == 1 else None
        if not isinstance(name, str):
            raise LogicError(_("“var” takes the name of one question, as text."))
        if name not in self.scope.names:
            raise LogicError(_("There is no question “%s” that could be read here.") % name[:60])
        self.reads.add(name)
        return self.scope.names[name]

    def _over_rows(self, name: str, arguments: list[Any], depth: int) -> tuple[Type, int]:
        _count(name, arguments, 2, 2)
        kind, cost = self.judge(arguments[0], depth + 1)
        if kind is not Type.ROWS:
            raise LogicError(_("“%s” goes over the rows of a repeat; its first argument gives none.") % name)
        inner = _Check(Scope(self.scope.rows[self._repeat_in(arguments[0])], {}))
        inner.nodes = self.nodes
        gives, each = inner.judge(arguments[1], depth + 1)
        self.nodes = inner.nodes
        self.reads |= inner.reads
        if name == "map":
            if gives is not Type.NUMBER:
                raise LogicError(_("“map” gives a number for each row, for “sum”, “smallest” or “largest”."))
            return Type.NUMBERS, cost + MOST_ROWS * each
        return Type.ROWS if name == "filter" else Type.TRUTH, cost + MOST_ROWS * each

    def _repeat_in(self, node: Any) -> str:
        """The repeat whose rows a part gives: it is a name, or filters one."""
        name, given = next(iter(node.items()))
        arguments = given if isinstance(given, list) else [given]
        return str(arguments[0]) if name == "var" else self._repeat_in(arguments[0])

    def _gives(self, name: str, arguments: list[Any], types: list[Type]) -> Type:
        if name in SIMPLE:
            takes = SIMPLE[name]
            _count(name, arguments, takes.least, takes.most)
            if takes.type is not None:
                _are(name, arguments, types, takes.type)
            return takes.gives
        return _SPECIAL[name](name, arguments, types)


def _constant(node: object) -> Type:
    if node is None:
        return Type.NOTHING
    if isinstance(node, bool):
        return Type.TRUTH
    if isinstance(node, (int, float)):
        if not abs(node) <= LARGEST:
            raise LogicError(
                _("Numbers in an expression lie between -%(most)s and %(most)s.") % {"most": f"{LARGEST:.0e}"}
            )
        return Type.NUMBER
    if isinstance(node, str):
        if len(node) > LONGEST_TEXT or _UNSEEN.search(node):
            raise LogicError(
                _("A text in an expression has at most %s characters, all of which can be seen.") % LONGEST_TEXT
            )
        return Type.TEXT
    raise LogicError(_("An expression is made of operators, texts, numbers, true, false and null."))


def _count(name: str, arguments: list[Any], least: int, most: int) -> None:
    if not least <= len(arguments) <= most:
        wanted = str(least) if least == most else f"{least}–{most}"
        raise LogicError(
            _("“%(name)s” takes %(wanted)s arguments, not %(given)s.")
            % {"name": name, "wanted": wanted, "given": len(arguments)}
        )


def _is(node: Any, kind: Type, wanted: Type) -> bool:
    """Whether a part can stand where a type is wanted; a text that is written like a day is one."""
    if kind in (wanted, Type.NOTHING):
        return True
    return kind is Type.TEXT and isinstance(node, str) and wanted in _WRITTEN and bool(_WRITTEN[wanted].fullmatch(node))


def _are(name: str, arguments: list[Any], types: list[Type], wanted: Type) -> None:
    for node, kind in zip(arguments, types, strict=True):
        if not _is(node, kind, wanted):
            raise LogicError(
                _("“%(name)s” takes %(wanted)s, and is given %(given)s.")
                % {"name": name, "wanted": words_of(wanted), "given": words_of(kind)}
            )


def _common(arguments: list[Any], types: list[Type], among: tuple[Type, ...]) -> Type | None:
    """The one type in which all arguments can be held beside each other."""
    for wanted in (*(one for one in types if one not in (Type.NOTHING, Type.TEXT)), Type.TEXT):
        if wanted in among and all(_is(node, kind, wanted) for node, kind in zip(arguments, types, strict=True)):
            return wanted
    return None


def _compares(name: str, arguments: list[Any], types: list[Type]) -> Type:
    same = name in ("==", "!=")
    _count(name, arguments, 2, 2 if same or name in (">", ">=") else 3)
    if _common(arguments, types, _SINGLE if same else _ORDERED) is None:
        raise LogicError(
            _(
                "“%(name)s” holds %(given)s beside each other; both sides are of one kind, and only numbers, days and times have an order."
            )
            % {"name": name, "given": ", ".join(words_of(one) for one in types)}
        )
    return Type.TRUTH


def _joins(name: str, arguments: list[Any], types: list[Type]) -> Type:
    _count(name, arguments, 1, _ANY)
    return types[0] if len(set(types)) == 1 else Type.MIXED


def _chooses(name: str, arguments: list[Any], types: list[Type]) -> Type:
    _count(name, arguments, 3, _ANY)
    if len(arguments) % 2 == 0:
        raise LogicError(_("“if” ends with what holds otherwise: condition, then, condition, then, …, otherwise."))
    ways = [*range(1, len(arguments), 2), len(arguments) - 1]
    nodes, kinds = [arguments[place] for place in ways], [types[place] for place in ways]
    return _common(nodes, kinds, _SINGLE) or (kinds[0] if len(set(kinds)) == 1 else Type.MIXED)


def _among(name: str, arguments: list[Any], types: list[Type]) -> Type:
    _count(name, arguments, 2, 2)
    if types[0] not in (Type.TEXT, Type.NOTHING) or types[1] is not Type.TEXTS:
        raise LogicError(_("“in” asks whether a text is one of several: a choice, then a list."))
    return Type.TRUTH


def _strings(name: str, arguments: list[Any], types: list[Type]) -> Type:
    _count(name, arguments, 1, _ANY)
    if not all(one in (*_WORDS, Type.NOTHING) for one in types):
        raise LogicError(_("“cat” puts texts together; numbers and lists are none."))
    return Type.TEXT


def _rounds(name: str, arguments: list[Any], types: list[Type]) -> Type:
    _count(name, arguments, 1, 2)
    _are(name, arguments, types, Type.NUMBER)
    if len(arguments) == 2 and (type(arguments[1]) is not int or not 0 <= arguments[1] <= 6):
        raise LogicError(_("“round” takes a number, and how many digits stay behind the point: 0 to 6."))
    return Type.NUMBER


def _counts(name: str, arguments: list[Any], types: list[Type]) -> Type:
    _count(name, arguments, 1, 1)
    if types[0] not in (Type.ROWS, Type.TEXTS):
        raise LogicError(_("“count” counts the rows of a repeat, or what was chosen of a list."))
    return Type.NUMBER


def _moves(name: str, arguments: list[Any], types: list[Type]) -> Type:
    _count(name, arguments, 2, 2)
    _are(name, arguments[:1], types[:1], Type.DAY)
    _are(name, arguments[1:], types[1:], Type.NUMBER)
    return Type.DAY


_SPECIAL = {
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), _compares), "and": _joins, "or": _joins, "if": _chooses, "in": _among,
    "cat": _strings, "round": _rounds, "count": _counts, "add_days": _moves,
}  # fmt: skip


def words_of(kind: Type) -> str:
    """A type in the user's language."""
    return {
        Type.TRUTH: _("yes or no"), Type.NUMBER: _("a number"), Type.TEXT: _("a text"), Type.DAY: _("a day"),
        Type.TIME: _("a time of day"), Type.MOMENT: _("a moment"), Type.TEXTS: _("several texts"),
        Type.NUMBERS: _("a number of each row"), Type.ROWS: _("rows"), Type.THING: _("something that is there or not"),
        Type.NOTHING: _("nothing"), Type.MIXED: _("now this, now that"),
    }[kind]  # fmt: skip
