"""Holds a set of answers against a form: what is asked at all, what is calculated, what lacks and what does not fit.

Answers are what values.py makes. The same answers of the same day always give the same; nothing is read or written.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from linli.core.forms.logic import Known
from linli.core.forms.logic_check import Rule, Type
from linli.core.forms.rules import TODAY
from linli.core.forms.schema import Group, Item, Question, Repeat, Schema, told, walk
from linli.core.forms.values import Value, for_logic, parsed
from linli.core.platform.public import BadInput

Answers = Mapping[str, Value]


class Spot(NamedTuple):
    """Where an answer stands: the name, and in a repeat the number of the row from 0 (-1 outside)."""

    name: str
    row: int = -1


class AnswerFault(NamedTuple):
    """One answer that cannot be taken: where, and the sentence with the mend."""

    spot: Spot
    sentence: str


@dataclass(slots=True)
class Judged:
    """What a form says to a set of answers.

    `answers` has every question that is asked, with what was calculated; what is hidden is left out. `hidden` names what is not
    asked: items of the form, and items of single rows. `faults` are in the order of the form.
    """

    answers: dict[str, Value] = field(default_factory=dict)
    hidden: set[Spot] = field(default_factory=set)
    faults: list[AnswerFault] = field(default_factory=list)

    def asked(self, item: Item, row: int = -1) -> bool:
        """Whether an item is asked."""
        return Spot(item.name, row) not in self.hidden


def taken_in(schema: Schema, given: Mapping[str, object]) -> tuple[dict[str, Value], list[AnswerFault]]:
    """Answers out of what came by name, each parsed; and what could not be parsed. Names that are not asked are a fault too."""
    answers: dict[str, Value] = {}
    faults: list[AnswerFault] = []
    for name, value in given.items():
        item = schema.by_name.get(name)
        if isinstance(item, Repeat):
            answers[name] = _rows(schema, item, value, faults)
        elif isinstance(item, Question) and not item.repeat:
            if item.answered:
                _take(item, value, answers, Spot(name), faults)
        else:
            faults.append(AnswerFault(Spot(str(name)[:60]), _("This form does not ask for that.")))
    return answers, faults


def _take(question: Question, value: object, into: dict[str, Value], spot: Spot, faults: list[AnswerFault]) -> None:
    try:
        into[question.name] = parsed(question, value)
    except BadInput as refusal:
        faults.append(AnswerFault(spot, refusal.sentence))


def _rows(schema: Schema, repeat: Repeat, given: object, faults: list[AnswerFault]) -> list[dict[str, Value]]:
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        faults.append(AnswerFault(Spot(repeat.name), _("Give a list of rows.")))
        return []
    if len(given) > repeat.most:
        faults.append(AnswerFault(Spot(repeat.name), _("At most %s of these; take some out.") % repeat.most))
        return []
    rows: list[dict[str, Value]] = []
    for number, row in enumerate(given):
        made: dict[str, Value] = {}
        for name, value in row.items():
            item = schema.by_name.get(name)
            if not isinstance(item, Question) or item.repeat != repeat.name:
                faults.append(AnswerFault(Spot(str(name)[:60], number), _("This form does not ask for that.")))
            elif item.answered:
                _take(item, value, made, Spot(name, number), faults)
        rows.append(made)
    return rows


def judged(schema: Schema, answers: Answers, today: str) -> Judged:
    """What the form says to answers that were given on a day (2026-11-21). Costs at most the steps that reader.py allowed."""
    return _Judge(schema, answers, today).all()


def known_values(schema: Schema, answers: Answers, today: str) -> dict[str, Any]:
    """What expressions know of these answers on a day: by name, rows as lists, what is calculated too; what is not asked is None."""
    judge = _Judge(schema, answers, today)
    judge.all()
    return dict(judge.known.values)


class _Judge:
    """One walk over one form with one set of answers."""

    def __init__(self, schema: Schema, answers: Answers, today: str) -> None:
        self.schema, self.told = schema, Judged()
        self.rows: dict[str, list[dict[str, Value]]] = {
            one.name: [dict(row) for row in answers.get(one.name) or ()] for one in schema.repeats
        }
        self.values: dict[str, Value] = {
            one.name: answers.get(one.name) for one in schema.questions if not one.repeat and one.answered
        }
        known: dict[str, Any] = {TODAY: today}
        known_rows: dict[str, list[dict[str, Any]]] = {name: [{} for _row in rows] for name, rows in self.rows.items()}
        for one in schema.questions:
            if not one.repeat:
                known[one.name] = for_logic(one, self.values.get(one.name))
                continue
            for row, values in zip(known_rows[one.repeat], self.rows[one.repeat], strict=True):
                row[one.name] = for_logic(one, values.get(one.name)) if one.answered else None
        self.known = Known({**known, **known_rows})
        self.known_rows = {
            name: [Known(ChainMap(row, self.known.values)) for row in rows] for name, rows in known_rows.items()
        }

    def all(self) -> Judged:
        """Finds out in order, then looks for faults."""
        for name in self.schema.order:
            item = self.schema.by_name[name]
            repeat = self.schema.rows_of.get(name, "")
            if not repeat:
                self._find(item, -1, self.known)
            elif not self._hidden(repeat):
                for number, known in enumerate(self.known_rows[repeat]):
                    self._find(item, number, known)
        for item in self.schema.items:
            self._judge(item)
        return self.told

    def _hidden(self, name: str, row: int = -1) -> bool:
        return Spot(name, row) in self.told.hidden

    def _find(self, item: Item, row: int, known: Known) -> None:
        if self._hidden(item.name, row):
            return
        if item.relevant is not None and not known.told(item.relevant.tree):
            self._hide(item, row)
        elif isinstance(item, Question) and item.calculate is not None:
            self._calculate(item, row, known, item.calculate)

    def _calculate(self, question: Question, row: int, known: Known, rule: Rule) -> None:
        value = known.told(rule.tree)
        target = self.known.values if row < 0 else self.known.values[question.repeat][row]
        target[question.name] = value
        if question.result is Type.NUMBER and value is not None and value == int(value) and abs(value) <= 1e15:
            value = int(value)
        kept = self.values if row < 0 else self.rows[question.repeat][row]
        kept[question.name] = value

    def _hide(self, item: Item, row: int) -> None:
        """An item that is not asked has no answer, nor has what stands in it."""
        for one in walk((item,)):
            inside = self.schema.rows_of.get(one.name, "")
            if inside and row < 0:
                continue  # the rows go with their repeat
            self.told.hidden.add(Spot(one.name, row))
            if isinstance(one, Repeat):
                self.rows[one.name], self.known.values[one.name], self.known_rows[one.name] = [], [], []
            elif isinstance(one, Question):
                (self.known.values if row < 0 else self.known.values[one.repeat][row])[one.name] = None

    def _judge(self, item: Item, row: int = -1) -> None:
        if self._hidden(item.name, row):
            return
        if isinstance(item, Group):
            for one in item.items:
                self._judge(one, row)
        elif isinstance(item, Repeat):
            self._judge_rows(item)
        else:
            self._judge_answer(item, row)

    def _judge_rows(self, repeat: Repeat) -> None:
        rows = self.rows[repeat.name]
        made: list[dict[str, Value]] = [{} for _row in rows]
        self.told.answers[repeat.name] = made
        if len(rows) < repeat.least:
            self._fault(Spot(repeat.name), _("Give at least %s of these.") % repeat.least)
        elif len(rows) > repeat.most:
            self._fault(Spot(repeat.name), _("At most %s of these; take some out.") % repeat.most)
        for number in range(len(rows)):
            for one in repeat.items:
                self._judge(one, number)

    def _judge_answer(self, question: Question, row: int) -> None:
        if not question.kept:
            return
        value = (self.values if row < 0 else self.rows[question.repeat][row]).get(question.name)
        (self.told.answers if row < 0 else self.told.answers[question.repeat][row])[question.name] = value
        if value is None:
            if question.required:
                self._fault(Spot(question.name, row), _("Answer this question."))
        elif question.constraint is not None:
            known = self.known if row < 0 else self.known_rows[question.repeat][row]
            if not known.told(question.constraint.tree):
                self._fault(
                    Spot(question.name, row),
                    told(question.message) or _("This does not fit; look at the question again."),
                )

    def _fault(self, spot: Spot, sentence: str) -> None:
        self.told.faults.append(AnswerFault(spot, sentence))


def spots(schema: Schema, answers: Answers) -> Iterator[tuple[Question, int, Value]]:
    """Every answer with its question and row (-1 outside repeats), in the order of the form; None is left out."""
    for one in schema.questions:
        if not one.repeat and answers.get(one.name) is not None:
            yield one, -1, answers[one.name]
    for repeat in schema.repeats:
        for number, row in enumerate(answers.get(repeat.name) or ()):
            for question in (one for one in walk(repeat.items) if isinstance(one, Question)):
                if row.get(question.name) is not None:
                    yield question, number, row[question.name]
