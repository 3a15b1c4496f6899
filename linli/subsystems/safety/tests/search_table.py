"""What the search finds of safety."""

from __future__ import annotations

from linli.subsystems.safety.tests.inspected import plan_of as inspection_plan_of
from linli.subsystems.safety.tests.test_files import entry_of
from linli.subsystems.safety.tests.test_hazard import hazard_of
from linli.subsystems.safety.tests.test_plans import plan_of
from tests.city import COMMUNITY
from tests.search.table import Row

FOUND = {
    "hazards": Row(lambda city: hazard_of(city).title, ("消防通道", "xftd", "东门"), ("worker", "leader"), ("other_worker", "handler")),
    "safety_files": Row(lambda city: str(entry_of(city, title="干粉灭火器")), ("干粉", "gfmhq"), ("worker", "leader"), ("other_worker", "handler")),
    "emergency_plans": Row(lambda city: plan_of(city, title="防汛预案").title, ("防汛", "fxya", "先呼救"), ("worker", "leader"), ("other_worker", "handler")),
    "inspection_plans": Row(
        lambda city: inspection_plan_of(city.access["supervisor"], city, area=COMMUNITY).title, ("四季度", "sjdx"),
        ("worker", "leader"), ("other_worker", "handler"),
    ),
}  # fmt: skip
