"""How a subsystem joins the core by its descriptor alone, and how the core stays whole when one is taken out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import click
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from linli.core.access.public import Role, access_of, create_user, grant_scope
from linli.core.cases.public import Case
from linli.core.catalogue.public import NATIONAL, catalogue
from linli.core.platform.plug.tables import data_of
from linli.core.platform.public import SYSTEM, BadInput, Indicator, described_areas, matrices_page, subsystems
from linli.core.platform.public import brought as packages
from linli.core.platform.writing.outbox import subscribers
from linli.subsystems.example.services import note_bench
from tests.access_table import signed_in
from tests.city import PASSWORD, STREET, TestCity

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_without_its_subsystems_the_core_works(tmp_path: Path) -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.subsystems.settings_core_only", "LINLI_HOME": str(tmp_path),
        "LINLI_DATABASE_URL": f"sqlite:///{tmp_path}/core.sqlite3", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    ended = subprocess.run(
        [sys.executable, "-m", "tests.subsystems.core_alone"],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert json.loads(ended.stdout) == {
        "state": "archived", "subsystem_apps": [], "menu": 2, "indicators": ["cases", "forms"],
        "standards": [NATIONAL], "roles": [], "worker": False, "findings": [],
        "patrol_routes": False, "pages": [200, 200, 200, 404],
    }  # fmt: skip


@pytest.mark.slow
def test_a_command_exists_where_its_subsystem_is_installed_and_nowhere_else(tmp_path: Path) -> None:
    def said(settings: str, *words: str) -> tuple[int, str]:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": settings,
            "LINLI_HOME": str(tmp_path),
            "LANG": "en_US.UTF-8",
        }
        done = subprocess.run(
            [sys.executable, "-m", "linli.config.cli", *words], env=environment, cwd=ROOT, capture_output=True, text=True,
            check=False, timeout=60,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    assert said("linli.config.settings", "benches", "--help")[0] == 0
    code, output = said("tests.subsystems.settings_core_only", "benches", "--help")
    assert (code, "No such command 'benches'" in output) == (2, True)
    listed = said("tests.subsystems.settings_core_only", "--help")[1]
    assert "backup" in listed
    assert "benches" not in listed


def test_what_the_descriptors_name_is_there(city: TestCity) -> None:
    standards = {node.standard for node in catalogue().categories.values()}
    for subsystem in subsystems():
        assert (subsystem.code in standards) == bool(subsystem.categories)
        for plan in subsystem.roles:
            assert set(plan.permissions) <= set(Role.objects.get(code=plan.code).permissions)
        for entry in subsystem.menu:
            assert reverse(entry.url_name).startswith(f"/{subsystem.code}/")
        for part in subsystem.subscribers:
            assert part.name in subscribers(part.event)
        for name, path in subsystem.commands.items():
            command = import_string(path)
            assert isinstance(command, click.Command)
            assert (command.name, command.short_help == "") == (name, False)
    assert {"patrol", "example"} <= standards


def test_a_role_of_the_core_gets_what_a_subsystem_adds_and_loses_nothing(city: TestCity) -> None:
    worker = city.access["worker"]
    assert all(worker.may(permission) for permission in ("case.report", "case.confirm", "patrol.view", "patrol.walk"))
    assert not worker.may("patrol.plan")
    assert Role.objects.get(code="grid_worker").origin == "core"


def test_the_example_shows_its_page_to_its_role_and_reports_its_category(city: TestCity) -> None:
    user = create_user(
        SYSTEM, username="keeper", display_name="Keeper", unit=city.units["street_centre"], password=PASSWORD
    )
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="bench_keeper"), area=city.areas[STREET])
    found = access_of(user.id)
    assert found is not None
    note = note_bench(found[0].actor(), uuid=uuid4(), place="河边第三张长椅", lon=115.005, lat=30.005)
    note_bench(SYSTEM, uuid=uuid4(), place="塔山的长椅", lon=115.045, lat=30.005)
    case = Case.objects.get(id=note.case_id)
    assert (case.standard, case.category_name, case.source) == ("example", "长椅损坏", "inspection")
    client = signed_in(Client(), user)
    page = client.get("/example/").content.decode()
    assert "河边第三张长椅" in page
    assert "塔山的长椅" not in page
    assert '/example/" aria-current="page"' in page  # its menu entry stands in the rail
    with pytest.raises(BadInput):
        note_bench(SYSTEM, uuid=uuid4(), place="", lon=215.0, lat=30.0)


def test_core_and_subsystems_bring_indicators_with_their_choices_written_down() -> None:
    brought = {package.code: [one.code for one in package.indicators] for package, _one in packages(Indicator)}
    assert brought["patrol"] == ["patrol_coverage", "patrol_rounds"]
    assert {"in_time_closing", "closing", "filing", "in_time_filing", "rework", "satisfaction"} <= set(brought["cases"])


def test_the_page_of_the_matrices_is_up_to_date() -> None:
    """docs/data-matrix.md is what `linli data-matrix` prints; the example is no part of a deployment."""
    packages = [data_of(one) for one in (*described_areas(), *subsystems()) if one.code != "example"]
    assert (ROOT / "docs" / "data-matrix.md").read_text(encoding="utf-8") == matrices_page(packages)
