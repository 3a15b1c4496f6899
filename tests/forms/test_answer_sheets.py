"""Answers collected by table: the workbook that is made, and what is read back of it however people treated it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from click.testing import CliRunner
from django.utils.translation import override

from linli.config.commands.forms import forms
from linli.core.forms.public import SheetRead, read, read_answer_sheet, write_answer_sheet
from linli.lib.tables import open_table

from .documents import SHOP, form, question

SCHEMA = read(SHOP)
TODAY = "2026-11-30"
HEADINGS = ["答卷编号*", "问题 shop_name*", "问题 kind*", "问题 rooms (间)", "问题 doors"]
INNER = ["答卷编号*", "问题 worker – 姓名", "问题 worker – 电话", "问题 born", "问题 guardian*"]


def made(schema: Any = SCHEMA, language: str = "zh-hans") -> io.BytesIO:
    out = io.BytesIO()
    with override(language):
        write_answer_sheet(out, schema)
    return out


def filled(
    rows: Sequence[Sequence[object]], inner: Sequence[Sequence[object]] = (), *, headings: Sequence[str] = HEADINGS, digest: str = SCHEMA.digest
) -> io.BytesIO:  # fmt: skip
    """A workbook as it comes back."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_numbers": False})
    for name, lines in (("登记", [headings, *rows]), ("员工", [INNER, *inner])):
        sheet = book.add_worksheet(name)
        for line, row in enumerate(lines):
            sheet.write_row(line, 0, row)
    hidden = book.add_worksheet("linli")
    for line, row in enumerate(
        [["what", "value", "name"], ["form", digest], ["sheet", "", "登记"], ["sheet", "staff", "员工"]]
    ):
        hidden.write_row(line, 0, row)
    book.close()
    return out


def came_back(source: io.BytesIO, language: str = "zh-hans") -> SheetRead:
    with override(language):
        return read_answer_sheet(source, SCHEMA, today=TODAY)


def test_the_workbook_has_a_column_for_each_question_lists_to_choose_from_and_the_forms_digest() -> None:
    source = made()
    assert open_table(source).columns == tuple(HEADINGS)
    assert open_table(source, sheet="员工").columns == tuple(INNER)
    hidden = [list(row.values())[:2] for _line, row in open_table(source, sheet="linli").rows()]
    assert ["form", SCHEMA.digest] in hidden
    sheet = zipfile.ZipFile(source).read("xl/worksheets/sheet1.xml").decode()
    assert '<dataValidation type="list"' in sheet
    assert "<formula1>1</formula1><formula2>500</formula2>" in sheet
    assert 'state="hidden"' in zipfile.ZipFile(source).read("xl/workbook.xml").decode()


def test_what_was_filled_in_is_read_with_its_repeats_and_calculations() -> None:
    found = came_back(
        filled(
            [[1, "小店", "商店", "", ""], ["2", "客栈", "inn", 10, 3]],
            [[2, "王五", "13800000000", "1990-05-01", ""], [2, "小明", "", "2015/5/1", "王大妈"]],
        )
    )
    assert found.faults == []
    assert found.remarks == []
    shop, inn = found.answers[2], found.answers[3]
    assert (shop["shop_name"], shop["kind"], shop["staff"]) == ("小店", "shop", [])
    assert (inn["rooms"], inn["rooms_per_door"], inn["minors"]) == (10, 3.3, 1)
    assert inn["staff"][0]["worker"] == {"name": "王五", "phone": "13800000000"}
    assert inn["staff"][1]["guardian"] == "王大妈"


def test_faults_name_row_question_value_and_mend_and_the_good_rows_come() -> None:
    found = came_back(
        filled(
            [
                [1, "小店", "酒吧", "", ""],
                [2, "", "商店", "", ""],
                [3, "客栈", "旅馆", "many", 1],
                [3, "好店", "商店", "", ""],
            ],
            [[1, "", "", "2015-05-01", ""], [9, "甲", "", "", ""]],
        )
    )
    faults = [(one.place, one.column, one.value) for one in found.faults]
    assert (2, "问题 kind", "酒吧") in faults
    assert (3, "问题 shop_name", "") in faults
    assert (4, "问题 rooms", "many") in faults
    assert (5, "答卷编号", "3") in faults
    assert (3, "答卷编号", "9") in faults
    assert all(one.mend for one in found.faults)
    assert found.answers[5]["shop_name"] == "好店"


def test_moved_columns_are_found_renamed_and_missing_ones_are_named() -> None:
    moved = [HEADINGS[place] for place in (2, 0, 3, 1)]
    found = came_back(filled([["商店", 1, "", "小店"]], headings=moved))
    assert found.answers[2]["shop_name"] == "小店"
    assert found.remarks == ["没有“问题 doors”这一列，请在第一行补上表头。"]
    renamed = [*HEADINGS[:1], "店名", *HEADINGS[2:]]
    found = came_back(filled([[1, "小店", "商店", "", ""]], headings=renamed))
    assert (found.faults[0].place, found.faults[0].column) == (1, "问题 shop_name")
    assert any("店名" in words for words in found.remarks)


def test_another_version_and_a_lost_hidden_sheet_are_said() -> None:
    found = came_back(filled([[1, "小店", "商店", "", ""]], digest="0" * 64))
    assert ("另一版本" in found.remarks[0], len(found.answers)) == (True, 1)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    sheet.write_row(1, 0, [1, "小店", "商店"])
    book.close()
    found = came_back(out)
    assert ("隐藏" in found.remarks[0], len(found.answers)) == (True, 1)


def test_a_sheet_made_in_one_language_is_read_in_the_other() -> None:
    found = came_back(filled([[1, "小店", "商店", "", ""]]), language="en")
    assert found.answers[2]["kind"] == "shop"


def test_questions_of_one_label_have_headings_of_their_own_and_text_stays_text() -> None:
    schema = read(
        form(
            question("text", "a", label="名称"),
            question("text", "b", label="名称"),
            question("photo", "p", required=True),
        )
    )
    source = made(schema)
    assert open_table(source).columns == ("名称", "名称 [b]")
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["名称", "名称 [b]"])
    sheet.write_string(1, 0, "=1+1")
    sheet.write_string(1, 1, "0012")
    book.close()
    found = read_answer_sheet(out, schema, today=TODAY)
    assert found.answers[2]["a"] == "=1+1"
    assert found.answers[2]["b"] == "0012"


def test_the_command_line_makes_a_sheet_and_reads_it(db: None, tmp_path: Path) -> None:
    document, sheet, answers = tmp_path / "f.json", tmp_path / "s.xlsx", tmp_path / "a.json"
    document.write_text(json.dumps(SHOP), "utf-8")
    runner, english = CliRunner(), ["--language", "en"]
    said = runner.invoke(forms, ["sheet", str(document), str(sheet), *english], catch_exceptions=False)
    assert (said.exit_code, "“Question front” has no column" in said.output) == (0, True)
    sheet.write_bytes(filled([[1, "小店", "商店", "", ""], [2, "", "商店", "", ""]]).getvalue())
    said = runner.invoke(
        forms, ["read-sheet", str(document), str(sheet), "--out", str(answers), *english], catch_exceptions=False
    )
    assert (said.exit_code, "1 answers are good" in said.output, "Line 3" in said.output) == (1, True, True)
    assert json.loads(answers.read_text("utf-8"))[0]["row"] == 2
