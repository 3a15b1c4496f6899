"""What of the cases hangs on a unit: the open ones that it holds or handles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db.models import Count, Q

from linli.core.cases.models import OPEN_STATES, Case
from linli.core.platform.public import UnitHold


def _open_cases(unit_ids: Sequence[int]) -> Counter[int]:
    rows = Case.objects.filter(Q(unit_id__in=unit_ids) | Q(handling_unit_id__in=unit_ids), state__in=OPEN_STATES)
    found: Counter[int] = Counter()
    for unit_id, handling_unit_id, count in (
        rows.order_by().values_list("unit_id", "handling_unit_id").annotate(Count("id"))
    ):
        for one in {unit_id, handling_unit_id} & set(unit_ids):
            found[one] += count
    return found


UNIT_HOLDS = (UnitHold(code="case", titles={"zh-hans": "未结案卷", "en": "open cases"}, count=_open_cases),)
