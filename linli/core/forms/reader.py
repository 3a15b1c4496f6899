"""Reads the document of a form into a `Schema`, gathering every fault. schema.py says what comes out, rules.py reads the expressions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from linli.core.forms.logic_check import LARGEST, MOST_ROWS
from linli.core.forms.parts import Parts
from linli.core.forms.rules import Rules
from linli.core.forms.schema import (
    ALWAYS_PERSONAL,
    CHOSEN,
    CLASSES,
    FILES,
    LONGEST_KEPT_DAYS,
    LONGEST_LINE,
    LONGEST_LINES,
    MAYBE_PERSONAL,
    MOST_ALL_CHOICES,
    MOST_CHOICES,
    MOST_GROUPS_DEEP,
    MOST_PHOTOS,
    MOST_QUESTIONS,
    TYPES,
    VERSION,
    Choice,
    Group,
    Item,
    Keeping,
    Kind,
    Question,
    Repeat,
    Schema,
    SchemaRefused,
    is_delicate,
    walk,
)
from linli.lib.faults import Fault
from linli.lib.text import has_unseen

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}", re.ASCII)
CODE = re.compile(r"[^\s,]{1,60}")
FACT = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*", re.ASCII)
# What every object of a browser has by itself, and the day of filling in.
TAKEN_NAMES = frozenset(
    {
        "today",
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
    }
)
_COMMON = {"type", "name", "label", "hint", "relevant"}
_ASKED = _COMMON | {
    "required",
    "constraint",
    "message",
    "fact",
    "purpose",
    "class",
    "keep_days",
    "sealed",
    "impersonal",
}
_PARTS: dict[str, set[str]] = {
    **dict.fromkeys(Kind, _ASKED),
    Kind.TEXT: _ASKED | {"lines", "most"},
    Kind.NUMBER: _ASKED | {"whole", "unit", "least", "most"},
    Kind.ONE: _ASKED | {"choices"},
    Kind.SEVERAL: _ASKED | {"choices"},
    Kind.PHOTO: _ASKED | {"most"},
    Kind.NOTE: _COMMON,
    Kind.CALCULATED: (_ASKED | {"calculate", "unit"}) - {"required", "constraint", "message"},
    "group": _COMMON | {"together", "items"},
    "repeat": _COMMON | {"row", "least", "most", "items"},
}
_FORM = {"form", "titles", "intro", "subject", "defaults", "lists", "items"}


def read(document: object) -> Schema:
    """The form of a document, as JSON gives it. Raises SchemaRefused with every fault. What is read twice is equal."""
    return Reader(document).schema()


class Reader(Parts):
    """Reads one document, once."""

    def __init__(self, document: object) -> None:
        super().__init__()
        self.document = document
        self.number, self.choices, self.names = 0, 0, set[str]()
        self.defaults: Mapping[str, Any] = {}
        self.lists: dict[str, tuple[Choice, ...]] = {}
        self.rules = Rules(self.faults)

    def schema(self) -> Schema:
        """What was read. Raises SchemaRefused."""
        form = self.document
        if not isinstance(form, dict) or form.get("form") != VERSION or isinstance(form.get("form"), bool):
            raise SchemaRefused(
                [Fault(0, "form", "", _('This is no form: a form is an object that says “"form": 1”.'))]
            )
        self.own(form, _FORM, 0, "")
        if (count := _count_of(form.get("items"))) > MOST_QUESTIONS:
            words = _(
                "The form has %(count)s questions; at most %(most)s can be filled in by anybody. Make several forms of it."
            )
            raise SchemaRefused([Fault(0, "items", "", words % {"count": count, "most": MOST_QUESTIONS})])
        self._read_defaults(form.get("defaults", {}))
        self._read_lists(form.get("lists", {}))
        titles = self.texts(form, "titles", 0, "", needed=True, longest=120)
        intro = self.texts(form, "intro", 0, "")
        subject = form.get("subject", "")
        if not isinstance(subject, str) or (subject and not FACT.fullmatch(subject)):
            self.fault(0, "subject", "", _("What the answers are about is one word, such as premises."))
        items = self.items(form.get("items"), "", 1)
        if not self.faults and not any(isinstance(one, Question) for one in walk(items)):
            self.fault(0, "items", "", _("A form asks at least one question."))
        items, order = self.rules.checked(items)
        if self.faults:
            raise SchemaRefused(sorted(self.faults, key=lambda one: one.place))
        return Schema(form, titles, intro, str(subject), items, order)

    def items(self, given: object, repeat: str, deep: int) -> tuple[Item, ...]:
        """The items of the form, of a group or of a repeat."""
        if not isinstance(given, list):
            self.fault(self.number, "items", "", _("“items” is a list of questions and groups."))
            return ()
        found = (self._item(one, repeat, deep) for one in given)
        return tuple(one for one in found if one is not None)

    def _item(self, given: object, repeat: str, deep: int) -> Item | None:
        kind = given.get("type") if isinstance(given, dict) else None
        if not isinstance(given, dict) or kind not in _PARTS:
            self.number += 1
            words = _("There is no type “%(type)s”; there are: %(types)s.")
            said = str(given.get("name", "")) if isinstance(given, dict) else "?"
            self.fault(
                self.number, "type", said, words % {"type": str(kind)[:40], "types": ", ".join(map(str, _PARTS))}
            )
            return None
        number = self.number = self.number + (kind not in ("group", "repeat"))
        name = self._name(given, number)
        self.own(given, _PARTS[kind], number, name)
        if kind in ("group", "repeat"):
            return self._group(given, name, repeat, deep)
        return self._question(given, Kind(kind), number, name, repeat)

    def _name(self, given: Mapping[str, Any], number: int) -> str:
        name = given.get("name")
        if not isinstance(name, str) or not NAME.fullmatch(name) or name in TAKEN_NAMES:
            words = _(
                "The name “%s” is none: letters without accents, digits and _ make a name, and some words are taken."
            )
            self.fault(number, "name", str(name or "?"), words % str(name)[:60])
            return ""
        if name in self.names:
            self.fault(number, "name", name, _("Another question or group has this name; give each its own."))
        self.names.add(name)
        return name

    def _group(self, given: Mapping[str, Any], name: str, repeat: str, deep: int) -> Item | None:
        number, is_repeat = self.number, given["type"] == "repeat"
        if deep > MOST_GROUPS_DEEP:
            self.fault(number, "items", name, _("Groups stand at most %s deep; take this one out.") % MOST_GROUPS_DEEP)
            return None
        if is_repeat and repeat:
            words = _("A repeat stands in the repeat “%s”; a row has no rows of its own. Ask it in a form of its own.")
            self.fault(number, "items", name, words % repeat)
            return None
        label, hint = self.texts(given, "label", number, name), self.texts(given, "hint", number, name)
        if not is_repeat:
            together = self.flag(given, "together", number, name, usual=True)
            items = self.items(given.get("items"), repeat, deep + 1)
            made: Item = Group(name=name, label=label, hint=hint, relevant=None, together=together, items=items)
        else:
            least = int(self.bound(given, "least", number, name, 0, MOST_ROWS) or 0)
            most = int(self.bound(given, "most", number, name, 1, MOST_ROWS) or 20)
            if least > most:
                self.fault(number, "least", name, _("There are at least more rows than at most."))
            row = self.texts(given, "row", number, name, longest=60)
            items = self.items(given.get("items"), name, deep + 1)
            made = Repeat(
                name=name, label=label, hint=hint, row=row, relevant=None, least=least, most=most, items=items
            )
        self.rules.note(made, number, given)
        return made

    def _question(self, given: Mapping[str, Any], kind: Kind, number: int, name: str, repeat: str) -> Question:
        fact = given.get("fact", "")
        if not isinstance(fact, str) or (fact and (not FACT.fullmatch(fact) or len(fact) > 60)):
            self.fault(
                number, "fact", name, _("A fact is named by small letters and points, such as premises.floor_area.")
            )
            fact = ""
        elif fact and repeat:
            words = _(
                "A fact is one value of what the form is about; in a row of “%s” there may be many. Ask it outside the rows, or leave the fact out."
            )
            self.fault(number, "fact", name, words % repeat)
        keeping = self._keeping(given, kind, number, name)
        least, most = self._bounds(given, kind, number, name)
        made = Question(
            number=number, kind=kind, name=name, fact=fact, keeping=keeping, repeat=repeat, least=least, most=most,
            label=self.texts(given, "label", number, name, needed=kind is not Kind.CALCULATED),
            hint=self.texts(given, "hint", number, name), message=self.texts(given, "message", number, name, longest=LONGEST_LINE),
            unit=self.texts(given, "unit", number, name, longest=20), required=self.flag(given, "required", number, name),
            sealed=self._sealed(given, kind, keeping, number, name), whole=self.flag(given, "whole", number, name),
            lines=self.flag(given, "lines", number, name), choices=self._choices(given, kind, number, name),
            relevant=None, constraint=None, calculate=None, result=TYPES.get(kind),
        )  # fmt: skip
        self.rules.note(made, number, given)
        return made

    def _bounds(
        self, given: Mapping[str, Any], kind: Kind, number: int, name: str
    ) -> tuple[float | None, float | None]:
        if kind is Kind.NUMBER:
            least, most = (self.bound(given, part, number, name, -LARGEST, LARGEST) for part in ("least", "most"))
            if least is not None and most is not None and least > most:
                self.fault(number, "least", name, _("The least is more than the most."))
            return least, most
        if kind is Kind.TEXT:
            usual = LONGEST_LINES if given.get("lines") is True else LONGEST_LINE
            return None, self.bound(given, "most", number, name, 1, LONGEST_LINES) or usual
        if kind is Kind.PHOTO:
            return None, self.bound(given, "most", number, name, 1, MOST_PHOTOS) or 4
        return None, 1 if kind in FILES else LONGEST_LINE if kind is Kind.ADDRESS else None

    def _keeping(self, given: Mapping[str, Any], kind: Kind, number: int, name: str) -> Keeping | None:
        stated = {part: given[part] for part in ("purpose", "class", "keep_days") if part in given}
        impersonal = self.flag(given, "impersonal", number, name)
        if kind is Kind.NOTE or (impersonal and not stated and kind not in ALWAYS_PERSONAL):
            return None
        if impersonal:
            self.fault(
                number, "impersonal", name, _("This question is about a person; say purpose, class and days instead.")
            )
            return None
        if kind not in MAYBE_PERSONAL and not stated:
            return None
        return self.keeping({**self.defaults, **stated}, number, name)

    def keeping(self, said: Mapping[str, Any], number: int, name: str) -> Keeping | None:
        """Purpose, class and days, all three."""
        purpose, data_class, days = said.get("purpose"), said.get("class"), said.get("keep_days")
        before = len(self.faults)
        if not isinstance(purpose, str) or not purpose.strip() or len(purpose) > LONGEST_LINE or has_unseen(purpose):
            words = _(
                "Say for what this is asked, in a line; what holds nothing about a person says “impersonal”: true."
            )
            self.fault(number, "purpose", name, words)
        if data_class not in CLASSES:
            self.fault(number, "class", name, _("Say the class of these data: general, important or core."))
        if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= LONGEST_KEPT_DAYS:
            words = _("Say after how many days the answer is erased: 1 to %s.")
            self.fault(number, "keep_days", name, words % LONGEST_KEPT_DAYS)
        if len(self.faults) > before:
            return None
        return Keeping(str(purpose).strip(), str(data_class), int(str(days)))

    def _sealed(self, given: Mapping[str, Any], kind: Kind, keeping: Keeping | None, number: int, name: str) -> bool:
        if kind in FILES:
            if given.get("sealed"):
                self.fault(number, "sealed", name, _("Files are kept apart and cannot be sealed; leave it out."))
            return False
        delicate = is_delicate(kind, keeping)
        sealed = self.flag(given, "sealed", number, name, usual=delicate)
        if delicate and not sealed:
            self.fault(
                number,
                "sealed",
                name,
                _("People, telephone numbers and what is important or core are sealed; leave it out."),
            )
        elif sealed and keeping is None:
            self.fault(number, "sealed", name, _("What is sealed is about a person; say purpose, class and days."))
        return sealed

    def _choices(self, given: Mapping[str, Any], kind: Kind, number: int, name: str) -> tuple[Choice, ...]:
        if kind not in CHOSEN:
            return ()
        found = given.get("choices")
        if isinstance(found, str):
            if found not in self.lists:
                self.fault(
                    number, "choices", name, _("There is no list “%s” among the lists of the form.") % found[:60]
                )
            return self.lists.get(found, ())
        return self._list(found, number, name)

    def _list(self, found: object, number: int, name: str) -> tuple[Choice, ...]:
        if not isinstance(found, list) or not 1 <= len(found) <= MOST_CHOICES:
            self.fault(number, "choices", name, _("Give a list of 1 to %s choices.") % MOST_CHOICES)
            return ()
        self.choices += len(found)
        if self.choices > MOST_ALL_CHOICES:
            self.fault(number, "choices", name, _("All lists together have at most %s choices.") % MOST_ALL_CHOICES)
            return ()
        made: dict[str, Choice] = {}
        for one in found:
            code = one.get("code") if isinstance(one, dict) else None
            if not isinstance(code, str) or not CODE.fullmatch(code) or has_unseen(code) or code in made:
                words = _(
                    "Each choice has a code of its own without spaces and commas; “%s” is none or stands there twice."
                )
                self.fault(number, "choices", name, words % str(code)[:60])
                return ()
            self.own(one, {"code", "label"}, number, name)
            made[code] = Choice(code, self.texts(one, "label", number, name, needed=True, longest=LONGEST_LINE))
        return tuple(made.values())

    def _read_defaults(self, given: object) -> None:
        if not isinstance(given, dict) or set(given) - {"purpose", "class", "keep_days"}:
            self.fault(
                0,
                "defaults",
                "",
                _("“defaults” holds purpose, class and keep_days for questions that do not say their own."),
            )
        elif given and self.keeping(given, 0, "") is not None:
            self.defaults = given

    def _read_lists(self, given: object) -> None:
        if not isinstance(given, dict):
            self.fault(0, "lists", "", _("“lists” holds lists of choices by their names."))
            return
        self.lists = {str(name): self._list(one, 0, str(name)) for name, one in given.items()}


def _count_of(given: object) -> int:
    """How many questions a document has, before any is read."""
    waiting, count = [given], 0
    while waiting:
        found = waiting.pop()
        for one in found if isinstance(found, list) else ():
            inside = one.get("items") if isinstance(one, dict) else None
            count += inside is None
            waiting.append(inside)
    return count
