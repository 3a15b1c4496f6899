"""Descriptors: who may register when, what is refused, and the two create/use matrices."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from linli.config.apps import refuse_clashing_commands
from linli.core.access import roles
from linli.core.platform.plug import register as room
from linli.core.platform.plug.tables import ModuleData, PackageData, data_of
from linli.core.platform.public import (
    SYSTEM,
    CategoryPlan,
    MenuEntry,
    Package,
    RolePlan,
    Setting,
    Subject,
    Subscriber,
    Subsystem,
    Tile,
    check_descriptors,
    data_matrices,
    department_commands,
    described_areas,
    flow_parts,
    ledger_parts,
    matrix_findings,
    menu_entries,
    permissions,
    register,
    register_area,
    subsystems,
    title_in,
    write,
)

ROOT = Path(__file__).resolve().parents[2]
TITLES = {"zh-hans": "喂鸟", "en": "Feeding birds"}
CATEGORY = CategoryPlan(
    kind="matter",
    code="B01",
    titles=TITLES,
    filing_condition=TITLES,
    closing_condition=TITLES,
    limit=2,
    unit="work_day",
)
TILE = Tile(code="birds", titles=TITLES, permission="birds.feed", url_name="birds", count=lambda access: 1)
SEEDS = Setting(code="birds.seeds", titles=TITLES, explained=TITLES, default=3, least=1, most=5)
BIRDS = Subsystem(
    code="birds",
    titles=TITLES,
    permissions=("birds.feed",),
    events=("birds.fed",),
    roles=(RolePlan(code="feeder", titles=TITLES, permissions=("birds.feed",)),),
    categories=(CATEGORY,),
    menu=(
        MenuEntry(titles=TITLES, url_name="birds", permission="birds.feed", icon="feather", section="work", order=5),
    ),
)


@pytest.fixture
def before_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """As while Django starts: nothing registered, apps not ready."""
    monkeypatch.setattr(room, "_register", room._Register())
    monkeypatch.setattr(room, "apps", SimpleNamespace(ready=False))


def test_a_package_registers_by_its_descriptor_alone(tmp_path: Path) -> None:
    package = tmp_path / "birds"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "descriptor.py").write_text(
        "from linli.core.platform.public import Subsystem, register\n"
        "register(Subsystem(code='birds', titles={'zh-hans': '喂鸟', 'en': 'Feeding birds'}))\n",
        encoding="utf-8",
    )
    program = (
        "import django; from django.conf import settings; settings.INSTALLED_APPS.append('birds'); django.setup(); "
        "from linli.core.platform.public import subsystems; print([one.code for one in subsystems()])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])}
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    assert "'birds'" in ended.stdout


def test_registration_after_the_start_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="after the start"):
        register(BIRDS)
    assert "birds" not in {one.code for one in subsystems()}


def test_a_code_belongs_to_one_package(before_start: None) -> None:
    register(BIRDS)
    with pytest.raises(ImproperlyConfigured, match="Two packages"):
        register(BIRDS)
    with pytest.raises(ImproperlyConfigured, match="Two packages"):
        register_area(Package(code="birds", titles=TITLES))
    assert [entry.url_name for entry in menu_entries()] == ["birds"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"titles": {"zh-hans": "喂鸟"}}, "'en' is missing"),
        ({"categories": (CATEGORY, CATEGORY)}, "'matter B01' twice"),
        ({"categories": (replace(CATEGORY, limit=0),)}, "limit above zero"),
        ({"categories": (replace(CATEGORY, closing_condition={"en": "x", "zh-hans": " "}),)}, "'zh-hans' is missing"),
        ({"roles": BIRDS.roles * 2}, "'feeder' twice"),
        ({"permissions": BIRDS.permissions * 2}, "'birds.feed' twice"),
        ({"menu": (replace(BIRDS.menu[0], section="birds"),)}, "section 'birds', which the menu does not have"),
        ({"roles": (replace(BIRDS.roles[0], sections=("work",)),)}, "each section of the menu"),
        ({"tiles": (TILE, TILE)}, "the tile 'birds' twice"),
        ({"tiles": (replace(TILE, titles={"zh-hans": "鸟"}),)}, "the tile 'birds': the title in 'en' is missing"),
        ({"settings": (replace(SEEDS, default=9),)}, "a default that it does not allow"),
        ({"settings": (replace(SEEDS, unit={"en": "g"}),)}, "the title in 'zh-hans' is missing"),
        ({"settings": (replace(SEEDS, default="a", choices={"a": {"en": "A"}}),)}, "the title in 'zh-hans' is missing"),
    ],
)
def test_a_descriptor_that_cannot_be_meant_is_refused(before_start: None, change: dict[str, Any], words: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=words):
        register(replace(BIRDS, **change))
    assert subsystems() == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"permissions": ("birds.feed",)}, "the permission 'birds.feed', which 'birds' brings already"),
        ({"tiles": (TILE,)}, "the tile 'birds', which 'birds' brings already"),
        ({"settings": (SEEDS,)}, "the setting 'birds.seeds', which 'birds' brings already"),
        ({"events": ("birds.fed",)}, "the event 'birds.fed', which 'birds' brings already"),
        ({"commands": {"feed": "nests.commands.feed"}}, "the command 'feed', which 'birds' brings already"),
    ],
)
def test_what_two_packages_bring_is_refused(before_start: None, change: dict[str, Any], words: str) -> None:
    register(replace(BIRDS, commands={"feed": "birds.commands.feed"}, tiles=(TILE,), settings=(SEEDS,)))
    with pytest.raises(ImproperlyConfigured, match=words):
        register(Subsystem(code="nests", titles=TITLES, **change))
    assert department_commands() == {"feed": "birds.commands.feed"}


def test_a_command_that_the_core_has_is_refused(before_start: None) -> None:
    register(BIRDS)
    refuse_clashing_commands()
    register(Subsystem(code="nests", titles=TITLES, commands={"backup": "nests.commands.backup"}))
    with pytest.raises(ImproperlyConfigured, match="the command 'backup', which the core has"):
        refuse_clashing_commands()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"menu": (replace(BIRDS.menu[0], permission="birds.fede"),)}, "the menu entry 'birds' names the permission 'birds.fede'"),
        ({"tiles": (replace(TILE, permission="birds.fede"),)}, "the tile 'birds' names the permission 'birds.fede'"),
        ({"roles": (replace(BIRDS.roles[0], permissions=("case.veiw",)),)}, "the role 'feeder' names the permission 'case.veiw'"),
        ({"adds": {"grid_worker": ("birds.count",)}}, "what it adds to 'grid_worker' names the permission 'birds.count'"),
        ({"subscribers": (Subscriber(event="birds.flown", name="x", handler="x.y"),)}, "'birds.flown', which nobody emits"),
    ],
)  # fmt: skip
def test_what_nobody_brings_is_refused_at_the_start(before_start: None, change: dict[str, Any], words: str) -> None:
    register(replace(BIRDS, **change))
    with pytest.raises(ImproperlyConfigured, match=words):
        check_descriptors()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "more_birds", "permissions": (), "events": (), "menu": ()}, "brings the role 'feeder', which 'birds' brings"),
        ({"code": "more_birds", "permissions": (), "events": (), "menu": (), "roles": (), "adds": {"fedeer": ("birds.feed",)}},
         "adds to the role 'fedeer', which nobody brings"),
    ],
)  # fmt: skip
def test_a_role_is_brought_once_and_widened_only_where_it_is(
    before_start: None, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], words: str
) -> None:
    monkeypatch.setattr(roles, "CORE_ROLES", ())
    register(BIRDS)
    register(replace(BIRDS, **change))
    with pytest.raises(ImproperlyConfigured, match=words):
        roles.role_plans.__wrapped__()


def test_two_subsystems_may_widen_one_role(before_start: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "CORE_ROLES", ())
    register(BIRDS)
    for code in ("seeds", "water"):
        plan = Subsystem(code=code, titles=TITLES, permissions=(f"{code}.bring",), adds={"feeder": (f"{code}.bring",)})
        register(plan)
    assert roles.role_plans.__wrapped__()["feeder"][0].permissions == ("birds.feed", "seeds.bring", "water.bring")


@pytest.mark.django_db
def test_an_event_that_nobody_declares_is_not_emitted() -> None:
    with pytest.raises(LookupError, match=r"birds\.flown"), write(SYSTEM) as work:
        work.emit("birds.flown", "bird", 1, {})


def test_every_permission_opens_something() -> None:
    """Each stands somewhere in the code that asks, or is that of a step of a flow or of an action of a ledger; a role then gives it."""
    sources = [
        path.read_text(encoding="utf-8")
        for path in (ROOT / "linli").rglob("*.py")
        if path.name not in ("descriptor.py", "roles.py") and not {"migrations", "tests"} & set(path.parts)
    ]
    asked = {code for source in sources for code in re.findall(r'"([a-z_]+\.[a-z_]+)"', source)}
    asked |= {code for flow in flow_parts() for code in flow.permission_codes}
    asked |= {code for one in ledger_parts() for code in one.permission_codes}
    held = {code for plan, _origin in roles.role_plans().values() for code in plan.permissions}
    assert sorted(set(permissions()) - asked) == [], "nobody asks for these"
    assert sorted(set(permissions()) - held) == [], "nobody holds these"


def test_titles_follow_the_language() -> None:
    assert title_in(TITLES, "en") == "Feeding birds"
    assert title_in(TITLES, "fr") == "喂鸟"


NESTS = PackageData(
    code="nests",
    titles={"zh-hans": "鸟巢", "en": "Nests"},
    subjects=(
        Subject(code="nest", titles={"zh-hans": "巢", "en": "nest"}, tables=("platform_job", "platform_message")),
    ),
    modules=(
        ModuleData(module="nests.build", creates=frozenset({"platform_job"}), uses=frozenset({"platform_claim"})),
        ModuleData(module="nests.find", creates=frozenset({"platform_message"})),
    ),
)
FEED = PackageData(
    code="birds", titles=BIRDS.titles, uses=frozenset({"platform_job"}), creates=frozenset({"platform_claim"})
)


def test_both_matrices_come_out_of_the_descriptors() -> None:
    by_subject, by_table = data_matrices([NESTS, FEED])
    assert by_subject.columns == ("巢", "platform_claim")
    assert by_subject.rows == ("鸟巢", "喂鸟")
    assert by_subject.cells == (("C", "U"), ("U", "C"))
    assert by_table.columns == ("platform_claim", "platform_job", "platform_message")
    assert dict(zip(by_table.rows, by_table.cells, strict=True)) == {
        "nests.build": ("U", "C", ""),
        "nests.find": ("", "", "C"),
        "birds": ("C", "U", ""),
    }
    assert by_table.as_markdown().splitlines()[4] == "| nests.build | U | C |  |"
    assert by_table.as_csv().splitlines()[0] == ",platform_claim,platform_job,platform_message"


def test_what_is_said_of_the_tables_is_checked_against_them() -> None:
    wrong = PackageData(
        code="wrong", titles=TITLES, creates=frozenset({"platform_job", "no_such_table"}), uses=frozenset({"neither"}),
        subjects=(Subject(code="claim", titles=TITLES, tables=("platform_claim",)),),
    )  # fmt: skip
    found = {(finding.grave, finding.sentence) for finding in matrix_findings([NESTS, wrong])}
    assert (True, "wrong names the table no_such_table, which does not exist.") in found
    assert (True, "wrong names the table neither, which does not exist.") in found
    assert (True, "wrong has the subject claim over platform_claim, which it does not create.") in found
    assert (False, "platform_job has more than one creator: nests, wrong.") in found
    assert (False, "Nobody says that they create platform_claim.") in found
    assert not any("platform_message" in sentence for _grave, sentence in found)


def test_a_package_creates_the_tables_of_its_models_and_uses_what_they_point_at() -> None:
    staff = data_of(next(one for one in described_areas() if one.code == "staff"))
    assert staff.created() == {"staff_gridassignment", "staff_following", "staff_stafffile"}
    assert {"access_user", "grids_grid"} <= staff.used()


def test_the_installed_packages_name_no_table_that_does_not_exist_and_none_twice() -> None:
    assert [finding.sentence for finding in matrix_findings()] == []
