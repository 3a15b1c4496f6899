"""`linli division compare`, and what the report of a run compares with: the grids in force and their workers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from django.db import OperationalError
from django.utils.translation import override

from linli.algorithms.division.model import Rules
from linli.config.cli import linli
from linli.core.grids.public import Grid
from linli.core.platform.public import SYSTEM
from linli.core.staff.public import assign
from linli.subsystems.division import public
from linli.subsystems.division.commands.results import grids_in_force, short_names
from linli.subsystems.division.proposal.model import Proposal, write_proposal
from linli.subsystems.division.publishing.plan import plan_publication
from linli.subsystems.division.report import report_page
from tests.city import TestCity

from .drawn import city_of
from .test_publishing import moved_border
from .test_report import words


def compare(*arguments: object) -> Result:
    return CliRunner().invoke(linli, ["division", "compare", *map(str, arguments)])


def kept(folder: Path, name: str, proposal: Proposal) -> Path:
    folder.mkdir(exist_ok=True)
    write_proposal(folder / name, proposal)
    return folder / name


def test_two_proposals_become_one_page_that_tells_them_apart_by_their_folders(tmp_path: Path) -> None:
    proposal = city_of(9)
    other = replace(proposal, members=replace(proposal.members, grid_of=np.roll(proposal.members.grid_of, 3)))
    a, b = (
        kept(tmp_path / folder, "proposal.gpkg", one) for folder, one in (("old", proposal), ("new", other))
    )  # fmt: skip
    done = compare(a, b, "-o", tmp_path / "page.html", "--language", "en")
    assert done.exit_code == 0, done.output
    assert str(tmp_path / "page.html") in done.stdout
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    said = words(page)
    assert "old/proposal.gpkg" in said
    assert "new/proposal.gpkg" in said
    assert "27 buildings" in said, "three of each of the nine grids"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["new", "old", "page.html"], "nothing half written is left"


def test_proposals_that_count_differently_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    proposal = city_of(4)
    people = replace(proposal, run=replace(proposal.run, rules=Rules(unit="people")))
    done = compare(kept(tmp_path, "a.gpkg", proposal), kept(tmp_path, "b.gpkg", people), "-o", tmp_path / "page.html")
    assert done.exit_code != 0
    assert "单位" in str(done.exception)
    assert not (tmp_path / "page.html").exists()


def test_files_with_different_names_are_called_by_them() -> None:
    assert short_names(Path("x/a.gpkg"), Path("x/b.gpkg")) == ("a.gpkg", "b.gpkg")


@pytest.mark.django_db
def test_a_report_says_from_which_worker_to_which_and_agrees_with_publishing(city: TestCity) -> None:
    assign(SYSTEM, user=city.users["clerk"], grid=Grid.objects.get(code="G2"), force="base")
    proposal = moved_border()
    in_force = grids_in_force(proposal)
    assert in_force is not None
    page = words(report_page(proposal, in_force, "en"))
    assert "Clerk 暂无网格员 nobody yet 3 120" in page
    assert "Clerk Worker 2 80" in page
    plan = plan_publication(proposal)
    assert (
        f"{plan.buildings_moved} buildings (25.0%) and {plan.load_moved:.0f} households (25.0%) come to another grid."
        in page
    )


@pytest.mark.django_db
def test_a_layer_without_grids_is_compared_with_nothing(city: TestCity) -> None:
    proposal = moved_border()
    assert grids_in_force(replace(proposal, run=replace(proposal.run, layer="safety"))) is None


def test_asking_for_the_grids_in_force_makes_no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", tmp_path / "none.sqlite3")
    assert grids_in_force(city_of(4)) is None
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_cannot_be_read_is_said_and_stops_no_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_proposal: Proposal) -> None:
        raise OperationalError("no such table: grids_gridlayer")

    (tmp_path / "empty.sqlite3").touch()
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", tmp_path / "empty.sqlite3")
    monkeypatch.setattr(public, "in_force_for", broken)
    with override("en"):
        assert grids_in_force(city_of(4)) is None
    assert "no such table: grids_gridlayer" in capsys.readouterr().err
