"""Workbooks at the door: what becomes of cells, which sheet is read, and what hostile or broken files get for a sentence."""

from __future__ import annotations

import datetime as dt
import io
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from linli.lib.tables import Table, TableError, open_table
from linli.lib.workbook_reading import cell_name, column_of, text_of

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> io.BytesIO:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    fill(book)
    book.close()
    out.seek(0)
    return out


def sheet_of(rows: list[list[object]], name: str = "台账") -> io.BytesIO:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet(name)
        for line, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(line, place, value)
                else:
                    sheet.write(line, place, value)

    return workbook(fill)


def changed(source: io.BytesIO, member: str, content: bytes, *, spaces_mb: int = 0) -> io.BytesIO:
    """The same workbook with another member, which may begin with megabytes of blanks."""
    out = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), member}:
            with new.open(name, "w", force_zip64=True) as part:
                for _one in range(spaces_mb if name == member else 0):
                    part.write(b" " * (1 << 20))
                part.write(content if name == member else old.read(name))
    out.seek(0)
    return out


def of_xml(rows: str) -> io.BytesIO:
    """A workbook whose first sheet has these rows as XML."""
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    return changed(sheet_of([["x"]]), "xl/worksheets/sheet1.xml", sheet.encode())


def lists(table: Table) -> list[tuple[int, list[str]]]:
    return [(line, list(row.values())) for line, row in table.rows()]


def refusal(source: io.BytesIO) -> str:
    with pytest.raises(TableError) as refused:
        open_table(source)
    return str(refused.value)


def test_cells_come_as_the_text_that_a_sheet_shows_with_the_rows_of_the_sheet() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        forms = [book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "yyyy/m/d h:mm", "h:mm", "[h]:mm")]
        for place, heading in enumerate(["编码", " 名称 ", "", "名称"]):
            sheet.write_string(1, place + 1, heading)
        for place, text in enumerate(["001", "650102001001000123", "=1+1", "a\nb"]):
            sheet.write_string(3, place + 1, text)
        for place, number in enumerate([1.0, 650102001001, 123456789012345678, 0.1 + 0.2]):
            sheet.write_number(4, place + 1, number)
        sheet.write_datetime(5, 1, dt.datetime(2026, 1, 5), forms[0])
        sheet.write_datetime(5, 2, dt.datetime(2026, 1, 5, 9, 10), forms[1])
        sheet.write_datetime(5, 3, dt.time(9, 10), forms[2])
        sheet.write_number(5, 4, 1.5, forms[3])
        sheet.write_boolean(6, 1, True)
        sheet.write_formula(6, 2, "=1/0", None, "#DIV/0!")
        sheet.write_formula(6, 3, "=B2&1", None, "甲1")
        sheet.write_formula(6, 4, "=1+1", None, 2)

    table = open_table(workbook(fill), known={"编码": "code"})
    assert table.columns == ("code", "名称", "column_3", "名称_2")
    assert [(one.position, one.name) for one in table.renamed] == [(1, "code"), (3, "column_3"), (4, "名称_2")][1:]
    expected = [
        (4, ["001", "650102001001000123", "=1+1", "a\nb"]),
        (5, ["1", "650102001001", "1.23456789012346E+17", "0.3"]),
        (6, ["2026-01-05", "2026-01-05 09:10:00", "09:10:00", "36:00:00"]),
        (7, ["TRUE", "#DIV/0!", "甲1", "2"]),
    ]
    assert lists(table) == expected
    assert lists(table) == expected  # it can be read again


def test_the_first_sheet_that_is_shown_and_holds_something_is_read_or_the_one_that_is_named() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("empty")
        hidden = book.add_worksheet("hidden")
        hidden.write_string(0, 0, "h")
        hidden.hide()
        for name in ("one", "two"):
            sheet = book.add_worksheet(name)
            sheet.write_column(0, 0, [name, "1"])

    source = workbook(fill)
    table = open_table(source)
    assert (table.sheet, table.columns) == ("one", ("one",))
    assert "not read: empty, two" in str(table.remarks[0])
    assert open_table(source, sheet="two").columns == ("two",)
    assert open_table(source, sheet="hidden").columns == ("h",)
    with pytest.raises(TableError, match="no sheet “three”; it has: empty, one, two"):
        open_table(source, sheet="three")


