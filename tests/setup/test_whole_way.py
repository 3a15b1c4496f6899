"""From an empty database to a closed case with files alone: the example files that the project carries, and nothing of the demo's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from linli.config.cli import linli
from linli.core.access.public import Access, Unit, User, access_of, sync_roles, unit_tree
from linli.core.cases.public import Case, Given, act, parse_report, report_case
from linli.core.catalogue.public import catalogue, set_up_catalogue
from linli.core.exchange.public import ImportRun
from linli.core.grids.public import Grid
from linli.core.platform.public import StoredFile, insert_rows, now, verify
from linli.core.staff.public import worker_of


def run(*arguments: str) -> Result:
    return CliRunner().invoke(linli, [*arguments, "--language", "zh-hans"], catch_exceptions=False)


def typed(*arguments: str) -> str:
    """What a command says that must go well."""
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    return done.output


def who(username: str) -> Access:
    found = access_of(User.objects.get(username=username).id)
    assert found is not None
    return found[0]


def do(username: str, case: Case, action: str, **given: Any) -> Case:
    access = who(username)
    return act(access.actor(), case.id, action, Given(**given), uuid=uuid4(), access=access)


def photo(role: str) -> dict[str, Any]:
    row = {
        "sha256": uuid4().hex * 2,
        "kind": "photo",
        "media_type": "image/jpeg",
        "size_bytes": 1,
        "received_at": now(),
    }
    return {"role": role, "stored_file_id": insert_rows(StoredFile, [row])[0]}


@pytest.mark.django_db
def test_a_city_set_up_with_files_alone_reports_dispatches_handles_verifies_and_closes(tmp_path: Path) -> None:
    sync_roles()
    set_up_catalogue()
    files = tmp_path / "files"
    written = typed("setup", "--examples", str(files))
    assert {one.name for one in files.iterdir()} == {Path(line).name for line in written.splitlines()}

    empty = run("setup")
    assert empty.exit_code == 1
    assert "还没有区划" in empty.output
    assert "linli areas import areas.csv" in empty.output

    typed("areas", "import", str(files / "areas.csv"))
    typed("users", "add-administrator", "boss", "--name", "市中心", "--password", "long-enough-for-a-try")
    assert "没有处置案卷的部门" in run("setup").output
    before = Unit.objects.count()
    typed("import", "units", str(files / "units.csv"), "--dry-run")
    assert Unit.objects.count() == before
    typed("import", "units", str(files / "units.csv"))
    assert unit_tree().by_code["hd-cleaning"].parent_id == unit_tree().by_code["hd-city-services"].id
    assert "无人受理" in run("setup").output
    typed("import", "people", str(files / "people.csv"))
    typed("grids", "import", str(files / "grids.geojson"))
    assert "北苑社区：2 个网格缺网格员" in run("setup").output
    typed("import", "grid-staff", str(files / "grid-staff.csv"))
    ready = run("setup")
    assert ready.exit_code == 0, ready.output
    assert "缺网格员" not in ready.output

    links = typed("users", "link")
    assert all(f"{name}\t" in links and "/password/new/" in links for name in ("lin.xiao", "gao.yuan"))

    worker, cleaning = who("lin.xiao"), unit_tree().by_code["hd-cleaning"].id
    category = catalogue().search("暴露垃圾")[0]
    assert worker_of(Grid.objects.get(code="BY-01").id) == worker.user_id
    columns: dict[str, Any] = {"description": "路口有垃圾", "lon": 116.1025, "lat": 31.0025, "category_id": category.id}
    case = report_case(worker.actor(), parse_report(uuid=uuid4(), source="grid_worker", **columns))[0]
    assert case.worker_id == worker.user_id
    do("zheng.min", case, "file", category_id=category.id)
    do("he.yuan", case, "dispatch", unit_id=cleaning)
    do("gao.yuan", case, "accept")
    do("gao.yuan", case, "hand_over", note="已清理", files=(photo("proof"),))
    do("song.jie", case, "send_to_verify")
    do("lin.xiao", case, "verify_pass")
    closed = do("song.jie", case, "close")
    assert closed.state == "closed"
    assert verify() == []

    people = ImportRun.objects.get(code="people").id
    undone = run("import", "--undo", str(people))  # the staff list, of which nobody has signed in
    assert undone.exit_code == 0, undone.output
    assert not User.objects.get(username="gao.yuan").is_active


@pytest.mark.django_db
def test_the_doctor_says_in_one_code_whether_anything_stands_still(tmp_path: Path) -> None:
    sync_roles()
    set_up_catalogue()
    found = run("doctor", "--json", "--seconds", "600")
    told = json.loads(found.output)
    assert (found.exit_code, told["code"]) == (2, 2)
    assert any(one["check"] == "areas" and one["grave"] for one in told["findings"])
    words = run("doctor", "--seconds", "600").output
    assert "还没有区划" in words
    assert "备份" in words
    assert [one["check"] for one in json.loads(run("doctor", "--json", "--seconds", "1").output)["findings"]]
