"""What the ledger of the example brings with it, for test_full_example.py."""

from __future__ import annotations

from typing import Any

from django.test import Client

from linli.core.ledger.public import New, Said, add
from linli.core.platform.public import SYSTEM, local_today
from linli.subsystems.example.ledger import BENCH
from tests.access_table import signed_in
from tests.city import COMMUNITY, TestCity


def a_bench(city: TestCity) -> Any:
    """A bench in the ledger, in the community of the notes."""
    new = New(city.areas[COMMUNITY].id, {"name": "河边长椅", "seats": 3}, "B1", 115.005, 30.005)
    return add(SYSTEM, BENCH, new, Said("worker", local_today()))


def keeps_its_ledger(city: TestCity) -> None:
    """List, page, map and search of what it declares; the rest is tried by the tests that its ledger inherits."""
    bench = a_bench(city)
    client = signed_in(Client(), city.users["supervisor"])
    for page in ("/ledgers/bench/", f"/ledgers/bench/{bench.id}/", "/search/?q=河边长椅"):
        assert "河边长椅" in client.get(page).content.decode(), page
    assert 'href="/ledgers/bench/"' in client.get("/home/").content.decode()
    points = client.get("/map/layers/ledger_bench/", {"box": "115,30,115.01,30.01"}).json()["features"]
    assert [point["properties"]["title"] for point in points] == ["河边长椅"]
