"""What of the catalogue hangs on a unit: the routing rules that lead to it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count

from linli.core.catalogue.models import RoutingRule
from linli.core.platform.public import UnitHold


def _rules(unit_ids: Sequence[int]) -> dict[int, int]:
    rows = RoutingRule.objects.filter(unit_id__in=unit_ids, valid_to__isnull=True)
    return dict(rows.order_by().values_list("unit_id").annotate(Count("id")))


UNIT_HOLDS = (UnitHold(code="rule", titles={"zh-hans": "派遣规则", "en": "routing rules"}, count=_rules),)
