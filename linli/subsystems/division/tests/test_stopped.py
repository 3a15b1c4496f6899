"""Commands that are stopped between two files, or send them where none can be: what was there before is there after."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from linli.config.cli import linli

from . import town
from .test_supply import sources

# A report asks for the grids in force.
pytestmark = pytest.mark.django_db

FILES = {
    "run": ("results", ["proposal.gpkg", "report.html"]),
    "adjust": ("results", ["comparison.html", "proposal.gpkg", "report.html"]),
    "merge": ("results", ["proposal.gpkg", "report.html"]),
    "beats": ("results", ["proposal.gpkg", "report.html"]),
    "compare": ("comparing", ["page.html"]),
    "supply": ("supply", ["supply.gpkg", "supply.html"]),
}


def call(*arguments: object) -> Result:
    return CliRunner().invoke(linli, ["division", *map(str, arguments)])


@pytest.fixture
def made(tmp_path: Path) -> dict[str, list[object]]:
    """The arguments of each command but the place of its files."""
    ground = town.write(tmp_path / "town.gpkg", town.layers())
    done = call("run", ground, "-o", tmp_path / "first")
    assert done.exit_code == 0, done.output
    proposal = tmp_path / "first" / "proposal.gpkg"
    return {
        "run": [ground], "adjust": [proposal, ground], "merge": [proposal, proposal], "beats": [proposal, "--low", 500],
        "compare": [proposal, proposal], "supply": [town.write(tmp_path / "s.gpkg", sources()), "--ground", ground],
    }  # fmt: skip


def test_a_stop_between_two_files_leaves_all_of_them_as_they_were(
    made: dict[str, list[object]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_given: Any) -> None:
        raise KeyboardInterrupt

    for command, (module, names) in FILES.items():
        out = tmp_path / command
        place = out / "page.html" if command == "compare" else out
        done = call(command, *made[command], "-o", place)
        assert done.exit_code == 0, done.output
        assert sorted(one.name for one in out.iterdir()) == names
        for one in out.iterdir():
            one.write_bytes(b"old")
        with monkeypatch.context() as patched:
            patched.setattr(f"linli.subsystems.division.commands.{module}.write_page", stop)
            assert call(command, *made[command], "-o", place).exit_code != 0
        assert {one.name: one.read_bytes() for one in out.iterdir()} == dict.fromkeys(names, b"old"), command


def test_a_place_below_a_file_is_refused_before_anything_is_worked_out(
    made: dict[str, list[object]], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for command in FILES:
        done = call(command, *made[command], "-o", tmp_path / "file" / "below" / "page.html", "--language", "en")
        assert done.exit_code == 2, command
        assert "no folder that may be written into" in " ".join(done.output.split())
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"
