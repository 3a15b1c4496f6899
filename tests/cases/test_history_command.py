"""`linli cases import` as an operator types it: what it prints, how it ends."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from linli.config.commands.exchange import import_
from linli.config.commands.imports import cases
from linli.core.cases.public import Case
from linli.core.exchange.public import ImportRun
from linli.core.platform.public import Refusal
from tests.cases.test_history import EXTRACT, MAPPING, boston, one_row

__all__ = ["boston"]


def run(*arguments: str, language: str = "en") -> tuple[int, str]:
    command = import_ if arguments[0].startswith("--") else cases
    result = CliRunner().invoke(command, [*arguments, "--language", language], catch_exceptions=False)
    return result.exit_code, result.output


def test_a_file_is_imported_listed_and_taken_back(boston: object) -> None:
    file = ("import", str(EXTRACT), "--mapping", str(MAPPING))
    code, said = run(*file, "--make-catalogue", "--dry-run")
    assert (code, "Nothing was changed" in said, Case.objects.count()) == (0, True, 0)
    code, said = run(*file, "--make-catalogue")
    assert code == 0, said
    assert "agree on 157 rows and disagree on 0" in said
    assert "200 added, 0 here already" in said
    number = str(ImportRun.objects.get().id)
    assert "Brought in\t200\thistory\tboston-311\tboston" in run("--list")[1]
    assert "nothing was new" in run(*file)[1]
    assert "200 rows taken back" in run("--undo", number)[1]
    assert "Taken back" in run("--list")[1]
    ImportRun.objects.update(started_at=datetime(2026, 11, 30, 16, 30, tzinfo=UTC))
    assert "\t2026-12-01 00:30\t" in run("--list")[1]  # by the clock on the office's wall


def test_bad_rows_end_with_exit_code_1_and_name_the_cell(boston: object, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(one_row(LATITUDE="-71.05", LONGITUDE="42.35"))
    code, said = run("import", str(file), "--mapping", str(MAPPING), "--make-catalogue")
    assert code == 1
    assert "LONGITUDE" in said
    assert "42.35" in said
    assert Case.objects.count() == 0


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04"])
def test_a_file_that_is_no_table_ends_with_exit_code_1_and_a_sentence(
    boston: object, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "none.csv"
    file.write_bytes(content)
    code, said = run("import", str(file), "--mapping", str(MAPPING))
    assert code == 1
    assert said.strip()


def test_bad_rows_are_summed_by_kind_and_written_whole_on_demand(boston: object, tmp_path: Path) -> None:
    file, faults = tmp_path / "bad.csv", tmp_path / "faults.csv"
    file.write_bytes(EXTRACT.read_bytes().replace(b",Closed,", b",Lost,", 30))
    how = ("import", str(file), "--mapping", str(MAPPING), "--make-catalogue")
    code, said = run(*how)
    assert code == 1
    assert said.splitlines()[0].startswith("30 × column CASE_STATUS, lines 2, 3, 4, 5, 6 …: “Lost”. Say in [states]")
    assert "30 of 200 rows cannot be taken" in said
    assert "--faults FILE.csv" in said
    code, said = run(*how, "--faults", str(faults), "--dry-run", language="zh-hans")
    assert (code, "全部 30 处已写入" in said, "没有改动任何数据" in said) == (1, True, True)
    lines = faults.read_text("utf-8-sig").splitlines()
    assert (len(lines), lines[0], lines[1][:19]) == (31, "行,列,值,怎么改", "2,CASE_STATUS,Lost,")


def test_whatever_is_printed_is_in_one_language(boston: object, tmp_path: Path) -> None:
    file = ("import", str(EXTRACT), "--mapping", str(MAPPING), "--make-catalogue")
    bad = tmp_path / "bad.csv"
    bad.write_bytes(one_row(CASE_STATUS="Lost"))
    broken = tmp_path / "broken.toml"
    broken.write_bytes(b"system = 3")
    for given in (
        (*file, "--dry-run"), file, ("--list",), ("--undo", "last"), ("--list",),
        ("import", str(bad), "--mapping", str(MAPPING)),
    ):  # fmt: skip
        number = str(ImportRun.objects.order_by("id").values_list("id", flat=True).last())
        arguments = tuple(number if one == "last" else one for one in given)
        chinese = run(*arguments, language="zh-hans")[1]
        # What stays Latin is data: names of columns, files, types, references.
        words = re.findall(r"(?<![\w/.-])[a-z]{3,}(?: [a-z]{2,}){2,}", chinese)
        assert words == [], chinese
        assert not re.search("[\u4e00-\u9fff]", run(*arguments, language="en")[1].replace("波士顿", ""))
    for language, chinese_letters in (("zh-hans", True), ("en", False)):
        with pytest.raises(Refusal) as refused:
            run("import", str(bad), "--mapping", str(broken), language=language)
        assert bool(re.search("[\u4e00-\u9fff]", refused.value.sentence)) == chinese_letters
