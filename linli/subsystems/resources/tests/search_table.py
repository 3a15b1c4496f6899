"""What the search finds of emergency resources."""

from __future__ import annotations

from linli.core.ledger.public import New, Said, add
from linli.core.platform.public import SYSTEM, local_today
from linli.subsystems.resources.ledger import RESOURCES
from tests.city import COMMUNITY, TestCity
from tests.search.table import Row


def boat(city: TestCity) -> str:
    new = New(city.areas[COMMUNITY].id, {"name": "橡皮冲锋舟", "kind": "flood", "store": "堤防仓库"}, "WZ-8801")
    add(SYSTEM, RESOURCES, new, Said("worker", local_today()))
    return "橡皮冲锋舟"


FOUND = {
    "ledger_resource": Row(boat, ("冲锋舟", "xpcf", "堤防仓库", "8801"), ("worker", "supervisor"), ("handler", "far_acceptance")),
}  # fmt: skip
