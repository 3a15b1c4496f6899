"""What a form is: questions, groups and rows, read once from a small JSON document and never changed after.

`read(document)` of reader.py gives a `Schema` or raises `SchemaRefused`, which names every fault at once. Pages, the phone, XLSForm and answer
sheets of Excel are faces of this one schema; docs/forms.md describes the document with an example.
rules.py checks its expressions, values.py says what an answer is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.core.forms.logic_check import Rule, Type
from linli.core.platform.public import BadInput
from linli.lib.canonical import canonical_bytes
from linli.lib.faults import Fault

VERSION = 1
MOST_QUESTIONS = 500
MOST_GROUPS_DEEP = 3
MOST_CHOICES = 2_000
MOST_ALL_CHOICES = 20_000
MOST_BYTES = 2_000_000
MOST_STEPS = 100_000
"""What all expressions of a form may cost together, in steps, with as many rows as there may be: some 0.1 s."""
MOST_PHOTOS = 9
LONGEST_LABEL = 2_000
LONGEST_LINE, LONGEST_LINES = 200, 4_000
LONGEST_KEPT_DAYS = 36_500

CLASSES = ("general", "important", "core")
"""Classes of data, the gravest last."""

Texts = Mapping[str, str]
"""A text by language (zh-hans, en), in one of them at least."""


class Kind(StrEnum):
    """What kind of answer a question asks for. NOTE asks for none, CALCULATED answers itself."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    MOMENT = "moment"
    ONE = "one"
    SEVERAL = "several"
    PLACE = "place"
    PHOTO = "photo"
    VOICE = "voice"
    SIGNATURE = "signature"
    PERSON = "person"
    PHONE = "phone"
    ADDRESS = "address"
    NOTE = "note"
    CALCULATED = "calculated"


FILES = (Kind.PHOTO, Kind.VOICE, Kind.SIGNATURE)
"""Kinds whose answer is a list of stored files."""
CHOSEN = (Kind.ONE, Kind.SEVERAL)
ALWAYS_PERSONAL = (Kind.PERSON, Kind.PHONE, Kind.SIGNATURE)
MAYBE_PERSONAL = (
    *ALWAYS_PERSONAL, Kind.TEXT, Kind.DATE, Kind.TIME, Kind.MOMENT, Kind.PLACE, Kind.PHOTO, Kind.VOICE, Kind.ADDRESS,
)  # fmt: skip
"""Kinds that can hold something about a person: they say purpose, class and days, or that they hold nothing of the kind."""
TYPES = {
    Kind.TEXT: Type.TEXT, Kind.PHONE: Type.TEXT, Kind.ADDRESS: Type.TEXT, Kind.ONE: Type.TEXT, Kind.SEVERAL: Type.TEXTS,
    Kind.NUMBER: Type.NUMBER, Kind.DATE: Type.DAY, Kind.TIME: Type.TIME, Kind.MOMENT: Type.MOMENT, Kind.PLACE: Type.THING,
    Kind.PHOTO: Type.THING, Kind.VOICE: Type.THING, Kind.SIGNATURE: Type.THING, Kind.PERSON: Type.THING,
}  # fmt: skip


class SchemaRefused(BadInput):
    """A document that is no form. `faults` has every fault: number of the question, part, name of the question, sentence with the mend.

    Number 0 and no name: the fault is the form's own. The sentence of the refusal tells the first of them and how many more there are.
    """

    code = "bad_form"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        said = fault_words(self.faults[0])
        if len(self.faults) > 1:
            said = _("%(first)s (and %(count)s more faults)") % {"first": said, "count": len(self.faults) - 1}
        super().__init__(said, field="form")


