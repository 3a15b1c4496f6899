"""Text from outside is read as a number, day or instant in one place; and odd cursors, numbers and days give no error 500."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

import linli
from linli.core.access.public import Role, grant_scope
from linli.core.platform.public import SYSTEM
from tests.access_table import signed_in
from tests.city import CITY, TestCity

PACKAGE = Path(linli.__file__).parent
# Where text does not come from a request (settings, codes of areas and grids, files), or only its digits are looked at.
NOT_FROM_A_REQUEST = {
    "config/environment.py", "core/cases/loop/numbers.py", "core/exchange/times.py", "core/cases/reading/matching.py", "core/grids/ground.py",
    "algorithms/provinces.py", "core/platform/serving/requests.py", "subsystems/division/publishing/plan.py", "subsystems/division/proposal/lineage.py",
    "subsystems/division/ground/survey.py", "core/grids/regular.py",
}  # fmt: skip
DIGITS, DAYS = {"isdigit", "isnumeric", "isdecimal"}, {"fromisoformat", "strptime"}
DOORS = (
    "core/*/pages/*.py",
    "core/*/pages.py",
    "core/*/selectors.py",
    "web/**/*.py",
    "subsystems/*/pages/*.py",
    "subsystems/*/selectors.py",
)


def calls(file: Path, names: set[str]) -> list[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = [one.func for one in ast.walk(tree) if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)]
    return [f"{file.relative_to(PACKAGE)}:{one.lineno} {one.attr}" for one in found if one.attr in names]


def test_digits_are_asked_for_in_one_place() -> None:
    files = [file for file in PACKAGE.rglob("*.py") if "tests" not in file.relative_to(PACKAGE).parts]
    files = [file for file in files if str(file.relative_to(PACKAGE)) not in NOT_FROM_A_REQUEST]
    assert [one for file in files for one in calls(file, DIGITS)] == []


def test_days_and_instants_of_requests_are_read_in_one_place() -> None:
    files = sorted({file for pattern in DOORS for file in PACKAGE.glob(pattern)})
    assert len(files) > 60
    assert [one for file in files for one in calls(file, DAYS)] == []


def test_the_check_finds_what_it_looks_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.house.test_outside_text.PACKAGE", tmp_path)
    (tmp_path / "a.py").write_text("if x.isdigit():\n    date.fromisoformat(x)\n", encoding="utf-8")
    assert calls(tmp_path / "a.py", DIGITS | DAYS) == ["a.py:1 isdigit", "a.py:2 fromisoformat"]


ODD = (
    "²", "１", "১", "1_0", "-1", "+1", "1e3", "9" * 19, "9" * 5000, "rest_²", "rest_" + "9" * 30, "_", "_1", "0001-01-01T00:00:00+14:00_1",
    "9999-12-31T23:59:59-14:00_1", "2026-11-21T00:00:00_1", "2026-11-21T00:00:00+08:00_²", "0001-01-01", "9999-12-31", "2026-W01-1", "\x00", "𝟙",
    "NaN", "inf", "½", "0x10", "٣", "\ud800", "null", "true", "[]",
)  # fmt: skip
READ = [
    ("cases", {}, ("cursor", "page", "state", "area", "category", "since", "until", "closed", "source", "unit", "grid", "words", "order", "box")),
    ("cases", {"order": "due"}, ("cursor",)),
    ("queue", {}, ("cursor", "case", "order")),
    ("people", {}, ("cursor", "q")),
    ("indicators", {}, ("first", "last", "area", "indicator")),
    ("map", {}, ("at", "state", "area", "since")),
    ("patrol:plans", {}, ("cursor",)),
    ("track", {}, ("number",)),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("route", "fixed", "keys"), READ, ids=lambda value: value if isinstance(value, str) else None)
def test_odd_cursors_numbers_and_days_in_an_address_give_no_error(
    city: TestCity, route: str, fixed: dict[str, str], keys: tuple[str, ...]
) -> None:
    everything = city.users["supervisor"]
    for role in Role.objects.filter(retired_at__isnull=True):
        grant_scope(SYSTEM, user=everything, role=role, area=city.areas[CITY])
    city.bring_to("filed")
    client = signed_in(Client(raise_request_exception=False), everything)
    for text in ODD:
        for asked in (keys[:1], keys) if len(keys) > 1 else (keys,):
            query = {**fixed, **dict.fromkeys(asked, text.encode("utf-8", "surrogatepass"))}
            status = client.get(reverse(route), query).status_code
            assert status < 500, (asked, text)
