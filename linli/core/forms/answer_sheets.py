"""Answers collected by table: a workbook made from a form, one row per answer, and the same workbook read back with faults by row.

Columns are found by their headings, so they may be moved; lists, days and numbers are held by the workbook itself; a hidden sheet keeps the
form's digest. Repeats have a sheet each, joined by the number of the answer. Photos, voices and signatures are not collected so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any, BinaryIO, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.core.forms.judging import judged, taken_in
from linli.core.forms.parts import LANGUAGES
from linli.core.forms.schema import FILES, Kind, Question, Repeat, Schema, told, walk
from linli.core.platform.public import listed
from linli.lib.faults import Fault
from linli.lib.tables import Table, TableError, open_table
from linli.lib.workbook_writing import opened

ROWS = 1000  # that the workbook checks by itself; more may be filled in
MOST_ANSWERS = 5000
HIDDEN = "linli"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: the question, which part of it (a person has two), and the words above it."""

    question: Question
    part: str
    words: str


@dataclass(slots=True)
class SheetRead:
    """What was read: answers by row of the sheet, faults (row, heading, value, mend), and what should be known of the file."""

    answers: dict[int, dict[str, Any]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def headings_of(schema: Schema, repeat: str = "") -> list[Heading]:
    """The columns of a form outside of repeats, or of the rows of one; two questions of one label are told apart by their names."""
    found: list[Heading] = []
    taken: set[str] = {_number_words()}
    for one in schema.questions:
        if one.repeat != repeat or not one.answered or one.kind in FILES:
            continue
        parts = [("name", _("full name")), ("phone", _("telephone"))] if one.kind is Kind.PERSON else [("", "")]
        for part, words in parts:
            label = " ".join(told(one.label).split())
            unit = f" ({told(one.unit)})" if one.unit else ""
            heading = f"{label}{f' – {words}' if words else ''}{unit}"
            heading = heading if heading not in taken else f"{heading} [{one.name}]"
            taken.add(heading)
            found.append(Heading(one, part, heading))
    return found


def _number_words() -> str:
    return _("No. of the answer")


def write_answer_sheet(file: IO[bytes], schema: Schema) -> None:
    """Writes the workbook in the language of the reader: required headings are marked with *, lists can be chosen from."""
    book = opened(file, constant_memory=False)
    forms = {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        "needed": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "font_color": "#b42318"}),
        "text": book.add_format({"num_format": "@"}), "day": book.add_format({"num_format": "yyyy-mm-dd"}), "": None,
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}), "time": book.add_format({"num_format": "hh:mm"}),
    }  # fmt: skip
    lists: list[list[str]] = []
    pages = [("", _sheet_name(told(schema.titles), set()))]
    for one in schema.repeats:
        pages.append((one.name, _sheet_name(told(one.label) or one.name, {name for _repeat, name in pages})))
    hidden_rows = [["form", schema.digest]]
    for repeat, name in pages:
        sheet = book.add_worksheet(name)
        hidden_rows.append(["sheet", repeat, name])
        _write_page(sheet, schema, repeat, forms, lists)
    hidden = book.add_worksheet(HIDDEN)
    hidden.hide()
    hidden.write_row(0, 0, ["what", "value", "name"])
    for line, row in enumerate(hidden_rows, 1):
        hidden.write_row(line, 0, row)
    for place, words in enumerate(lists):
        hidden.write_column(0, 4 + place, words)
    book.close()


def _sheet_name(words: str, taken: set[str]) -> str:
    plain = "".join(one for one in words if one not in "[]:*?/\\'").strip()[:25] or "1"
    return plain if plain not in taken and plain.lower() not in (HIDDEN, "history") else f"{plain} {len(taken) + 1}"


