"""Expressions of XLSForm (a subset of XPath) read into JsonLogic, and written back. xlsform_reading.py next door uses it.

Read by a small parser: names as ${q}, `.` for the answer itself, texts, numbers, comparison, and/or, + - * div mod, and the functions of
`_CALLS`. What is not in the subset raises XPathError with a sentence; nothing is guessed. Where XPath lets anything meet anything, the types
of the questions say what was meant: a choice beside a number means its code, `= ''` that there is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from linli.core.forms.logic_check import LogicError, Scope, Type, checked

MOST_CHARS = 4000
MOST_DEEP = 30
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<name>\$\{\s*[^}]{1,80}?\s*\})|(?P<text>'[^']*'|\"[^\"]*\")|(?P<sign><=|>=|!=|[-+*=<>(),])"
    r"|(?P<word>[A-Za-z_][\w:.-]*)|(?P<self>\.)|(?P<other>\S))"
)
_QUOTES = str.maketrans("‘’“”", "''\"\"")
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("or",),
    ("and",),
    ("=", "!="),
    ("<", "<=", ">", ">="),
    ("+", "-"),
    ("*", "div", "mod"),
)
_AS = {"=": "==", "div": "/", "mod": "%"}
Logic = Any


class XPathError(ValueError):
    """An expression outside of the subset; the text says what is not supported, in the user's language."""


@dataclass
class _Parser:
    """One walk over the tokens of one expression."""

    tokens: list[tuple[str, str]]
    own: str  # the question whose expression it is: what `.` means
    names: Mapping[str, str]  # how names of the file are called here
    scope: Scope
    repeat: str
    at: int = 0
    deep: int = 0

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> tuple[str, str]:
        if self.at >= len(self.tokens) or (wanted and self.peek() != wanted):
            raise XPathError(_("the expression ends where “%s” is expected") % (wanted or "…"))
        self.at += 1
        return self.tokens[self.at - 1]

    def binary(self, level: int = 0) -> Logic:
        """An expression of this level of binding, the loosest first."""
        if level == len(_LEVELS):
            return self.unary()
        self.deep += 1
        if self.deep > MOST_DEEP * len(_LEVELS):
            raise XPathError(_("it is nested too deep"))
        left = self.binary(level + 1)
        while self.peek() in _LEVELS[level] and self.tokens[self.at][0] in ("sign", "word"):
            sign = self.take()[1]
            left = self.joined(_AS.get(sign, sign), left, self.binary(level + 1))
        self.deep -= 1
        return left

    def unary(self) -> Logic:
        if self.peek() == "-" and self.tokens[self.at][0] == "sign":
            self.take()
            self.deep += 1
            if self.deep > MOST_DEEP * len(_LEVELS):
                raise XPathError(_("it is nested too deep"))
            inner = self.unary()
            self.deep -= 1
            return -inner if isinstance(inner, (int, float)) and not isinstance(inner, bool) else {"-": [inner]}
        return self.primary()

    def primary(self) -> Logic:
        kind, words = self.take()
        if kind == "number":
            return float(words) if "." in words else int(words)
        if kind == "text":
            return words[1:-1]
        if kind == "self":
            if not self.own:
                raise XPathError(_("“.” stands for an answer only in a constraint"))
            return {"var": self.own}
        if kind == "name":
            return self.named(words[2:-1].strip())
        if words == "(" and kind == "sign":
            inner = self.binary()
            self.take(")")
            return inner
        if kind == "word" and self.peek() == "(":
            return self.call(words)
        raise XPathError(_("“%s” is not supported") % words[:40])

    def named(self, name: str) -> Logic:
        if name not in self.names:
            raise XPathError(_("the question “%s” is not there (any more)") % name[:60])
        return {"var": self.names[name]}

    def call(self, name: str) -> Logic:
        self.take("(")
        given: list[Logic] = []
        while self.peek() != ")":
            given.append(self.binary())
            if self.peek() != ")":
                self.take(",")
        self.take(")")
        if name not in _CALLS:
            raise XPathError(_("the function %s() is not supported") % name[:40])
        return _CALLS[name](self, given)

    def joined(self, operator: str, left: Logic, right: Logic) -> Logic:
        """Two sides with an operator between them, as the types of the questions mean it."""
        if operator in ("==", "!="):
            return self.compared(operator, left, right)
        kinds = self.type_of(left), self.type_of(right)
        if operator == "-" and kinds == (Type.DAY, Type.DAY):
            return {"days_between": [right, left]}
        if operator in ("+", "-") and kinds == (Type.DAY, Type.NUMBER):
            return {"add_days": [left, right if operator == "+" else _minus(right)]}
        if operator in ("and", "or", "+", "*") and isinstance(left, dict) and operator in left:
            return {operator: [*left[operator], right]}
        return {operator: [left, right]}

    def compared(self, operator: str, left: Logic, right: Logic) -> Logic:
        if isinstance(left, (str, int, float)) and not isinstance(right, (str, int, float)):
            left, right = right, left
        kind = self.type_of(left)
        if right == "":
            if kind in (Type.TEXTS, Type.THING, Type.ROWS):
                return {"!" if operator == "==" else "!!": [left]}
            return {operator: [left, None]}
        if kind is Type.TEXT and isinstance(right, (int, float)) and not isinstance(right, bool):
            right = f"{right:g}"
        elif kind is Type.NUMBER and isinstance(right, str) and re.fullmatch(r"-?\d+(\.\d+)?", right):
            right = float(right) if "." in right else int(right)
        elif kind is Type.TRUTH and right in ("true", "false"):
            right = right == "true"
        return {operator: [left, right]}

    def type_of(self, logic: Logic) -> Type | None:
        """What a part gives, as far as it is known."""
        if isinstance(logic, bool):
            return Type.TRUTH
        if isinstance(logic, (int, float)):
            return Type.NUMBER
        if not isinstance(logic, dict):
            return Type.TEXT
        names = {**self.scope.names, **self.scope.rows.get(self.repeat, {})}
        try:
            return checked(logic, Scope(names, self.scope.rows)).type
        except LogicError:
            return None

    def rows_with(self, logic: Logic) -> str:
        """The repeat in whose rows a name is asked, seen from outside of it; "" for none."""
        name = logic.get("var") if isinstance(logic, dict) else None
        return next((rows for rows, names in self.scope.rows.items() if name in names and rows != self.repeat), "")


