"""`linli areas import`: lists as offices have them, and what is wrong with them named for what it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner

from linli.config.commands.imports import areas
from linli.core.areas.public import Area

GOOD = """代码,名称,级别,上级
650000000000,乌市,地级市,
650102000000,天山区,市辖区,650000000000
650121000000,乌鲁木齐县,县,650000000000
650102001000,甲街道,街道办事处,650102000000
650121100000,乙镇,镇,650121000000
650121200000,丙乡,乡,650121000000
650102001001,丁社区,居委会,650102001000
650121100201,戊村,村委会,650121100000
"""


def run(
    tmp_path: Path, content: str | bytes, *options: str, language: str = "en", name: str = "areas.csv"
) -> tuple[int, str]:
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    how = ["import", str(file), *options, "--language", language]
    result = CliRunner().invoke(areas, how, catch_exceptions=False)
    return result.exit_code, result.output


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_list_with_chinese_headings_and_levels_is_taken(db: None, tmp_path: Path, encoding: str) -> None:
    code, said = run(tmp_path, GOOD.encode(encoding))
    assert (code, said.split(" (")[0]) == (0, "Areas: 8 added, 0 changed, 0 unchanged, 0 retired")
    assert dict(Area.objects.values_list("name", "level")) == {
        "乌市": "city", "天山区": "district", "乌鲁木齐县": "district", "甲街道": "street", "乙镇": "street", "丙乡": "street",
        "丁社区": "community", "戊村": "community",
    }  # fmt: skip
    assert "新增 0 个，变更 0 个，不变 8 个" in run(tmp_path, GOOD.encode(encoding), language="zh-hans")[1]


def test_a_workbook_is_taken_like_any_list_with_the_rows_of_its_sheet(db: None, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "areas.xlsx")
    book.add_worksheet("说明").write_string(0, 0, "请填第二张表")
    sheet = book.add_worksheet("名单")
    for line, row in enumerate(GOOD.splitlines()):
        sheet.write_row(line, 0, row.split(","))
    book.close()
    content = (tmp_path / "areas.xlsx").read_bytes()
    assert "the header lacks code" in run(tmp_path, content)[1]
    code, said = run(tmp_path, content, "--sheet", "名单")
    assert (code, "Areas: 8 added" in said, "not read: 说明" in said) == (0, True, True)


def test_english_headings_in_any_case_are_the_same_list(db: None, tmp_path: Path) -> None:
    assert run(tmp_path, "Code,NAME,Level\n650000000000,乌市,city\n")[0] == 0


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("6.50E+11", "Excel turned this code into a number"),
        ("6.50102E+11", "Excel turned this code into a number"),
        ("650102001001.0", "decimal number"),
        ("'650102001001", "apostrophe before the code is Excel's sign for a text; write only 650102001001"),
        ("‘650102001001", "apostrophe"),
        ('"=""650102001001"""', "formula that Excel shows as a text; write only 650102001001"),
        ('"""650102001001"""', "quotation marks"),
        ("#REF!", "error of the spreadsheet"),
        ("########", "error of the spreadsheet"),
        ("６５０１０２００１００１", "full-width"),
        ("650102\u200b001001", "Character 7 cannot be seen (U+200B)"),
    ],
)
def test_what_excel_did_to_a_code_is_named_with_the_mend(db: None, tmp_path: Path, code: str, said: str) -> None:
    status, told = run(tmp_path, f"code,name,level\n650000000000,乌市,city\n{code},天山区,district\n")
    assert (status, Area.objects.count()) == (1, 0)
    assert said in told
    assert "Line 3, column code" in told


def test_a_name_with_a_character_that_nobody_sees_is_refused(db: None, tmp_path: Path) -> None:
    status, told = run(tmp_path, "code,name,level\n650000000000,乌\u200b市,city\n")
    assert (status, "Character 2 cannot be seen (U+200B)" in told) == (1, True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged"),
        (b"PK\x03\x04" + bytes(60), "damaged"),
        (b"%PDF-1.7\n", "PDF"),
        (b"SQLite format 3\0" + bytes(90), "GeoPackage"),
        (b"\xef\xbb\xbf<html><table><tr><td>code</td></tr></table>", "web page"),
        (b'<?xml version="1.0"?><Workbook/>', "web page or XML"),
    ],
)
def test_a_file_that_only_calls_itself_csv_is_named(db: None, tmp_path: Path, content: bytes, said: str) -> None:
    status, told = run(tmp_path, content)
    assert (status, said in told) == (1, True)
    assert re.search("[\u4e00-\u9fff]", run(tmp_path, content, language="zh-hans")[1])


def test_every_bad_row_is_told_with_those_of_the_table_and_written_on_demand(db: None, tmp_path: Path) -> None:
    rows = ["650000000000,乌市,city", "650102000000,天山区,planet", "650103000000", "=1+1,x,city"]
    faults = tmp_path / "faults.csv"
    status, told = run(tmp_path, "code,name,level\n" + "\n".join(rows), "--faults", str(faults))
    assert status == 1
    assert "3 of 4 rows cannot be taken" in told
    assert "city 市" in told
    assert [line.split(",")[0] for line in faults.read_text("utf-8-sig").splitlines()] == ["Line", "3", "4", "5"]
    assert "'=1+1" in faults.read_text("utf-8-sig")


def test_a_header_without_what_is_needed_says_what_it_has(db: None, tmp_path: Path) -> None:
    status, told = run(tmp_path, "代号,名称\n1,x\n")
    assert (status, "代号" in told) == (1, True)
