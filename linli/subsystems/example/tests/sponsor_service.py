"""What the example's service of people does, for test_full_example.py."""

from __future__ import annotations

import pytest

from linli.core.people.public import Item, begin_service, own_data
from linli.core.platform.public import SYSTEM, Refusal
from tests.city import COMMUNITY, TestCity


def lets_people_in_who_agreed(city: TestCity) -> None:
    """Nobody is in it without having agreed; who has, finds what is kept."""
    item, given = Item("bench", 7, city.areas[COMMUNITY].id), {"name": "王小明"}
    with pytest.raises(Refusal) as refused:
        begin_service(SYSTEM, service="sponsor", item=item, given=given)
    assert refused.value.code == "no_consent"
    person = begin_service(SYSTEM, service="sponsor", item=item, given=given, consent=("zh-hans", "counter"))
    assert [kept.values for kept in own_data(person)] == [given]