def test_titles_are_passed_over_and_merged_cells_stand_in_each_of_their_rows() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 2, "某社区房屋台账")
        sheet.merge_range(1, 0, 2, 0, "社区")
        sheet.merge_range(1, 1, 1, 2, "房屋")
        sheet.write_row(2, 1, ["楼", "户"])
        sheet.merge_range(3, 0, 5, 0, "甲")
        sheet.write_column(3, 1, ["1", "2"])
        sheet.write_row(6, 0, ["乙", "3"])

    table = open_table(workbook(fill))
    assert table.columns == ("社区", "楼", "户")
    assert lists(table) == [(4, ["甲", "1", ""]), (5, ["甲", "2", ""]), (7, ["乙", "3", ""])]
    assert str(table.remarks[0]) == "2 rows above the headings are passed over."


def test_macros_are_named_and_not_read() -> None:
    table = open_table(changed(sheet_of([["code"], ["1"]]), "xl/vbaProject.bin", b"Sub Auto_Open()"))
    assert [str(one) for one in table.remarks] == ["The workbook has macros; they are neither read nor run."]


def test_an_old_workbook_is_read_whatever_its_name() -> None:
    table = open_table(io.BytesIO((FIXTURES / "old.xls").read_bytes()))
    assert table.columns == ("编码", "日期", "数")
    assert lists(table) == [(2, ["0012", "2026-01-05", "3"]), (3, ["m", "", "1.5"]), (4, ["m", "", "TRUE"])]


def opendocument(rows: str) -> io.BytesIO:
    out = io.BytesIO()
    office, table, text = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text"))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
        packed.writestr(
            "content.xml",
            f'<office:document-content xmlns:table="{table}" xmlns:office="{office}" xmlns:text="{text}"><office:body>'
            f'<office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet>'
            "</office:body></office:document-content>",
        )
    out.seek(0)
    return out


CELL = '<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>'


def test_a_libreoffice_file_is_read() -> None:
    day = '<table:table-cell office:value-type="date" office:date-value="2026-01-05"/>'
    row = "<table:table-row>%s</table:table-row>"
    table = open_table(opendocument(row % (CELL % "code" + CELL % "day") + row % (CELL % "001" + day)))
    assert lists(table) == [(2, ["001", "2026-01-05"])]


def test_text_under_the_name_of_a_workbook_is_text() -> None:
    assert lists(open_table(io.BytesIO("编码,名称\n001,甲\n".encode("gbk")))) == [(2, ["001", "甲"])]


def test_a_formula_without_a_stored_result_is_refused_instead_of_being_empty() -> None:
    said = refusal(of_xml('<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><f>A1+1</f></c></row>'))
    assert "the formula in cell A2 has no stored result" in said


@pytest.mark.parametrize("cell", ["XFD1048576", "AAAAA99999999999"])
def test_one_cell_in_the_last_corner_is_refused_before_it_is_loaded(cell: str) -> None:
    begun = time.monotonic()
    said = refusal(of_xml(f'<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="{cell}"><v>1</v></c></row>'))
    assert "is empty for the most part" in said
    assert ("XFD1048576" in said) == (cell == "XFD1048576")
    assert time.monotonic() - begun < 10


