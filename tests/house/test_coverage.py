"""docs/coverage.md says where a function is found: every place that it names is walked, and it is what the packages say."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from django.http import HttpResponse
from django.test import Client

from linli.config.cli import linli
from linli.config.coverage import address_of, coverage_page, places
from linli.config.functions import FUNCTIONS, GROUPS
from linli.core.platform.public import Cover, brought
from tests.access_table import NOBODY, Entry, entries, signed_in, taken_back
from tests.city import TestCity
from tests.ledger.contract import rows_of_ledger
from tests.ledger.contracts import contracts

from .walk import ROOT

COVERS = [one for package, one in brought(Cover) if package.code != "example"]
PAGE = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")


def test_the_page_is_what_the_packages_say() -> None:
    assert coverage_page(COVERS) == PAGE, "Run `linli coverage --write docs/coverage.md`."


def test_every_function_stands_once_and_its_number_is_one_of_the_requirements() -> None:
    assert len(FUNCTIONS) == sum(len(group.functions) for group in GROUPS) > 80
    assert all(re.fullmatch(r"R-[GCFPRSTAXV]\d{1,2}[a-e]?", code) for code in FUNCTIONS)
    for letter, count in {"G": 10, "C": 12, "F": 6, "P": 7, "R": 8, "S": 5, "T": 5, "A": 7, "X": 8, "V": 3}.items():
        numbers = {int(re.sub(r"\D", "", code)) for code in FUNCTIONS if code.startswith(f"R-{letter}")}
        assert numbers == set(range(1, count + 1)), letter


def asked(entry: Entry, city: TestCity) -> list[tuple[int, HttpResponse]]:
    """What somebody gets who may, by the access table: one of the staff, else nobody. Whoever is told that a form lacks something, or that
    it is not the time, may."""
    answers = []
    for who, status in sorted(entry.expected.items(), key=lambda pair: pair[0] == NOBODY):
        if status < 400 or status in (409, 422):
            with taken_back():
                client = Client()
                response = entry.ask(client if who == NOBODY else signed_in(client, city.users[who]))
                if response.streaming:
                    b"".join(response)  # type: ignore[arg-type]  # closes the file
                answers.append((status, response))
            break
    return answers


@pytest.mark.slow
def test_every_page_that_is_named_answers_somebody_who_may(city: TestCity) -> None:
    table = [*entries(city), *(row for one in contracts().values() for row in rows_of_ledger(city, one))]
    names = sorted({name for cover in COVERS for name in cover.pages})
    assert len(names) > 30
    wrong = []
    for name in names:
        answers = [answer for entry in table if entry.route == name for answer in asked(entry, city)]
        wrong += [
            f"{name} answers {response.status_code} where the access table says {status}"
            for status, response in answers
            if response.status_code != status
        ]
        if all(response.headers.get("Location", "").startswith("/sign-in/") for _status, response in answers):
            wrong.append(f"{name} opens to nobody of the city")
    assert wrong == []


@pytest.mark.parametrize("words", sorted({command for cover in COVERS for command in cover.commands}))
def test_every_command_that_is_named_tells_what_it_does(words: str) -> None:
    told = CliRunner().invoke(linli, [*words.split(), "--help"])
    assert told.exit_code == 0, told.output
    assert f"linli {words} " in told.output.replace("\n", " ") + " "


def test_every_route_of_the_api_that_is_named_stands_in_its_description() -> None:
    paths = {re.sub(r"\{[^}]*\}", "…", path) for path in Client().get("/api/v1/openapi.json").json()["paths"]}
    named = {address_of(name) for cover in COVERS for name in cover.routes}
    assert len(named) > 15
    assert named - paths == set()


def test_a_place_or_a_function_that_does_not_exist_is_refused() -> None:
    with pytest.raises(LookupError, match="No page or route 'nowhere'"):
        places(Cover(function="R-G1a", pages=("nowhere",)))
    with pytest.raises(LookupError, match="No function 'R-Q1'"):
        coverage_page([Cover(function="R-Q1", commands=("calendar year",))])


def test_what_nobody_covers_is_said_to_be_missing_and_what_lacks_is_told() -> None:
    page = coverage_page([Cover(function="R-G1a", commands=("areas import",), lacks="No villages.")])
    assert "| `linli areas import`. In part: No villages. |" in page
    assert f"0 are there, 1 in part, {len(FUNCTIONS) - 1} not yet" in page
