"""How many statements a page needs, kept in query_counts.json; the number stays the same while rows grow.

Set LINLI_WRITE_COUNTS=1 to write the file anew after a change that is meant.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.city import TestCity
from tests.web.staff import signed_in

FILE = Path(__file__).with_name("query_counts.json")
COUNTS: dict[str, int] = json.loads(FILE.read_text("utf-8"))
MOST = {"cases": 8, "queue": 8, "home": 12}


def address(name: str, case_id: int) -> str:
    given = {"case": [case_id], "map-cases": [11, 1678, 844]}  # the tile that holds the test city
    return reverse(name, args=given.get(name, []))


def statements(client: Client, url: str) -> int:
    client.get(url)  # What the process keeps in memory is loaded once, not per page.
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_a_page_needs_as_many_statements_as_written_down_however_many_rows(city: TestCity, name: str) -> None:
    case = city.bring_to("handling")
    client = signed_in(city, "dispatcher")
    few = statements(client, address(name, case.id))
    for number in range(12):
        city.report(grid=number % 3, words=f"第 {number} 处")
        city.do("dispatcher", case, "urge", note=f"第 {number} 次")
    many = statements(client, address(name, case.id))
    if os.environ.get("LINLI_WRITE_COUNTS"):
        FILE.write_text(
            json.dumps({**json.loads(FILE.read_text("utf-8")), name: many}, indent=2, sort_keys=True) + "\n", "utf-8"
        )
        return
    assert many == few == COUNTS[name]
    assert many <= MOST.get(name, 30)


def test_the_people_who_were_asked_to_look_cost_one_statement_however_often(city: TestCity) -> None:
    case = city.report()
    client = signed_in(city, "acceptance")

    def ask_and_look() -> None:
        city.do("acceptance", case, "send_to_confirm", checker_id=city.users["worker"].id)
        city.do("worker", case, "confirm", found=True)

    before = statements(client, address("case", case.id))
    ask_and_look()
    once = statements(client, address("case", case.id))
    for _time in range(4):
        ask_and_look()
    assert statements(client, address("case", case.id)) == once == before + 1
    assert client.get(address("case", case.id)).content.decode().count("派给Worker") == 5