def fault_words(fault: Fault) -> str:
    """One fault as a sentence: where, then the mend."""
    if fault.value:
        place = _("Question %(number)s “%(name)s”, %(part)s: %(mend)s")
        return place % {"number": fault.place, "name": fault.value, "part": fault.column, "mend": fault.mend}
    return fault.mend


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a list: the code that is kept, the words that are read."""

    code: str
    label: Texts


@dataclass(frozen=True, slots=True)
class Keeping:
    """What a question that can hold something personal says: for what it is asked, its class, and after how many days it is erased."""

    purpose: str
    data_class: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `number` counts all questions from 1; `repeat` names the repeat in whose rows it is asked, "" for none.

    `fact` is the key under which the answer is known beyond this form. `keeping` is None for what holds nothing personal; then the
    answer stays as long as its sheet. `least` and `most` bound a number; `most` is the number of characters of a text and of
    photos. `result` is what an expression may do with the answer.
    """

    number: int
    kind: Kind
    name: str
    label: Texts
    hint: Texts
    required: bool
    fact: str
    keeping: Keeping | None
    sealed: bool
    repeat: str
    relevant: Rule | None
    constraint: Rule | None
    message: Texts
    calculate: Rule | None
    unit: Texts
    whole: bool
    least: float | None
    most: float | None
    lines: bool
    choices: tuple[Choice, ...]
    result: Type | None

    @property
    def answered(self) -> bool:
        """Whether somebody gives the answer."""
        return self.kind not in (Kind.NOTE, Kind.CALCULATED)

    @property
    def kept(self) -> bool:
        """Whether there is an answer to keep."""
        return self.kind is not Kind.NOTE

    @property
    def guarded(self) -> bool:
        """Whether others than who fills it in see the answer after a look only: what is sealed, and files about people that are delicate,
        which are kept apart and not sealed (a signature, a photo of an identity card)."""
        files = self.kind in FILES and self.keeping is not None
        return self.sealed or (files and is_delicate(self.kind, self.keeping))


def is_delicate(kind: Kind, keeping: Keeping | None) -> bool:
    """Whether what is asked about people is sealed in any case: who it is, and whatever is important or core."""
    return keeping is not None and (kind in ALWAYS_PERSONAL or keeping.data_class != "general")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items below one heading; `together` puts them on one page."""

    name: str
    label: Texts
    hint: Texts
    relevant: Rule | None
    together: bool
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """The same questions for each of several things (each child, each shop). No repeat stands in a repeat.

    `row` is what one of them is called; there are at least `least` and at most `most`.
    """

    name: str
    label: Texts
    hint: Texts
    row: Texts
    relevant: Rule | None
    least: int
    most: int
    items: tuple[Item, ...]


Item = Question | Group | Repeat


@dataclass(frozen=True)
class Schema:
    """A form that was read. `document` is what it was read from, `order` the names of all that is calculated or hidden, so that each
    stands behind what it reads."""

    document: Mapping[str, Any]
    titles: Texts
    intro: Texts
    subject: str
    items: tuple[Item, ...]
    order: tuple[str, ...]

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions in their order."""
        return tuple(one for one in walk(self.items) if isinstance(one, Question))

    @cached_property
    def by_name(self) -> dict[str, Item]:
        """Every item by its name."""
        return {one.name: one for one in walk(self.items)}

    @cached_property
    def repeats(self) -> tuple[Repeat, ...]:
        """The repeats in their order."""
        return tuple(one for one in walk(self.items) if isinstance(one, Repeat))

    @cached_property
    def rows_of(self) -> dict[str, str]:
        """The repeat in whose rows an item stands, by the item's name; those outside are left out."""
        return {inner.name: one.name for one in self.repeats for inner in walk(one.items)}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the document: the same form has the same, however its JSON was written."""
        return sha256(canonical_bytes(self.document)).hexdigest()


def walk(items: Sequence[Item]) -> Iterator[Item]:
    """All items with those inside them, each group before what it holds."""
    for one in items:
        yield one
        if not isinstance(one, Question):
            yield from walk(one.items)


def told(texts: Texts, language: str | None = None) -> str:
    """A text in a language (default: the reader's), in the other one where it lacks; "" for none."""
    return texts.get(language or get_language() or "zh-hans") or next(iter(texts.values()), "")


def document_of(content: bytes | str) -> object:
    """The JSON of a file or a field. Raises SchemaRefused for what is none, or too long."""
    if len(content) > MOST_BYTES:
        raise SchemaRefused([Fault(0, "form", "", _("A form has at most %s MB.") % (MOST_BYTES // 1_000_000))])
    try:
        return json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise SchemaRefused([Fault(0, "form", "", _("This is no JSON; take the file as it was downloaded."))]) from None


def _no_number(words: str) -> float:
    raise ValueError(words)
