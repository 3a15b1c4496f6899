"""The expressions of a form: read when all names are known, held against their types, put into an order without rings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from linli.core.forms.logic_check import MOST_ROWS, LogicError, Rule, Scope, Type, checked, words_of
from linli.core.forms.schema import CLASSES, MOST_STEPS, Group, Item, Keeping, Kind, Question, Repeat
from linli.core.forms.schema import walk as walk_items
from linli.lib.faults import Fault

_RESULTS = (Type.NUMBER, Type.TEXT, Type.DAY, Type.TIME, Type.MOMENT, Type.TRUTH)
TODAY = "today"


class Rules:
    """Gathers the expressions while a document is read; `checked` puts them into the items."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults, self.given = faults, dict[str, tuple[int, Mapping[str, Any]]]()
        self.types: dict[str, Type] = {}
        self.rows: dict[str, dict[str, Type]] = {}
        self.cost = 0

    def note(self, item: Item, number: int, given: Mapping[str, Any]) -> None:
        """Remembers what a document says of an item."""
        self.given.setdefault(item.name, (number, given))

    def fault(self, name: str, part: str, mend: str) -> None:
        """Notes a fault of an item."""
        self.faults.append(Fault(self.given.get(name, (0, {}))[0], part, name, mend))

    def checked(self, items: tuple[Item, ...]) -> tuple[tuple[Item, ...], tuple[str, ...]]:
        """The items with their expressions, and the order in which names are found out. Faults are noted.

        Calculations are typed in the order in which they read each other; what stands in a ring is told with its path.
        """
        items = _unique(items)
        reads = self._reads(items)
        order, ring = _ordered(reads)
        if ring:
            self.fault(
                ring[0],
                "calculate",
                _("This reads itself: %s. Take one of these out of the circle.") % " → ".join(ring),
            )
            return items, ()
        found = {one.name: one for one in walk_items(items)}
        self._type_names(tuple(found.values()))
        for name in order:
            one = found.get(name)
            if isinstance(one, Question) and one.kind is Kind.CALCULATED:
                self._type_calculated(one)
        made = tuple(self._with_rules(one) for one in items)
        if self.cost > MOST_STEPS:
            words = _(
                "All expressions together would take %(cost)s steps, of %(most)s; ask less over the rows of repeats."
            )
            self.fault("", "items", words % {"cost": self.cost, "most": MOST_STEPS})
        inherited = self._inherits(made, order)
        made = tuple(_inheriting(one, inherited) for one in made)
        wanted = {one.name for one in walk_items(made) if one.relevant or (isinstance(one, Question) and one.calculate)}
        return made, tuple(name for name in order if name in wanted)

    def _reads(self, items: tuple[Item, ...]) -> dict[str, list[str]]:
        """What must be known before each name: what it reads, its group, and for a repeat all that stands in it."""
        found: dict[str, list[str]] = {}

        def walk(inside: tuple[Item, ...], above: list[str]) -> None:
            for one in inside:
                given = self.given.get(one.name, (0, {}))[1]
                own = [*_names_in(given.get("relevant")), *_names_in(given.get("calculate"))]
                found[one.name] = [*above, *own]
                if not isinstance(one, Question):
                    walk(one.items, [one.name] if isinstance(one, Group) else above)

        walk(items, [])
        for one in walk_items(items):
            if isinstance(one, Repeat):
                found[one.name] += [inner.name for inner in walk_items(one.items)]
        return found

    def _type_names(self, items: tuple[Item, ...]) -> None:
        self.types[TODAY] = Type.DAY
        for one in items:
            if isinstance(one, Repeat):
                self.types[one.name] = Type.ROWS
                self.rows[one.name] = {}
        for one in items:
            if isinstance(one, Question) and one.result is not None:
                self._known(one, one.result)

    def _known(self, question: Question, kind: Type) -> None:
        (self.rows[question.repeat] if question.repeat else self.types)[question.name] = kind

    def _type_calculated(self, question: Question) -> None:
        given = self.given[question.name][1].get("calculate")
        rule = self._rule(question.name, "calculate", given, question.repeat)
        if given is None:
            self.fault(question.name, "calculate", _("Say how this is calculated."))
        if rule is None:
            return
        if rule.type not in _RESULTS:
            words = _("This gives %s, which is no answer; let it give a number, a text, a day, a time or yes and no.")
            self.fault(question.name, "calculate", words % words_of(rule.type))
            return
        self._known(question, rule.type)

    def _rule(self, name: str, part: str, given: object, repeat: str) -> Rule | None:
        if given is None:
            return None
        scope = Scope({**self.types, **self.rows.get(repeat, {})} if repeat else self.types, self.rows)
        try:
            rule = checked(given, scope)
        except LogicError as error:
            self.fault(name, part, str(error))
            return None
        self.cost += rule.cost * (MOST_ROWS if repeat else 1)
        return rule

    def _with_rules(self, item: Item, repeat: str = "") -> Item:
        given = self.given.get(item.name, (0, {}))[1]
        relevant = self._rule(item.name, "relevant", given.get("relevant"), repeat)
        if isinstance(item, Group):
            return replace(item, relevant=relevant, items=tuple(self._with_rules(one, repeat) for one in item.items))
        if isinstance(item, Repeat):
            return replace(item, relevant=relevant, items=tuple(self._with_rules(one, item.name) for one in item.items))
        if item.kind is Kind.CALCULATED:
            kind = (self.rows[repeat] if repeat else self.types).get(item.name)
            rule = self._rule(item.name, "calculate", given.get("calculate"), repeat) if kind else None
            return replace(item, relevant=relevant, calculate=rule, result=kind)
        constraint = self._rule(item.name, "constraint", given.get("constraint"), repeat)
        if item.message and "constraint" not in given:
            self.fault(item.name, "message", _("A message stands beside a constraint; this question has none."))
        return replace(item, relevant=relevant, constraint=constraint)

    def _inherits(self, items: tuple[Item, ...], order: list[str]) -> dict[str, tuple[Keeping, bool]]:
        """What is calculated from something about a person is about the person: its keeping, and whether it is sealed.

        The shortest time and the gravest class of what is read hold, unless the question says its own, or that it is impersonal.
        """
        found = {one.name: one for one in walk_items(items) if isinstance(one, Question)}
        about = {name: (one.keeping, one.sealed) for name, one in found.items() if one.keeping is not None}
        made: dict[str, tuple[Keeping, bool]] = {}
        for name in order:
            one = found.get(name)
            if one is None or one.calculate is None or name in about or self.given[name][1].get("impersonal") is True:
                continue
            read = [about[other] for other in sorted(one.calculate.reads) if other in about]
            if read:
                soonest = min((keeping for keeping, _sealed in read), key=lambda keeping: keeping.days)
                gravest = max((keeping.data_class for keeping, _sealed in read), key=CLASSES.index)
                about[name] = made[name] = (
                    replace(soonest, data_class=gravest),
                    any(sealed for _keeping, sealed in read),
                )
        return made