def _write_page(sheet: Any, schema: Schema, repeat: str, forms: Mapping[str, Any], lists: list[list[str]]) -> None:
    columns = headings_of(schema, repeat)
    offset = 0
    if schema.repeats:
        sheet.write_string(0, 0, _number_words() + "*", forms["needed"])
        sheet.set_column(0, 0, 12)
        offset = 1
    sheet.freeze_panes(1, offset)
    for place, heading in enumerate(columns, offset):
        one = heading.question
        needed = one.required and heading.part != "phone"
        sheet.write_string(0, place, heading.words + ("*" if needed else ""), forms["needed" if needed else "head"])
        form, rule = _column_of(one, lists)
        sheet.set_column(place, place, max(14, min(40, 2 * len(heading.words) + 2)), forms[form])
        hint = (told(one.hint) or rule.pop("said", ""))[:250]
        if hint:
            rule |= {"input_title": heading.words[:32], "input_message": hint}
        rule.pop("said", None)
        if rule:
            sheet.data_validation(1, place, ROWS, place, {"validate": "any", **rule})


def _column_of(one: Question, lists: list[list[str]]) -> tuple[str, dict[str, Any]]:
    """The format of a column's cells, and what the workbook checks of them."""
    if one.kind is Kind.NUMBER:
        least, most = one.least, one.most
        rule: dict[str, Any] = {"validate": "integer" if one.whole else "decimal", "criteria": "between"}
        rule |= {"minimum": -(10**9) if least is None else least, "maximum": 10**9 if most is None else most}
        return "", {**rule, "error_message": _("A number of this range belongs here.")}
    if one.kind is Kind.ONE:
        lists.append([told(choice.label) for choice in one.choices])
        letter = _letter(3 + len(lists))
        return "text", {"validate": "list", "source": f"={HIDDEN}!${letter}$1:${letter}${len(one.choices)}"}
    if one.kind is Kind.SEVERAL:
        words = listed(told(choice.label) for choice in one.choices)
        return "text", {"said": _("Several, with a comma between them: %s") % words}
    if one.kind is Kind.DATE:
        rule = {"validate": "date", "criteria": "between", "minimum": date(1900, 1, 1), "maximum": date(2199, 12, 31)}
        return "day", {**rule, "error_message": _("A day such as 2026-11-21 belongs here.")}
    if one.kind is Kind.PLACE:
        return "text", {"said": _("Longitude and latitude in degrees, such as 120.123, 30.456")}
    return {Kind.TIME: "time", Kind.MOMENT: "moment"}.get(one.kind, "text"), {}