def _minus(logic: Logic) -> Logic:
    return -logic if isinstance(logic, (int, float)) else {"-": [logic]}


def _exactly(count: int, make: Callable[..., Logic]) -> Callable[[_Parser, list[Logic]], Logic]:
    def made(parser: _Parser, given: list[Logic]) -> Logic:
        if len(given) != count:
            raise XPathError(
                _("a function has %(given)s parts where it takes %(wanted)s") % {"given": len(given), "wanted": count}
            )
        return make(parser, *given)

    return made


def _selected(parser: _Parser, answer: Logic, code: Logic) -> Logic:
    code = f"{code:g}" if isinstance(code, (int, float)) else code
    return {"in": [code, answer]} if parser.type_of(answer) is Type.TEXTS else {"==": [answer, code]}


def _over_rows(one: str, many: str) -> Callable[[_Parser, list[Logic]], Logic]:
    """min, max and sum: over the rows of a repeat where their one part is asked in it, else of their parts."""

    def made(parser: _Parser, given: list[Logic]) -> Logic:
        rows = parser.rows_with(given[0]) if len(given) == 1 else ""
        if rows:
            return {many: [{"map": [{"var": rows}, given[0]]}]}
        if not one or not given:
            raise XPathError(_("sums go over a question of a repeat, seen from outside of it"))
        return {one: given}

    return made


def _counted(parser: _Parser, given: Logic) -> Logic:
    rows = parser.rows_with(given)
    if rows:
        return {"count": [{"var": rows}]}
    return {"count": [given]}


def _date(_parser: _Parser, given: Logic) -> Logic:
    return given


def _if(_parser: _Parser, condition: Logic, then: Logic, otherwise: Logic) -> Logic:
    then, otherwise = (None if one == "" else one for one in (then, otherwise))
    return {"if": [condition, then, otherwise]}


def _rounded(_parser: _Parser, given: list[Logic]) -> Logic:
    if len(given) not in (1, 2):
        raise XPathError(_("round() takes a number and how many digits stay"))
    return {"round": given}


