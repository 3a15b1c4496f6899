"""What docs/security.md says of the doors that need no account: those that open and no other, with the limits of the code."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from linli.demo.guide import demo_urls
from linli.web.api.public_reports import LIMITS
from tests.access_table import entries, routes, taken_back
from tests.city import TestCity

PAGE = Path(__file__).resolve().parents[2] / "docs" / "security.md"
DOORS = {
    "public-report": "/report/",
    "public-file": "/api/v1/public/files",
    "public-kinds": "/report/kinds/",
    "place": "/place/",
    "tracking": "/track/",
    "tracking-photo": "/track/…/photos/",
    "ogc": "/ogc/",
}


def rows() -> list[tuple[set[str], str]]:
    """The addresses of each row's first column, and the whole row."""
    part = PAGE.read_text(encoding="utf-8").partition("## What a stranger may cost")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [(set(re.findall(r"`(/[^`]*)`", line.split("|")[1])), line) for line in lines]


def named() -> set[str]:
    """Every address of the table's first column."""
    return set().union(*(paths for paths, _row in rows()))


def doors(city: TestCity) -> tuple[set[str], set[str]]:
    """The addresses of all routes, as a stranger finds them: those that open, and those that lead to sign-in or to nothing."""
    addresses = {name: "/" + re.sub(r"<[^>]*>", "…", pattern) for name, pattern, _view in routes()}
    opened: dict[str, bool] = dict.fromkeys(addresses.values(), False)
    for entry in entries(city):
        with taken_back():
            response = entry.ask(Client(raise_request_exception=False))
            if response.streaming:
                b"".join(response)  # type: ignore[arg-type]  # closes the file
            if entry.method == "GET" and response.status_code == 302 and not to_sign_in(response):
                response = Client().get(response.headers["Location"])  # where it leads is a door, or it is none
        opened[addresses[entry.route]] |= response.status_code not in (401, 403) and not to_sign_in(response)
    of_the_demo = {"/" + re.sub(r"<[^>]*>", "…", str(one.pattern)) for one in demo_urls}
    return {path for path, opens in opened.items() if opens} | of_the_demo, {
        path for path, opens in opened.items() if not opens
    }


def to_sign_in(response: HttpResponse) -> bool:
    return response.headers.get("Location", "").startswith(settings.LOGIN_URL)


def door_of(address: str, doors: set[str]) -> str:
    """The longest of the doors that an address begins with; the start page is a door to itself only."""
    return max(
        (one for one in doors if address == one or (one != "/" and address.startswith(one))), key=len, default=""
    )


@pytest.mark.slow
def test_the_table_names_what_opens_to_strangers_and_nothing_else(city: TestCity) -> None:
    opens, shut = doors(city)
    assert len(opens) > 20
    assert len(shut) > 100
    assert sorted(address for address in opens if not door_of(address, named())) == []
    assert sorted(named() - {door_of(address, named()) for address in opens} - {settings.STATIC_URL}) == []
    assert sorted(address for address in shut if door_of(address, named())) == []


def test_a_door_more_and_a_door_less_are_seen() -> None:
    doors = {"/", "/track/", "/track/…/photos/"}
    assert door_of("/track/…/photos/…", doors) == "/track/…/photos/"
    assert [door_of(one, doors) for one in ("/", "/track/…/rate/", "/cases/")] == ["/", "/track/", ""]


def test_the_limits_in_the_table_are_those_of_the_code() -> None:
    assert DOORS.keys() == LIMITS.keys()
    for bucket, door in DOORS.items():
        times, per = LIMITS[bucket]
        assert per == timedelta(minutes=10)
        told = [row for paths, row in rows() if door in paths]
        assert any(re.search(rf"\b{times}\b[^|;]* in ten minutes", row) for row in told), (bucket, told)
