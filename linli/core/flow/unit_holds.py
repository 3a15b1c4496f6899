"""What of the small flows hangs on a unit: the items that it holds and that have not ended. Cases say theirs themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db.models import Count

from linli.core.flow.models import SmallItem
from linli.core.flow.register import flows
from linli.core.platform.public import UnitHold


def _open_items(unit_ids: Sequence[int]) -> Counter[int]:
    found: Counter[int] = Counter()
    for model in {flow.model for flow in flows().values()}:
        if issubclass(model, SmallItem) and "unit_id" in model.unit_columns:
            rows = model._default_manager.filter(unit_id__in=unit_ids, ended_at__isnull=True)
            found.update(dict(rows.order_by().values_list("unit_id").annotate(Count("id"))))
    return found


UNIT_HOLDS = (UnitHold(code="item", titles={"zh-hans": "未办结事项", "en": "open items"}, count=_open_items),)
