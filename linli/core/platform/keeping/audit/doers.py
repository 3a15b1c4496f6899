"""Who did what to one subject, read from the audit records, for pages that help people to judge. verify.py next door judges the chain."""

from __future__ import annotations

from collections.abc import Iterable

from linli.core.platform.models import AuditRecord


def who_did(actions: Iterable[str], subject_kind: str, subject_ids: Iterable[int]) -> set[tuple[int, int]]:
    """Which user did one of these actions to which subject, as (subject, user). One statement, by index; none for no ids."""
    wanted = {str(one) for one in subject_ids}
    if not wanted:
        return set()
    rows = AuditRecord.objects.filter(
        subject_kind=subject_kind, subject_id__in=wanted, action__in=tuple(actions), actor_kind="user"
    )
    found = rows.order_by().values_list("subject_id", "actor_id").distinct()
    return {(int(subject), actor) for subject, actor in found if actor is not None}
