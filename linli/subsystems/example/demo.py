"""What the example tells of itself in the demo city: one bench, asked to be repaired on the last morning."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from linli.core.access.public import Access, own_area
from linli.core.platform.public import DemoTown
from linli.subsystems.example.repair import ask_for_repair

PLACE = "小公园入口的长椅"


def ways(town: DemoTown) -> list[Iterator[datetime]]:
    """One way."""
    return [bench(town)]


def bench(town: DemoTown) -> Iterator[datetime]:
    """A worker asks for a bench to be repaired."""
    yield town.morning(town.end.date())
    worker: Access = town.people("grid_worker")[0]
    ask_for_repair(
        worker.actor("demo"),
        access=worker,
        uuid=town.uuid("example/bench"),
        area_id=own_area(worker),
        place=PLACE,
        note="座板断了",
    )