def test_a_format_down_to_the_last_row_is_no_cell() -> None:
    rows = '<row r="1"><c r="A1" t="str"><v>code</v></c></row><row r="2"><c r="A2"><v>7</v></c></row>'
    assert lists(open_table(of_xml(rows + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'))) == [(2, ["7"])]


def lying(source: io.BytesIO, member: str, claimed: int = 5000) -> io.BytesIO:
    """The archive with a list of contents that says so many bytes where there are others."""
    content, at = bytearray(source.getvalue()), 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        length = struct.unpack("<H", content[at + 28 : at + 30])[0]
        if content[at + 46 : at + 46 + length] == member.encode():
            content[at + 24 : at + 28] = struct.pack("<I", claimed)
        at += 4
    return io.BytesIO(bytes(content))


SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
SMALL = sheet_of([["code"], ["1"]])


def bomb() -> io.BytesIO:
    return lying(changed(SMALL, SHEET, b"<worksheet/>", spaces_mb=2), SHEET, 2**31)


def repeated() -> io.BytesIO:
    """A text of 32,000 characters in 300,000 cells."""
    text = f'<sst xmlns="{MAIN}"><si><t>{"x" * 32_000}</t></si></sst>'
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 300_000))
    return changed(of_xml(rows), STRINGS, text.encode())


def locked() -> io.BytesIO:
    return io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + "EncryptedPackage".encode("utf-16-le"))


BAD: dict[str, tuple[Callable[[], io.BytesIO], str]] = {
    "many times its size": (lambda: changed(SMALL, SHEET, b"<w/>", spaces_mb=40), "would unpack to 40 MB"),
    "two gigabytes in one megabyte": (bomb, "would unpack to 2048 MB"),
    "a list of contents that lies": (lambda: lying(changed(SMALL, SHEET, b"<w/>", spaces_mb=40), SHEET), "damaged"),
    "texts that lie": (lambda: lying(changed(SMALL, STRINGS, b"<sst/>", spaces_mb=40), STRINGS), "damaged"),
    "one text in many cells": (repeated, "more time or memory"),
    "a cell for every place": (
        lambda: opendocument(
            f'<table:table-row table:number-rows-repeated="1048000">{CELL % "x"}</table:table-row>'.replace(
                "<table:table-cell ", '<table:table-cell table:number-columns-repeated="16384" '
            )
        ),
        "damaged",
    ),
    "cut off": (lambda: io.BytesIO(SMALL.getvalue()[:2000]), "damaged"),
    "old and cut off": (lambda: io.BytesIO((FIXTURES / "old.xls").read_bytes()[:3000]), "damaged"),
    "locked": (locked, "locked with a password"),
    "no sheet XML": (lambda: changed(SMALL, SHEET, b"\0\1\2 no XML"), "damaged"),
    "nothing in it": (lambda: sheet_of([]), "the file is empty"),
    "only a title": (lambda: workbook(lambda book: book.add_worksheet().merge_range("A1:C1", "甲")), "the file is empty"),
    "binary": (lambda: changed(SMALL, "xl/workbook.bin", b""), "binary workbook"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_workbook_gets_a_sentence_within_bounds(name: str) -> None:
    make, said = BAD[name]
    source = make()
    begun = time.monotonic()
    assert said in refusal(source)
    assert time.monotonic() - begun < 20


def archive(**members: str) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in members.items():
            packed.writestr(name.replace("_", "/", 1) + ".xml" if "_" in name else name, text)
    out.seek(0)
    return out


@pytest.mark.parametrize(
    ("members", "said"),
    [({"word_document": ""}, "text document"), ({"list.xlsx": ""}, "archive with files"), ({"a.txt": ""}, "an archive and")],
)  # fmt: skip
def test_other_archives_are_named(members: dict[str, str], said: str) -> None:
    assert said in refusal(archive(**members))


def test_places_are_named_as_people_name_them() -> None:
    assert [cell_name(0, 0), cell_name(1, 26), cell_name(1_048_575, 16_383)] == ["A1", "AA2", "XFD1048576"]
    assert [column_of(b"A"), column_of(b"aa"), column_of(b"XFD")] == [0, 26, 16_383]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.0, "0"), (1e15, "1.00000000000000E+15"), (999_999_999_999_999.0, "999999999999999"), (1.5e-7, "0.00000015"),
        (dt.datetime(2026, 1, 5, 9, 9, 59, 999_500), "2026-01-05 09:10:00"), (dt.time(23, 59, 59, 999_999), "00:00:00"),
        (dt.timedelta(hours=26, minutes=3), "26:03:00"),
    ],
)  # fmt: skip
def test_numbers_and_times_lose_what_only_a_machine_stores(value: object, text: str) -> None:
    assert text_of(value) == text
