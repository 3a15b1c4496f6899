"""What the search finds of benches."""

from __future__ import annotations

from linli.subsystems.example.tests.bench_ledger import a_bench
from linli.subsystems.example.tests.test_full_example import noted
from tests.city import TestCity
from tests.search.table import Row


def bench(_city: TestCity) -> str:
    noted()
    return "河边第三张长椅"


def kept(city: TestCity) -> str:
    a_bench(city)
    return "河边长椅"


FOUND = {
    "benches": Row(bench, ("第三张", "长椅", "hbds"), ("supervisor",), ("handler", "far_acceptance")),
    "ledger_bench": Row(kept, ("河边", "hbcy"), ("supervisor",), ("handler", "far_acceptance")),
}
