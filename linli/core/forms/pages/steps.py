"""A form as pages: which items stand together, which page comes next, what stands on the page that shows all answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from linli.core.forms.public import (
    Group,
    Item,
    Judged,
    Kind,
    Question,
    Repeat,
    Schema,
    Spot,
    Value,
    in_text,
    told,
    walk,
)

Hides = Callable[[Question], bool]


class Step(NamedTuple):
    """One page: its name in the address, its heading, and the items on it."""

    name: str
    title: str
    items: tuple[Item, ...]


def steps_of(schema: Schema, judged: Judged) -> list[Step]:
    """The pages that are asked, in order. A note stands on the page of the question behind it."""
    found: list[Step] = []
    notes: list[Item] = []
    for one in _apart(schema.items, judged):
        if isinstance(one, Question) and one.kind is Kind.NOTE:
            notes.append(one)
            continue
        if isinstance(one, Question) and one.kind is Kind.CALCULATED:
            continue
        # The label of a single question says what a heading would.
        found.append(Step(one.name, "" if isinstance(one, Question) else told(one.label), (*notes, one)))
        notes = []
    if notes:
        found.append(Step(notes[0].name, "", tuple(notes)))
    return found


def _apart(items: Sequence[Item], judged: Judged) -> Iterator[Item]:
    """The items that are asked, each a page of its own; groups that do not stand together fall apart."""
    for one in items:
        if not judged.asked(one):
            continue
        if isinstance(one, Group) and (not one.together or any(isinstance(inner, Repeat) for inner in walk(one.items))):
            yield from _apart(one.items, judged)
        else:
            yield one


@dataclass
class Line:
    """One answer on the page that shows all."""

    question: Question
    words: str
    files: list[int]
    lacks: bool
    fault: str = ""
    source: Mapping[str, Any] = field(default_factory=dict)
    sealed: bool = False
    step: str = ""

    @property
    def title(self) -> str:
        """What was asked."""
        return told(self.question.label) or self.question.name


@dataclass
class Block:
    """The answers of one page, or of one row."""

    title: str
    step: str
    lines: list[Line]


def blocks_of(schema: Schema, judged: Judged, offered: Mapping[str, Any], *, hides: Hides) -> list[Block]:
    """All answers by page and row, with what lacks. What `hides` names is shown as sealed."""
    faults = {one.spot: one.sentence for one in judged.faults}
    shown: list[Block] = []
    for step in steps_of(schema, judged):
        item = step.items[-1]
        if isinstance(item, Repeat):
            rows = judged.answers.get(item.name) or []
            shown += [
                Block(
                    f"{told(item.row) or told(item.label)} {number + 1}",
                    step.name,
                    _lines(item.items, judged, row, number, faults, {}, hides),
                )
                for number, row in enumerate(rows)
            ]
            if not rows:
                shown.append(Block(told(item.label), step.name, []))
            continue
        inside = item.items if isinstance(item, Group) else (item,)
        title = told(item.label) if isinstance(item, Group) else ""
        shown.append(Block(title, step.name, _lines(inside, judged, judged.answers, -1, faults, offered, hides)))
    calculated = [
        one
        for one in schema.questions
        if one.kind is Kind.CALCULATED and not one.repeat and told(one.label) and judged.asked(one)
    ]
    loose = [
        one for one in calculated if not any(one.name == line.question.name for block in shown for line in block.lines)
    ]
    if loose:
        shown.append(
            Block(
                _("Calculated"),
                "",
                [_line(one, judged, judged.answers, -1, faults, offered, hides) for one in loose],
            )
        )
    return _joined([one for one in shown if one.lines or one.title])


def _joined(blocks: list[Block]) -> list[Block]:
    """Pages of one question stand together, so that the page does not fall into as many cards."""
    found: list[Block] = []
    for one in blocks:
        for line in one.lines:
            line.step = one.step
        if found and not one.title and not found[-1].title:
            found[-1].lines += one.lines
        else:
            found.append(one)
    return found


def _lines(
    items: Sequence[Item],
    judged: Judged,
    answers: Mapping[str, Value],
    row: int,
    faults: Mapping[Spot, str],
    offered: Mapping[str, Any],
    hides: Hides,
) -> list[Line]:
    return [
        _line(one, judged, answers, row, faults, offered, hides)
        for one in walk(tuple(items))
        if isinstance(one, Question) and one.kept and judged.asked(one, row) and (told(one.label) or one.answered)
    ]


def _line(
    question: Question,
    _judged: Judged,
    answers: Mapping[str, Value],
    row: int,
    faults: Mapping[Spot, str],
    offered: Mapping[str, Any],
    hides: Hides,
) -> Line:
    value = answers.get(question.name)
    fault = faults.get(Spot(question.name, row), "")
    sealed = hides(question)
    files = value if isinstance(value, list) and question.kind in (Kind.PHOTO, Kind.VOICE, Kind.SIGNATURE) else []
    words = "" if sealed or files else in_text(question, value)
    return Line(
        question, words, files, value is None and question.required, fault, offered.get(question.name, {}), sealed
    )
