"""Tabular files at the door: CSV and workbooks as offices have them, opened whatever their encoding and delimiter, with
errors that name the place.

Beside it stand `linli.lib.workbooks`, which makes text of a workbook, and `linli.lib.text`, which cleans the text of single fields.
What a row means is the caller's business.

Encodings are found by `linli.lib.encoding`. Delimiters: comma, semicolon, tab, vertical bar, whichever parts the header into most
columns.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, BinaryIO, Final, NamedTuple

from linli.lib.encoding import NoText, find_encoding
from linli.lib.refusal import Refusal, Sentence
from linli.lib.spreadsheets import what_file
from linli.lib.workbooks import NoWorkbook, Workbook, is_workbook, read_workbook

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_DELIMITERS: Final = (",", ";", "\t", "|")
_LONGEST_SHOWN: Final = 60


class TableError(Refusal):
    """A place of a file that cannot be taken. `line` counts from 1 with the header; `column` is None for a whole line.

    `mend` is an English text, a `Sentence`, or anything whose str() is the sentence in the reader's language.
    """

    def __init__(self, line: int, column: str | None, value: str, mend: object) -> None:
        self.line = line
        self.column = column
        self.value = value if len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + "…"
        self.mend = mend
        place = "line %(line)d, column %(column)s: %(value)r: %(mend)s"
        if column is None:
            place = "line %(line)d: %(mend)s" if not value else "line %(line)d: %(value)r: %(mend)s"
        super().__init__(place, line=line, column=column, value=self.value, mend=mend)


class RenamedColumn(NamedTuple):
    """A column whose heading was empty or taken, and the name it goes by. `position` counts from 1."""

    position: int
    heading: str
    name: str


@dataclass(frozen=True)
class Table:
    """An opened file: what was found out about it, and its rows. `sheet` is "" for CSV, `sheets` are all of the workbook, hidden
    ones too; `remarks` says what somebody should know who sees only the rows."""

    columns: tuple[str, ...]
    renamed: tuple[RenamedColumn, ...]
    encoding: str
    delimiter: str
    sheet: str
    sheets: tuple[str, ...]
    remarks: tuple[Sentence, ...]
    _records: Callable[[], Iterator[tuple[int, list[str]]]]
    _max_field_chars: int

    def rows(self, on_error: Callable[[TableError], None] | None = None) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row as (line on which it begins, or row of the sheet; column name -> value as it stands); blank lines
        are passed over.

        Without `on_error` the first bad row raises TableError. With it, each bad row goes there (`errors.append`) and
        the others follow; only a quotation mark that is never closed still raises, for nobody can tell where the next
        row would begin. May be called again: it reads from the beginning.
        """
        records = self._records()
        next(records, None)
        for line, record in records:
            error = self._error_of(line, record)
            if error is None:
                yield line, dict(zip(self.columns, record, strict=True))
            elif on_error is None:
                raise error
            else:
                on_error(error)

    def _error_of(self, line: int, record: Sequence[str]) -> TableError | None:
        if len(record) != len(self.columns):
            return TableError(
                line,
                None,
                "",
                Sentence(
                    "the line has %(given)d fields, the header %(expected)d; look for a missing or spare delimiter",
                    {"given": len(record), "expected": len(self.columns)},
                ),
            )
        for column, value in zip(self.columns, record, strict=True):
            if "\0" in value:
                return TableError(line, column, value, Sentence("a NUL character; remove it, or save the file as text"))
            if len(value) > self._max_field_chars:
                return TableError(
                    line,
                    column,
                    value,
                    Sentence(
                        "%(given)d characters; shorten it to %(most)d, or look for a quotation mark that is not closed",
                        {"given": len(value), "most": self._max_field_chars},
                    ),
                )
        return None


