"""A deadline behind public holidays that nobody has announced is marked wherever it is shown, and no other one is."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from linli.algorithms.tracking import grouped
from linli.core.cases.public import Case
from linli.core.platform.public import clock_at
from tests.city import TestCity
from tests.web.staff import signed_in

# A Friday evening before Qingming 2027, whose days off are not announced, and one in a year that is.
UNKNOWN, KNOWN = datetime(2027, 4, 2, 10, 0, tzinfo=UTC), datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def shown(client: Client, address: str, block: str) -> str:
    """What a part of a page shows, without its tags: a title that appears under the mouse alone does not count."""
    page = client.get(address).content.decode()
    found = re.search(block, page, re.S)
    assert found is not None, address
    return unescape(re.sub(r"<[^>]*>", " ", found[0]))


def places(city: TestCity, case: Case) -> dict[str, str]:
    """The words of each place that tells when the case is due."""
    desk = signed_in(city, "acceptance")
    page, clocks = reverse("case", args=[case.id]), r'<section [^>]*aria-labelledby="clocks-title".*?</section>'
    return {
        **{name: shown(desk, reverse(name), r"<tr.*?row-link.*?</tr>") for name in ("home", "queue", "cases")},
        "case, head": shown(desk, page, r'<div class="card__head case-head">.*?</div>'),
        "case, clocks": shown(desk, page, clocks),
        "print": shown(desk, reverse("case-print", args=[case.id]), r'<dl class="facts">.*?</dl>'),
    }


@pytest.mark.parametrize(("reported", "moves"), [(UNKNOWN, True), (KNOWN, False)])
@pytest.mark.parametrize("state", ["reported", "handling"])
def test_a_deadline_that_may_still_move_says_so_in_every_place(
    city: TestCity, state: str, reported: datetime, moves: bool
) -> None:
    with clock_at(reported):
        case = city.bring_to(state)
        assert case.due_provisional is moves
        said = places(city, case) if state == "reported" else {}
        track = shown(Client(), reverse("track-case", args=[grouped(case.tracking)]), "<main.*</main>")
    assert {place: "暂定" in words for place, words in said.items()} == dict.fromkeys(said, moves)
    assert ("公布" in track) is moves
