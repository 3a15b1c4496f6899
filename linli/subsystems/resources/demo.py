"""What is kept ready for emergencies in the demo city; half of it was counted long ago, one thing ends soon. Numbers and names are made up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from linli.core.access.public import own_area
from linli.core.ledger.public import New, Said, add
from linli.core.platform.public import DemoTown, local_today
from linli.subsystems.resources.ledger import RESOURCES

COUNTED = 190  # days: an amount is good for 180
# What, what for, how many, counted in, where, who keeps it, the days until it ends.
STORES = (
    ("编织袋", "flood", "2000", "只", "社区服务站库房", "周建华", None),
    ("抽水泵", "flood", "4", "台", "街道防汛仓库", "吴秀兰", None),
    ("灭火器", "fire", "36", "具", "微型消防站", "郑国强", 25),
    ("急救箱", "medical", "12", "个", "社区服务站", "冯丽", 400),
    ("折叠床", "shelter", "80", "张", "街道防汛仓库", "吴秀兰", None),
    ("应急照明灯", "light", "15", "盏", "社区服务站库房", "周建华", None),
)


def ways(town: DemoTown) -> list[Iterator[datetime]]:
    """One way."""
    return [stores(town)]


def stores(town: DemoTown) -> Iterator[datetime]:
    """A supervisor writes down what there is."""
    yield town.ago(20)
    keeper, workers = town.people("supervisor")[0], town.people("grid_worker")
    for number, (name, kind, amount, unit, store, who, days) in enumerate(STORES):
        values = {
            "name": name, "kind": kind, "amount": Decimal(amount), "unit": unit, "store": store, "keeper": who,
            "phone": f"1390000{300 + number:04d}", "usable_until": None if days is None else town.end.date() + timedelta(days=days),
        }  # fmt: skip
        counted = local_today() - timedelta(days=COUNTED if number % 2 else 30)
        new = New(own_area(workers[number * 3 % len(workers)]), values, f"YJ{number + 1:03d}")
        add(keeper.actor("demo"), RESOURCES, new, Said("department", counted))