_CALLS: dict[str, Callable[[_Parser, list[Logic]], Logic]] = {
    "selected": _exactly(2, _selected),
    "not": _exactly(1, lambda _parser, one: {"!": [one]}),
    "true": _exactly(0, lambda _parser: True),
    "false": _exactly(0, lambda _parser: False),
    "if": _exactly(3, _if),
    "count": _exactly(1, _counted),
    "count-selected": _exactly(1, lambda _parser, one: {"count": [one]}),
    "string-length": _exactly(1, lambda _parser, one: {"length": [one]}),
    "coalesce": _exactly(2, lambda _parser, one, other: {"if": [{"!=": [one, None]}, one, other]}),
    "today": _exactly(0, lambda _parser: {"var": "today"}),
    "date": _exactly(1, _date),
    "number": _exactly(1, _date),
    "concat": lambda _parser, given: {"cat": given},
    "round": _rounded,
    "min": _over_rows("min", "smallest"),
    "max": _over_rows("max", "largest"),
    "sum": _over_rows("", "sum"),
}


def logic_of(words: str, *, names: Mapping[str, str], scope: Scope, own: str = "", repeat: str = "") -> Any:
    """The JsonLogic of an expression. `names` says how names of the file are called here. Raises XPathError outside of the subset.

    Whether the types fit is not judged here: the reader of the form does.
    """
    if len(words) > MOST_CHARS:
        raise XPathError(_("it is longer than %s characters") % MOST_CHARS)
    parser = _Parser(_tokens(words.translate(_QUOTES)), own, names, scope, repeat)
    logic = parser.binary()
    if parser.at < len(parser.tokens):
        raise XPathError(_("“%s” is not supported") % parser.peek()[:40])
    if isinstance(logic, dict):
        return logic
    return (
        {"!": [False]} if logic is True else {"!": [True]} if logic is False else {"if": [{"!": [False]}, logic, logic]}
    )


def _tokens(words: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for one in _TOKEN.finditer(words.strip()):
        kind = one.lastgroup or "other"
        if kind == "other":
            raise XPathError(_("“%s” is not supported") % one[kind])
        found.append((kind, one[kind]))
    return found


_SIGNS = {"==": "=", "/": "div", "%": "mod"}
_BINDS = {sign: level for level, signs in enumerate(_LEVELS) for sign in signs}


def xpath_of(logic: Any, own: str = "") -> str:
    """An expression as XLSForm has it; "" for one that XPath cannot say. Whoever writes it reads it back to be sure."""
    try:
        return _written(logic, own)[0]
    except XPathError:
        return ""


def _written(logic: Any, own: str) -> tuple[str, int]:
    """The words of a part, and how tightly they bind."""
    tight = len(_LEVELS)
    if isinstance(logic, bool):
        return ("true()" if logic else "false()"), tight
    if logic is None:
        return "''", tight
    if isinstance(logic, (int, float)):
        return f"{logic!r}", tight
    if isinstance(logic, str):
        if "'" in logic and '"' in logic:
            raise XPathError
        return (f'"{logic}"' if "'" in logic else f"'{logic}'"), tight
    if not isinstance(logic, dict):
        raise XPathError
    name, given = next(iter(logic.items()))
    given = given if isinstance(given, list) else [given]
    if name == "var":
        return ("today()" if given[0] == "today" else "." if given[0] == own else f"${{{given[0]}}}"), tight
    sign = _SIGNS.get(name, name)
    if sign in _BINDS and len(given) >= 2:
        return _infix(sign, given, own), _BINDS[sign]
    return _call_words(name, given, own), tight


def _infix(sign: str, given: list[Any], own: str) -> str:
    level = _BINDS[sign]
    parts = []
    for place, one in enumerate(given):
        words, binds = _written(one, own)
        parts.append(f"({words})" if binds < level + (place > 0) else words)
    return f" {sign} ".join(parts)


def _call_words(name: str, given: list[Any], own: str) -> str:
    if name == "map" or (name in ("sum", "smallest", "largest") and isinstance(given[0], dict) and "map" in given[0]):
        function = {"sum": "sum", "smallest": "min", "largest": "max"}.get(name)
        if function is None:
            raise XPathError
        return f"{function}({_written(given[0]['map'][1], own)[0]})"
    words = [_written(one, own)[0] for one in given]
    if name == "days_between":
        return f"({words[1]} - {words[0]})"
    if name == "add_days":
        return f"({words[0]} + {words[1]})"
    if name == "in" and not isinstance(given[1], list):
        return f"selected({words[1]}, {words[0]})"
    if name == "-":
        return f"(-{words[0]})"
    if name == "!!":
        return f"({words[0]} != '')"
    function = {"!": "not", "length": "string-length", "cat": "concat"}.get(name, name)
    if function not in _CALLS:
        raise XPathError
    return f"{function}({', '.join(words)})"
