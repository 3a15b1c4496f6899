"""Every route is asked by everybody: role × scope × own/other, from one table. A route without an entry fails."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import Resolver404, resolve

from tests.access_table import NOBODY, WHO, asked_by, entries, routes, session_of, taken_back
from tests.city import TestCity
from tests.flow.api_rows import routes_of
from tests.flow.contracts import contracts
from tests.ledger import contracts as of_ledgers
from tests.ledger.contract import routes_of as routes_of_ledger

# Routes of others that are tried by their own tests: name → why.
ELSEWHERE: dict[str, str] = {}


def test_every_route_has_an_entry(city: TestCity) -> None:
    of_flows = {
        name for contract in contracts().values() for name in routes_of(contract.flow)
    }  # each contract tries its own
    kept = {name for contract in of_ledgers.contracts().values() for name in routes_of_ledger(contract.ledger)}
    known = {entry.route for entry in entries(city)} | set(ELSEWHERE) | of_flows | kept
    found = {name for name, _address, _view in routes()}
    assert found, "no route was found, so nothing was looked at"
    assert sorted(found - known) == []


def test_every_entry_belongs_to_a_route(city: TestCity) -> None:
    found = {name for name, _address, _view in routes()}
    assert sorted({entry.route for entry in entries(city)} - found) == []


PARTS = 6  # some four thousand requests, shared out over the processes of a run


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_everybody_gets_what_the_table_says(city: TestCity, part: int) -> None:
    wrong = []
    asked = 0
    sessions = {who: session_of(city.users[who]) for who in WHO if who != NOBODY}
    for entry in entries(city)[part::PARTS]:
        for who in asked_by(entry):
            with taken_back():
                client = Client(raise_request_exception=False)
                if who != NOBODY:
                    client.cookies[settings.SESSION_COOKIE_NAME] = sessions[who]
                response = entry.ask(client)
                if response.streaming:
                    b"".join(response)  # type: ignore[arg-type]  # closes the file
                status = response.status_code
                asked += 1
            if status != entry.expected[who]:
                wrong.append(f"{entry.method} {entry.route} {entry.note} by {who}: {status}, not {entry.expected[who]}")
    assert asked > 0
    assert wrong == [], "\n" + "\n".join(wrong)


# A link of the page's own part: what stands in the frame around it is the menu, which has tests of its own.
_MAIN = re.compile(r"<main.*</main>", re.DOTALL)
_LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)')
_FILE = re.compile(r"/display/?$")  # the photos of the city of the tests have no bytes
SHARES = 2  # few, since each follows a link of its own pages anew
EACH_ROUTE = 4  # so many links to a route are followed for each person and share: a hundred rows of a list lead alike


def route_of(path: str) -> str:
    """The route that a path belongs to, or the path itself when it belongs to none."""
    try:
        return resolve(path).route
    except Resolver404:
        return path


@pytest.mark.slow
@pytest.mark.parametrize("part", range(SHARES))
def test_no_page_leads_to_a_closed_door(city: TestCity, part: int) -> None:
    """Whoever sees a link on a page may open what it leads to."""
    if connection.vendor == "postgresql":
        pytest.skip("Links do not depend on the database, and following them takes minutes.")
    closed, tried, leads = [], {who: set[str]() for who in WHO}, Counter[tuple[str, str]]()
    sessions = {who: session_of(city.users[who]) for who in WHO if who != NOBODY}
    for entry in [one for one in entries(city) if one.method == "GET"][part::SHARES]:
        for who in asked_by(entry):
            if entry.expected[who] != 200:
                continue
            with taken_back():
                client = Client(raise_request_exception=False)
                if who != NOBODY:
                    client.cookies[settings.SESSION_COOKIE_NAME] = sessions[who]
                response = entry.ask(client)
                page = "" if response.streaming else response.content.decode(errors="replace")
                if response.streaming:
                    b"".join(response)  # type: ignore[arg-type]  # closes the file
                for address in sorted({unescape(one) for one in _LINK.findall("".join(_MAIN.findall(page)))}):
                    path = address.partition("?")[0]
                    if path not in tried[who] and not _FILE.search(path):
                        tried[who].add(path)
                        leads[who, route_of(path)] += 1
                        if leads[who, route_of(path)] > EACH_ROUTE:
                            continue
                        answer = client.get(address)
                        if answer.streaming:
                            b"".join(answer)  # type: ignore[arg-type]
                        if answer.status_code in (403, 404):
                            closed.append(f"{entry.route} {entry.note} shows {who} {address}: {answer.status_code}")
    assert sum(map(len, tried.values())) > 0
    assert closed == [], "\n" + "\n".join(closed)
