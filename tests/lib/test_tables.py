"""CSV files as offices have them."""

from __future__ import annotations

import codecs
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.lib.refusal import Sentence
from linli.lib.tables import RenamedColumn, TableError, open_table

CONTENT = '编号,名称\r\n320508001000,平江路街道\r\n320508002000,"金阊,新城"\r\n'
ROWS = [
    (2, {"编号": "320508001000", "名称": "平江路街道"}),
    (3, {"编号": "320508002000", "名称": "金阊,新城"}),
]


def source(content: str | bytes, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(content.encode(encoding) if isinstance(content, str) else content)


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gbk", "gb18030"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_a_file_reads_the_same_in_every_encoding_in_use(encoding: str, found: str) -> None:
    table = open_table(source(CONTENT, encoding))
    assert table.encoding == found
    assert table.columns == ("编号", "名称")
    assert list(table.rows()) == ROWS
    assert list(table.rows()) == ROWS


def test_big_endian_utf_16_and_four_byte_gb18030_are_read() -> None:
    content = codecs.BOM_UTF16_BE + CONTENT.encode("utf-16-be")
    assert list(open_table(source(content)).rows()) == ROWS
    rare = open_table(source("名\n㐀𠀀\n", "gb18030"))
    assert [row for _, row in rare.rows()] == [{"名": "㐀𠀀"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_from_the_header(delimiter: str) -> None:
    table = open_table(source(f'"a,b;c"{delimiter}d{delimiter}e\n1{delimiter}2{delimiter}3\n'))
    assert table.delimiter == delimiter
    assert list(table.rows()) == [(2, {"a,b;c": "1", "d": "2", "e": "3"})]


def test_a_file_of_one_column_is_a_table_too() -> None:
    assert list(open_table(source("code\n1\n\n2")).rows()) == [(2, {"code": "1"}), (4, {"code": "2"})]


def test_lines_are_counted_as_an_editor_shows_them() -> None:
    table = open_table(source('a,b\n"two\nlines",1\n\n,\nx,2\n'))
    assert [line for line, _ in table.rows()] == [2, 6]


def test_columns_that_occur_twice_or_have_no_heading_are_named_and_reported() -> None:
    table = open_table(source("h,d,h, d ,,d_2,h\n1,2,3,4,5,6,7\n"))
    assert table.columns == ("h", "d", "h_2", "d_3", "column_5", "d_2", "h_3")
    assert table.renamed == (
        RenamedColumn(3, "h", "h_2"),
        RenamedColumn(4, "d", "d_3"),
        RenamedColumn(5, "", "column_5"),
        RenamedColumn(7, "h", "h_3"),
    )
    ((_, row),) = table.rows()
    assert list(row.values()) == ["1", "2", "3", "4", "5", "6", "7"]


@pytest.mark.parametrize("content", ["", "\ufeff", "\n\n", " , \n", "\r\n"])
def test_an_empty_file_is_refused(content: str) -> None:
    with pytest.raises(TableError, match="the file is empty"):
        open_table(source(content))


def test_a_header_alone_has_no_rows() -> None:
    assert list(open_table(source("a,b")).rows()) == []


def test_missing_columns_are_named() -> None:
    with pytest.raises(TableError) as refusal:
        open_table(source("code,name\n"), required=["code", "parent", "level"])
    assert str(refusal.value) == "line 1: the header lacks parent, level; it has code, name"


def test_bytes_in_no_known_encoding_are_refused_with_their_line() -> None:
    with pytest.raises(TableError) as refusal:
        open_table(source(b"a,b\n1,2\n\xff\xff,3\n"))
    assert refusal.value.line == 3
    assert "save the file as UTF-8" in str(refusal.value)


def test_a_broken_byte_far_inside_a_large_file_is_found_in_its_line() -> None:
    lines = [b"name,remark"] + [b"x,%d" % number for number in range(200_000)]
    lines[150_000] = b"\xff\xff,broken"
    with pytest.raises(TableError) as refusal:
        open_table(source(b"\n".join(lines)))
    assert refusal.value.line == 150_001


def test_bad_rows_are_reported_each_with_place_and_mend_and_the_good_ones_come() -> None:
    content = "code,name\n1,a\n2\n3,b,c\n4,d\x00e\n5," + "f" * 31 + "\n6,g\n"
    table = open_table(source(content), max_field_chars=30)
    errors: list[TableError] = []
    assert [row["code"] for _, row in table.rows(errors.append)] == ["1", "6"]
    assert [(error.line, error.column) for error in errors] == [(3, None), (4, None), (5, "name"), (6, "name")]
    assert "has 1 fields, the header 2" in str(errors[0])
    assert "has 3 fields, the header 2" in str(errors[1])
    assert "remove it" in str(errors[2])
    assert "31 characters; shorten it to 30" in str(errors[3])
    with pytest.raises(TableError, match="line 3"):
        list(table.rows())


@pytest.mark.parametrize(
    "content", ['a,b\n1,2\n"open,3\n4,5\n', 'a,b\n1,2\n"x"y,3\n', 'a,b\n1,2\n"' + "x" * 140_000 + '",3']
)
def test_quotation_marks_that_do_not_fit_are_refused_with_their_line(content: str) -> None:
    with pytest.raises(TableError) as refusal:
        list(open_table(source(content)).rows(lambda error: None))
    assert refusal.value.line == 3
    assert "quotation marks" in str(refusal.value)


def test_an_error_of_a_caller_reads_like_the_others_and_shows_long_values_cut() -> None:
    error = TableError(7, "lon", "12O.5", Sentence("give degrees, such as %(example)s", {"example": "120.5"}))
    assert str(error) == "line 7, column lon: '12O.5': give degrees, such as 120.5"
    assert len(TableError(7, "lon", "9" * 500, "shorten it").value) == 61


def test_the_file_stays_open_for_its_owner() -> None:
    file = source(CONTENT)
    list(open_table(file).rows())
    assert not file.closed


FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@given(
    st.lists(st.lists(FIELD, min_size=3, max_size=3), max_size=5), st.sampled_from(["utf-8", "utf-8-sig", "gb18030"])
)
def test_what_was_written_is_read(rows: list[list[str]], encoding: str) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([["路", "灯", "杆"], *rows])
    content = written.getvalue().encode(encoding)
    if encoding == "gb18030":
        # Some GB18030 texts are valid UTF-8 by chance; an ideograph pair in the header prevents it here.
        with pytest.raises(UnicodeDecodeError):
            content.decode()
    table = open_table(source(content))
    assert [list(row.values()) for _, row in table.rows()] == [row for row in rows if any(row)]
