"""An address typed by hand, or kept since before something changed: whatever stands behind the question mark, a page answers with a page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.access.public import Role, create_user, grant_scope
from linli.core.configuration.public import tables
from linli.core.platform.public import SYSTEM
from tests.access_table import signed_in
from tests.city import CITY, PASSWORD, TestCity

ANSWERS = {200, 302, 400, 404, 422}
PAGES = (
    "queue", "cases", "map", "people", "units", "imports", "grid-board", "staffing", "settings", "setup", "configuration", "person-new", "home",
    "track", "start", "public-report",
)  # fmt: skip
QUERIES = (
    "page=-1", "page=99999999999999999999999999", "page=x&page=2", "sort=__class__", "sort=-password", "area=%27%20OR%201%3D1--", "area=..%2F..",
    "q=%00", "q=%F0%28%8C%28", "q=" + "长" * 2000, "on=2026-13-45", "on=0000-00-00", "past=2", "change=abc", "key=%00", "key=a~b~c",
    "state=%7B%7B7*7%7D%7D", "role[]=1&role=none", "unit=%2e%2e", "never=%3Cscript%3E", "from=9999-12-31&to=0001-01-01", "id=-0", "&&&=&=&a",
    "bbox=nan,inf,-inf,1e999", "category=matter:", "grid=%F0%9F%98%80",
)  # fmt: skip


@pytest.fixture
def client(city: TestCity) -> Client:
    """Somebody who may do everything everywhere, so that each page opens."""
    user = create_user(SYSTEM, username="root", display_name="R", unit=city.units["city_centre"], password=PASSWORD)
    for role in Role.objects.filter(retired_at__isnull=True):
        grant_scope(SYSTEM, user=user, role=role, area=city.areas[CITY])
    return signed_in(Client(), user)


def addresses() -> list[str]:
    return [reverse(name) for name in PAGES] + [
        reverse(name, args=[code])
        for code in tables()
        for name in ("configuration-table", "configuration-row", "configuration-edit")
    ]


def test_no_query_breaks_a_page(client: Client) -> None:
    for address in addresses():
        for query in QUERIES:
            answer = client.get(f"{address}?{query}")
            assert answer.status_code in ANSWERS, (address, query, answer.status_code)
            assert b"<script>alert" not in answer.content