def open_table(
    source: BinaryIO, *, required: Sequence[str] = (), known: Mapping[str, str] | None = None, sheet: str = "",
    max_field_chars: int = 20_000,
) -> Table:  # fmt: skip
    """Find out encoding, delimiter and columns of a CSV file that can be read from anywhere (seekable), or read a workbook.

    Of a workbook it is the sheet of that name, or the first that is shown and holds something; `linli.lib.workbooks` says what
    becomes of its cells. Headings lose outer spaces. One that `known` has, whatever its case, goes by the name there (行政区划代码 ->
    code). A heading that occurs again gets _2, _3 …, an empty one column_N; `renamed` says so. Raises TableError for an empty
    file, bytes in no known encoding, a workbook that cannot be read, and missing `required` columns. Reads the file once and
    keeps nothing of it but, for a workbook, its rows in a temporary file.
    """
    if is_workbook(source):
        book = _read_workbook(source, sheet)
        encoding, delimiter, remarks, sheet, sheets = "utf-8", ",", book.remarks, book.sheet, book.sheets

        def records() -> Iterator[tuple[int, list[str]]]:
            return ((int(number), cells) for _line, (number, *cells) in _records(book.text, encoding, delimiter))
    else:
        encoding = _find_encoding(source)
        delimiter, remarks, sheet, sheets = _find_delimiter(source, encoding), (), "", ()

        def records() -> Iterator[tuple[int, list[str]]]:
            return _records(source, encoding, delimiter)

    line, headings = next(records(), (1, []))
    if not any(heading.strip() for heading in headings):
        raise TableError(line, None, "", Sentence("the file is empty; give one with a header line"))
    columns, renamed = _named(headings, known or {})
    missing = [name for name in required if name not in columns]
    if missing:
        raise TableError(
            line,
            None,
            "",
            Sentence(
                "the header lacks %(missing)s; it has %(columns)s",
                {"missing": ", ".join(missing), "columns": ", ".join(columns)},
            ),
        )
    return Table(columns, renamed, encoding, delimiter, sheet, sheets, remarks, records, max_field_chars)


def _read_workbook(source: BinaryIO, sheet: str) -> Workbook:
    try:
        return read_workbook(source, sheet)
    except NoWorkbook as refusal:
        raise TableError(1, None, "", refusal.sentence) from None


def _find_encoding(source: BinaryIO) -> str:
    no_text = what_file(source)
    if no_text is not None:
        raise TableError(1, None, "", no_text)
    try:
        return find_encoding(source)
    except NoText as broken:
        raise TableError(
            broken.line, None, "", Sentence("bytes that are neither UTF-8 nor GB18030; save the file as UTF-8")
        ) from None


def _find_delimiter(source: BinaryIO, encoding: str) -> str:
    def columns(delimiter: str) -> int:
        try:
            return len(next(_records(source, encoding, delimiter), (0, []))[1])
        except TableError:
            # With the wrong delimiter the quotation marks of a heading stand in the middle of a field.
            return 0

    # The first of the best wins, so a header of one column counts as separated by commas.
    return max(_DELIMITERS, key=columns)


def _records(source: IO[bytes], encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The records that are not blank, each with the line on which it begins."""
    source.seek(0)
    text = io.TextIOWrapper(io.BufferedReader(_Borrowed(source)), encoding=encoding, newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise TableError(line, None, "", _mend_of(error)) from error
        if record is None:
            return
        if any(record):
            yield line, record


class _Borrowed(io.RawIOBase):
    """The caller's file under our text layer. Closing the layer, or forgetting it half read, leaves the file open."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source

    def readable(self) -> bool:
        """Always: it is there to be read."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill the buffer from the caller's file."""
        view = memoryview(buffer)
        chunk = self._source.read(len(view))
        view[: len(chunk)] = chunk
        return len(chunk)


def _mend_of(error: csv.Error) -> Sentence:
    return Sentence(
        "the quotation marks do not fit (%(reason)s); close each one, and double those inside a field",
        {"reason": str(error)},
    )


def _named(headings: Sequence[str], known: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[RenamedColumn, ...]]:
    stripped = [known.get(heading.strip().lower(), heading.strip()) for heading in headings]
    names: list[str] = []
    renamed: list[RenamedColumn] = []
    for position, heading in enumerate(stripped, start=1):
        wanted = name = heading or f"column_{position}"
        count = 1
        # A heading that stands elsewhere as it is keeps its name.
        while name in names or (name != heading and name in stripped):
            count += 1
            name = f"{wanted}_{count}"
        names.append(name)
        if name != heading:
            renamed.append(RenamedColumn(position, heading, name))
    return tuple(names), tuple(renamed)
