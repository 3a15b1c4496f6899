"""Compiled loops are kept per state of the sources, so that no stale code is ever called."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linli.algorithms.division import kernel
from linli.lib import compiled


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A folder with two sources."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "caller.py").write_text("from package.callee import f\n")
    (folder / "callee.py").write_text("f = 1\n")
    return folder


def test_an_edit_of_any_source_begins_a_new_folder_and_removes_the_old_one(package: Path) -> None:
    place = package / "__pycache__"
    before = compiled.kept_in(package, (place,))
    assert before is not None
    assert compiled.kept_in(package, (place,)) == before
    (package / "callee.py").write_text("f = 2\n")
    after = compiled.kept_in(package, (place,))
    assert after != before
    assert [folder.name for folder in place.iterdir()] == [after.name if after else None]


def test_a_place_that_cannot_be_written_is_passed_over(package: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    found = compiled.kept_in(package, (blocked, tmp_path / "cache"))
    assert found is not None
    assert found.parent == tmp_path / "cache"
    assert compiled.kept_in(package, (blocked,)) is None


def test_the_loops_of_the_division_are_kept_in_the_folder_of_their_sources() -> None:
    loop: Any = kernel.seeded
    folder = compiled.folder_of(Path(kernel.__file__).parent)
    assert folder is not None
    assert Path(loop.stats.cache_path).is_relative_to(folder)


def test_a_package_is_cold_until_something_of_it_is_kept(package: Path) -> None:
    assert compiled.is_cold(package)
    folder = compiled.folder_of(package)
    assert folder is not None
    (folder / "caller.nbc").write_text("")
    assert not compiled.is_cold(package)