def _inheriting(item: Item, found: Mapping[str, tuple[Keeping, bool]]) -> Item:
    if not isinstance(item, Question):
        return replace(item, items=tuple(_inheriting(one, found) for one in item.items))
    keeping, sealed = found.get(item.name, (item.keeping, item.sealed))
    return replace(item, keeping=keeping, sealed=sealed)


def _unique(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The items that have a name of their own; the others have been told of."""
    seen: set[str] = {""}

    def kept(one: Item) -> Item | None:
        if one.name in seen:
            return None
        seen.add(one.name)
        if isinstance(one, Question):
            return one
        return replace(one, items=tuple(inner for inner in map(kept, one.items) if inner is not None))

    return tuple(one for one in map(kept, items) if one is not None)


def _names_in(logic: object) -> list[str]:
    """The names that an expression reads, before it is known to be one."""
    found: list[str] = []
    waiting = [logic]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            name = node.get("var")
            name = name[0] if isinstance(name, list) and name else name
            found += [name] if isinstance(name, str) else []
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return found


def _ordered(reads: Mapping[str, list[str]]) -> tuple[list[str], list[str]]:
    """The names so that each stands behind what it reads; and the first ring, as a path that ends where it begins."""
    order: list[str] = []
    done: set[str] = set()
    for start in reads:
        path: list[str] = []
        on_path: set[str] = set()
        waiting = [(start, iter(reads[start]))] if start not in done else []
        if waiting:
            path, on_path = [start], {start}
        while waiting:
            name, rest = waiting[-1]
            following = next((one for one in rest if one in reads and one not in done), None)
            if following is None:
                waiting.pop()
                path.pop()
                on_path.discard(name)
                done.add(name)
                order.append(name)
            elif following in on_path:
                return order, [*path[path.index(following) :], following]
            else:
                waiting.append((following, iter(reads[following])))
                path.append(following)
                on_path.add(following)
    return order, []
