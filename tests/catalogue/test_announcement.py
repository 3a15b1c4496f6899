"""`linli calendar year`: the announcement of a year's holidays out of a file as an office has it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from linli.config.commands.calendar import calendar
from linli.core.catalogue.public import catalogue
from tests.city import TestCity

LINES = """
2027-02-05/2027-02-11,holiday,春节
2027-02-20,workday,

2027-10-01/2027-10-03,holiday,国庆节
"""


def enter(file: Path, content: bytes, *options: str) -> tuple[int, str]:
    file.write_bytes(content)
    done = CliRunner().invoke(calendar, ["year", "2027", str(file), *options, "--language", "en"])
    assert "Traceback" not in done.output
    return done.exit_code, done.output


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_spans_and_days_come_out_of_every_encoding_that_offices_save_in(
    city: TestCity, tmp_path: Path, encoding: str
) -> None:
    code, said = enter(tmp_path / "2027.csv", LINES.encode(encoding))
    assert (code, said) == (0, "11 days of 2027 are entered.\n")
    days = catalogue().calendar.exceptions
    assert [days[date(2027, 2, day)] for day in (5, 11, 20)] == [False, False, True]
    assert date(2027, 2, 12) not in days
    # The same file again is the same calendar.
    assert enter(tmp_path / "2027.csv", LINES.encode(encoding))[0] == 0


def test_a_comma_of_chinese_text_parts_too(city: TestCity, tmp_path: Path) -> None:
    assert enter(tmp_path / "2027.csv", "2027-10-01，holiday，国庆节\n".encode())[0] == 0


def test_every_bad_line_is_named_and_nothing_is_entered(city: TestCity, tmp_path: Path) -> None:
    before = dict(catalogue().calendar.exceptions)
    wrong = "2027-10-01,holiday,国庆节\n2027-13-01,holiday,\n2027-10-02,feast,\n2027-01-01/2027-06-01,holiday,\n2027-10-03\n2027-10-04,holiday,a,b\n"
    code, said = enter(tmp_path / "2027.csv", wrong.encode(), "--faults", str(tmp_path / "faults.csv"))
    assert code == 1
    assert "lines 2, 3, 4, 5, 6" in said
    assert "Write day, kind and name, such as 2027-02-05,holiday,春节." in said
    assert (tmp_path / "faults.csv").read_text(encoding="utf-8-sig").count("\n") == 6
    assert catalogue().calendar.exceptions == before


def test_a_file_that_is_no_text_ends_with_a_sentence(city: TestCity, tmp_path: Path) -> None:
    code, said = enter(tmp_path / "2027.csv", b"2027-10-01,holiday,\xff\xff\x00\n")
    assert (code, "Save the file as text in UTF-8 or GBK." in said) == (1, True)


def test_an_announcement_that_cannot_be_whole_is_refused(city: TestCity, tmp_path: Path) -> None:
    (tmp_path / "2027.csv").write_bytes(b"2027-02-05,holiday,\n")
    done = CliRunner().invoke(calendar, ["year", "2027", str(tmp_path / "2027.csv"), "--language", "en"])
    assert "1 October is missing" in str(done.exception)
