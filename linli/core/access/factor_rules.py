"""Who must have a second factor: rules by role, from a day on, with days of grace. The page of settings is made of it (accounts).

second_factor.py next to it keeps the factors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet

from linli.algorithms.timelines import Kept, Span, Steps
from linli.core.access.models import FactorRule, Passkey, Role, Scope, TotpSecret, User
from linli.core.access.selectors import Access
from linli.core.platform.public import DatedRows, Versioned, Work, bump, in_force, next_change, now

FACTOR_RULE_KEY = ("role",)


class Rule(NamedTuple):
    """A role needs a second factor since an instant, without a gap; whoever holds it has so many days."""

    since: datetime
    grace_days: int

    def due_at(self, held_since: datetime) -> datetime:
        """When the days of somebody are over who holds the role since an instant."""
        return max(self.since, held_since) + timedelta(days=self.grace_days)


def _rows() -> Iterable[Kept]:
    columns = ("id", "valid_from", "valid_to", "role__code", "grace_days")
    for id_, begins, ends, role, days in FactorRule.objects.order_by("valid_from", "id").values_list(*columns):
        yield Kept(id_, begins, ends, {"role": role, "grace_days": days})


def _insert(spans: Sequence[Span]) -> None:
    roles = dict(Role.objects.values_list("code", "id"))
    FactorRule.objects.bulk_create(
        FactorRule(
            role_id=roles[one.values["role"]],
            grace_days=one.values["grace_days"],
            valid_from=one.begins,
            valid_to=one.ends,
        )
        for one in spans
    )


FACTOR_RULE_ROWS = DatedRows(
    FactorRule, FACTOR_RULE_KEY, _rows, _insert, lambda ids: FactorRule.objects.filter(id__in=ids).delete()
)


def keep_factor_rules(work: Work, wanted: Mapping[str, Steps]) -> None:
    """Makes the rules of these roles say these timelines."""
    if FACTOR_RULE_ROWS.keep(wanted):
        work.stands(FactorRule)
        bump("factor_rules")


def _load() -> dict[str, Rule]:
    found, instant = {}, now()
    for role, steps in FACTOR_RULE_ROWS.timelines().items():
        begun = [step for step in steps if step.begins <= instant]
        if not begun or begun[-1].values is None:
            continue
        since = begun[-1].begins
        for step in reversed(begun):  # other days of grace do not let the time begin anew
            if step.values is None:
                break
            since = step.begins
        found[role] = Rule(since, begun[-1].values["grace_days"])
    return found


_rules = Versioned(_load, "factor_rules", until=lambda: next_change((FactorRule,), now()))


def factor_due_at(access: Access) -> datetime | None:
    """Until when somebody without a second factor may go on without; None for who has one or needs none.

    One statement for somebody of a role with a rule, none for everybody else.
    """
    rules = _rules.get()
    if access.has_second_factor or not any(grant.role in rules for grant in access.grants):
        return None
    held = in_force(Scope.objects.filter(user_id=access.user_id, role__code__in=rules), now())
    rows = held.values_list("role__code", "valid_from")
    return min((rules[role].due_at(since) for role, since in rows), default=None)


def overdue(access: Access) -> bool:
    """Whether the days of grace are over: this person sets up a second factor and does nothing else before."""
    due = factor_due_at(access)
    return due is not None and due <= now()


def lacking_factor(people: QuerySet[User], *, late: bool = False) -> QuerySet[User]:
    """Those of these people who must have a second factor and have none; with `late` those whose days of grace are over. No statement."""
    instant, asked = now(), Q(pk__in=[])
    for role, rule in _rules.get().items():
        ends = instant - timedelta(days=rule.grace_days)
        if not late or rule.since <= ends:
            asked |= Q(role__code=role, valid_from__lte=ends) if late else Q(role__code=role)
    held = in_force(Scope.objects.filter(asked), instant)
    found = people.filter(is_active=True, id__in=held.values("user_id")).exclude(id__in=TotpSecret.objects.values("user_id"))
    return found.exclude(id__in=Passkey.objects.values("user_id"))