def _letter(place: int) -> str:
    first, last = divmod(place, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


def read_answer_sheet(source: BinaryIO, schema: Schema, *, today: str) -> SheetRead:
    """Reads a filled-in workbook: each row is parsed and held against the form as on the day `today` (2026-11-21).

    A row with a fault is not among the answers. Raises TableError for what cannot be read as a workbook at all.
    """
    read = SheetRead()
    names = {"": ""}
    try:
        kept = [list(row.values())[:3] for _line, row in open_table(source, sheet=HIDDEN).rows()]
    except TableError:
        kept = []
    if not kept:
        read.remarks.append(
            _("The hidden sheet is not there any more; the first sheet is taken, and columns go by their headings.")
        )
    for what, value, name in kept:
        if what == "form" and value != schema.digest:
            read.remarks.append(_("The sheet was made from another version of the form; columns go by their headings."))
        elif what == "sheet":
            names[value] = name
    table = open_table(source, sheet=names[""])
    rows = _page(table, schema, "", read)
    inside = {one.name: _repeat_rows(source, schema, one, names, read) for one in schema.repeats}
    seen: set[str] = set()
    for line, number, given in rows:
        if len(read.answers) >= MOST_ANSWERS:
            read.faults.append(Fault(line, "", "", _("At most %s answers are taken from one sheet.") % MOST_ANSWERS))
            break
        if schema.repeats and number in seen:
            read.faults.append(Fault(line, _number_words(), number, _("This number stands above already.")))
        seen.add(number)
        for name, of in inside.items():
            given[name] = [row for _line, row in of.pop(number, [])]
        _judge(read, schema, line, given, today)
    for one in schema.repeats:
        for number, left in inside[one.name].items():
            words = _("Sheet “%(sheet)s”: there is no answer with this number.") % {
                "sheet": names.get(one.name, one.name)
            }
            read.faults += [Fault(line, _number_words(), number, words) for line, _row in left]
    return read


def _repeat_rows(
    source: BinaryIO, schema: Schema, repeat: Repeat, names: Mapping[str, str], read: SheetRead
) -> dict[str, list[tuple[int, dict[str, Any]]]]:
    """The rows of a repeat by the number of their answer."""
    sheet = names.get(repeat.name) or _sheet_name(told(repeat.label) or repeat.name, set())
    try:
        table = open_table(source, sheet=sheet)
    except TableError as error:
        read.remarks.append(_("Sheet “%(sheet)s”: %(why)s") % {"sheet": sheet, "why": error.mend})
        return {}
    found: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for line, number, given in _page(table, schema, repeat.name, read):
        found.setdefault(number, []).append((line, given))
    return found


def _page(table: Table, schema: Schema, repeat: str, read: SheetRead) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """The rows of one sheet: line, number of the answer, and what was typed by the question's name."""
    columns, by_words = {_plain(column): column for column in table.columns}, {}
    others = _in_each_language(lambda: [one.words for one in headings_of(schema, repeat)])
    for place, heading in enumerate(headings_of(schema, repeat)):
        spellings = [heading.words, *(words[place] for words in others), heading.question.name]
        column = next((columns.pop(_plain(one)) for one in spellings if _plain(one) in columns), None)
        if column is None:
            tell = read.faults.append if heading.question.required and heading.part != "phone" else None
            words = _("The column “%s” is not there; put its heading back into the first row.") % heading.words
            if tell:
                tell(Fault(1, heading.words, "", words))
            else:
                read.remarks.append(words)
            continue
        by_words[column] = heading
    number = ""
    for words in _in_each_language(_number_words) if schema.repeats else ():
        number = columns.pop(_plain(words), "") or number
    if schema.repeats and not number:
        words = _("The column “%s” is not there; put its heading back into the first row.") % _number_words()
        read.faults.append(Fault(1, _number_words(), "", words))
    for left in columns.values():
        if not left.startswith("column_"):
            read.remarks.append(_("The column “%s” is no question of this form and is not read.") % left[:60])
    return _typed(table, by_words, number)


def _typed(table: Table, by_words: Mapping[str, Heading], number: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    for line, row in table.rows():
        given: dict[str, Any] = {}
        for column, heading in by_words.items():
            value, one = row[column].strip(), heading.question
            if not value:
                continue
            if heading.part:
                given.setdefault(one.name, {})[heading.part] = value
            else:
                given[one.name] = value[:5] if one.kind is Kind.TIME else value
        if given:
            yield line, row.get(number, "").strip(), given


def _in_each_language(words: Callable[[], T]) -> list[T]:
    """What something is called in every language: a sheet may come back to somebody who reads another one."""
    found = []
    for language in LANGUAGES:
        with override(language):
            found.append(words())
    return found


def _plain(heading: str) -> str:
    """A heading as it is compared: without stars and spaces, whatever its case."""
    return "".join(heading.replace("*", "").replace("＊", "").split()).casefold()


def _judge(read: SheetRead, schema: Schema, line: int, given: dict[str, Any], today: str) -> None:
    answers, faults = taken_in(schema, given)
    found = faults or [
        one
        for one in judged(schema, answers, today).faults
        if not (isinstance(item := schema.by_name.get(one.spot.name), Question) and item.kind in FILES)
    ]
    if not found:
        read.answers[line] = judged(schema, answers, today).answers
        return
    for one in found:
        item = schema.by_name.get(one.spot.name)
        row = given.get(item.repeat, [])[one.spot.row] if isinstance(item, Question) and one.spot.row >= 0 else given
        words = told(item.label) if item is not None else one.spot.name
        value = row.get(one.spot.name, "") if isinstance(row, dict) else ""
        mend = one.sentence
        if one.spot.row >= 0:
            mend = _("Row %(row)s of its answer: %(mend)s") % {"row": one.spot.row + 1, "mend": mend}
        read.faults.append(Fault(line, words, str(value)[:60], mend))


def left_out_of_sheets(schema: Schema) -> list[Question]:
    """The questions that a sheet cannot collect: they have no column."""
    return [one for one in walk(schema.items) if isinstance(one, Question) and one.kind in FILES]
