"""`linli division run` as a planner types it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import Mock

import click
import pytest
from click.testing import CliRunner, Result
from django.conf import settings

from linli.config.cli import linli, main
from linli.subsystems.division.public import read_proposal

from . import town

# A run looks for the grids in force.
pytestmark = pytest.mark.django_db


def run(*arguments: object, **environment: str) -> Result:
    return CliRunner().invoke(linli, ["division", "run", *map(str, arguments)], env=environment)


@pytest.fixture
def ground(tmp_path: Path) -> Path:
    return town.write(tmp_path / "town.gpkg", town.layers())


def test_it_writes_a_proposal_and_a_report_and_says_where(ground: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run(ground, "-o", out, "--seed", 3, LANG="zh_CN.UTF-8")
    assert done.exit_code == 0, done.output
    assert sorted(one.name for one in out.iterdir()) == ["proposal.gpkg", "report.html"]
    assert "9 个网格：综合 8 个，专属 1 个" in done.stdout
    assert str(out / "proposal.gpkg") in done.stdout
    found = read_proposal(out / "proposal.gpkg")
    assert (found.run.seed, found.run.ground, len(found.grids)) == (3, "town.gpkg", 9)
    assert "塔山小学专属网格" in (out / "report.html").read_text(encoding="utf-8")


def test_options_reach_the_rules(ground: Path, tmp_path: Path) -> None:
    done = run(
        ground, "-o", tmp_path, "--low", 700, "--high", 1100, "--unit", "people", "--layer", "safety", "-c", town.COMMUNITIES[0],
        "--weight", "inside=7", "--weight", "crossing=0", "--language", "en", "--system", "EPSG:32650",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "Within 700 to 1100 people" in done.stdout
    made = read_proposal(tmp_path / "proposal.gpkg").run
    rules = made.rules
    assert (rules.low, rules.target, rules.high, rules.unit) == (700, 900, 1100, "people")
    assert (rules.border_costs, rules.crossing_m) == ((0.3, 1.0, 7.0, 0.3), 0)
    assert (made.layer, made.system, made.communities) == ("safety", "EPSG:32650", (town.COMMUNITIES[0],))


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--low", 600), "600"),
        (("--weight", "wall=3"), "wall"),
        (("--weight", "inside=much"), "inside=much"),
        (("--weight", "inside=-1"), "inside=-1"),
        (("--low", 500, "--high", 300), "500"),
        (("--target", 700), "目标值 700 不在 300 至 500 之内"),
        (("--low", 0), "--low"),
        (("--low", "nan"), "nan is no size"),
        (("--high", "inf"), "inf is no size"),
    ],
)
def test_a_senseless_option_is_named(ground: Path, tmp_path: Path, arguments: tuple[Any, ...], named: str) -> None:
    done = run(ground, "-o", tmp_path / "out", *arguments)
    assert done.exit_code != 0
    assert named in done.output + str(done.exception)
    assert "border_costs" not in done.output
    assert not (tmp_path / "out").exists()


def test_bad_rows_end_it_and_are_named(tmp_path: Path) -> None:
    tables = town.layers()
    tables["buildings"]["households"][3] = -5
    path = town.write(tmp_path / "town.gpkg", tables)
    done = run(path, "-o", tmp_path / "out", "--language", "zh-hans")
    assert done.exit_code == 1
    assert "第 4 个要素的“buildings.households”：“-5”" in done.stderr
    assert done.stderr.endswith("行无法采用，未作任何改动。改正后重新运行。\n")
    assert not (tmp_path / "out").exists()
    done = run(path, "-o", tmp_path / "out", "--take-good", "--language", "zh-hans")
    assert done.exit_code == 0
    assert "图层 buildings 的要素 4 未采用" in done.stdout


def test_without_a_file_it_takes_the_one_beside_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LINLI_HOME", tmp_path)
    missing = run("-o", tmp_path / "out")
    assert missing.exit_code == 2
    assert "--demo" in missing.output
    town.write(tmp_path / "ground.gpkg", town.layers())
    assert run("-o", tmp_path / "out").exit_code == 0


def test_who_stops_it_is_told_so_in_the_language_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setattr(linli, "invoke", Mock(side_effect=click.exceptions.Abort))
    for locale, said in (("zh_CN.UTF-8", "已停止。"), ("en_GB.UTF-8", "Stopped.")):
        monkeypatch.setenv("LANG", locale)
        with pytest.raises(SystemExit, match="130"):
            main(["demo"])
        assert capsys.readouterr().err == f"{said}\n"


def test_adjusting_offers_no_demo_that_it_has_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LINLI_HOME", tmp_path)
    done = CliRunner().invoke(linli, ["division", "adjust", "--in-force", "--language", "en"])
    assert done.exit_code == 2
    assert "Name a ground file. There is none at" in done.output
    assert "--demo" not in done.output


def test_stopping_it_leaves_the_last_proposal_as_it_was(
    ground: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linli.subsystems.division.proposal import model, steps

    out = tmp_path / "out"
    assert run(ground, "-o", out).exit_code == 0
    before = {one.name: one.read_bytes() for one in out.iterdir()}

    def stop(*_given: object, **_named: object) -> Any:
        raise KeyboardInterrupt

    for module, name in ((steps, "divide"), (steps, "grid_polygons"), (model, "_json")):
        with monkeypatch.context() as patched:
            patched.setattr(module, name, stop)
            stopped = run(ground, "-o", out, "--seed", 2)
        assert stopped.exit_code != 0
        assert {one.name: one.read_bytes() for one in out.iterdir()} == before


@pytest.mark.slow
def test_it_divides_the_demo_city(tmp_path: Path) -> None:
    done = run("--demo", "-o", tmp_path, "--language", "en")
    assert done.exit_code == 0, done.output
    found = read_proposal(tmp_path / "proposal.gpkg")
    ordinary = [one for one in found.grids if one.kind == "comprehensive"]
    assert len(ordinary) > 100
    assert all(one.in_bounds for one in ordinary)
    assert all(one.contiguous and one.polygon.geom_type == "Polygon" and one.polygon.is_valid for one in found.grids)
    assert found.members.grid_of.min() == 0
    assert sum(one.households or 0 for one in found.grids) == found.members.households.sum()
    assert {one.purpose for one in found.grids if one.kind == "dedicated"} >= {
        "school",
        "hospital",
        "market",
        "office_tower",
    }
    assert len(found.map_ground.shops) > 1000
