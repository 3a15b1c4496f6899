"""Every route is asked by everybody: role × scope × own/other, from one table. A route without an entry fails."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.access_table import NOBODY, WHO, entries, routes, signed_in, taken_back
from tests.city import TestCity

# Routes of others that are tried by their own tests: name → why.
ELSEWHERE: dict[str, str] = {}


def test_every_route_has_an_entry(city: TestCity) -> None:
    known = {entry.route for entry in entries(city)} | set(ELSEWHERE)
    found = {name for name, _address, _view in routes()}
    assert found, "no route was found, so nothing was looked at"
    assert sorted(found - known) == []


def test_every_entry_belongs_to_a_route(city: TestCity) -> None:
    found = {name for name, _address, _view in routes()}
    assert sorted({entry.route for entry in entries(city)} - found) == []


@pytest.mark.slow
def test_everybody_gets_what_the_table_says(city: TestCity) -> None:
    wrong = []
    asked = 0
    for entry in entries(city):
        for who in WHO:
            with taken_back():
                client = Client(raise_request_exception=False)
                if who != NOBODY:
                    signed_in(client, city.users[who])
                response = entry.ask(client)
                if response.streaming:
                    b"".join(response)  # type: ignore[arg-type]  # closes the file
                status = response.status_code
                asked += 1
            if status != entry.expected[who]:
                wrong.append(f"{entry.method} {entry.route} {entry.note} by {who}: {status}, not {entry.expected[who]}")
    assert asked > 0
    assert wrong == [], "\n" + "\n".join(wrong)
