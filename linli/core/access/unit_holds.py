"""What of access itself hangs on a unit: accounts, branches, rights over what it holds. Cases, rules and the rest say theirs in the plug."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q

from linli.core.access.models import Scope, Unit, User
from linli.core.platform.public import UnitHold, now


def _accounts(unit_ids: Sequence[int]) -> dict[int, int]:
    rows = User.objects.filter(unit_id__in=unit_ids, is_active=True)
    return dict(rows.order_by().values_list("unit_id").annotate(Count("id")))


def _branches(unit_ids: Sequence[int]) -> dict[int, int]:
    rows = Unit.objects.filter(parent_id__in=unit_ids, valid_to__isnull=True)
    return dict(rows.order_by().values_list("parent_id").annotate(Count("id")))


def _rights(unit_ids: Sequence[int]) -> dict[int, int]:
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gt=now())
    rows = Scope.objects.filter(in_force, unit_id__in=unit_ids, user__is_active=True)
    return dict(rows.order_by().values_list("unit_id").annotate(Count("id")))


UNIT_HOLDS = (
    UnitHold(code="account", titles={"zh-hans": "在用账号", "en": "accounts"}, count=_accounts),
    UnitHold(code="branch", titles={"zh-hans": "下级机构", "en": "branches"}, count=_branches),
    UnitHold(code="right", titles={"zh-hans": "对该机构事项的权限", "en": "rights over what it holds"}, count=_rights),
)
