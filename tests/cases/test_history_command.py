"""`linli cases import` as an operator types it: what it prints, how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from linli.config.commands.imports import cases
from linli.core.cases.public import Case
from tests.cases.test_history import EXTRACT, MAPPING, boston, one_row

__all__ = ["boston"]


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cases, list(arguments), catch_exceptions=False)
    return result.exit_code, result.output


def test_a_file_is_imported_listed_and_taken_back(boston: object) -> None:
    file = ("import", str(EXTRACT), "--mapping", str(MAPPING))
    code, said = run(*file, "--make-catalogue", "--dry-run")
    assert (code, "Nothing was changed" in said, Case.objects.count()) == (0, True, 0)
    code, said = run(*file, "--make-catalogue")
    assert code == 0, said
    assert "agree on 157 rows and disagree on 0" in said
    assert "200 added, 0 here already" in said
    _code, listed = run("imports")
    number = listed.split("\t")[0]
    assert "whole" in listed
    assert "nothing was new" in run(*file)[1]
    assert "200 cases taken back" in run("import-undo", number)[1]
    assert "taken back" in run("imports")[1]


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
