"""Handing everything over that waits for one person by name: when somebody leaves, moves, or has too much.

Each flow says in `handing` by which of its actions another is put into a column; what none of them opens to whoever hands over stays,
and is counted. Plans of tasks go with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from linli.core.access.public import Access, User
from linli.core.areas.public import area_tree
from linli.core.flow.public import AnyFlow, Given, Who, act, flows, possible
from linli.core.inbox.models import TaskPlan
from linli.core.inbox.reach import may_give_to, reach
from linli.core.platform.public import Actor, BadInput, NotAllowed, Work, local_today, write

MOST = 300


@dataclass(frozen=True, slots=True)
class Named:
    """How many things of one kind name a person; `mine` are those that whoever looks may hand over, of the first `MOST`."""

    title: str
    count: int
    mine: int


class Handed(NamedTuple):
    """How many were handed over, and how many still name the person."""

    done: int
    left: int


class _Colleague(NamedTuple):
    """Who gets it, as dialogs give a person."""

    user_id: int


def may_hand_over(access: Access, user_id: int) -> bool:
    """Whether somebody may hand over what waits for a person: the person themself, and who gives tasks to their unit."""
    if user_id == access.user_id:
        return True
    unit_id = User.objects.filter(id=user_id).values_list("unit_id", flat=True).first()
    return access.may("task.give") and unit_id in reach(access)


def named_for(access: Access, user_id: int) -> list[Named]:
    """What names a person by kind, in one or two statements for each flow that can be handed over. Raises NotAllowed."""
    _check(access, user_id)
    found = []
    for flow in flows().values():
        items = [(item, action) for item, action, _name in _named(flow, user_id)]
        if items:
            mine = sum(_opens(flow, item, action, access) for item, action in items[:MOST])
            found.append(Named(str(flow.title), len(items), mine))
    plans = _plans(user_id)
    return [*found, *([Named(_("plan of tasks"), len(plans), len(plans))] if plans else [])]


def _check(access: Access, user_id: int) -> None:
    if not may_hand_over(access, user_id):
        raise NotAllowed(_("What waits for this person is not yours to hand over."))


def _named(flow: AnyFlow, user_id: int) -> Iterator[tuple[Any, str, str]]:
    for column, (action, name) in flow.handing.items():
        rows = flow.model._default_manager.filter(**{column: user_id}).exclude(state__in=flow.ended).order_by("id")
        for item in rows:
            if (item.state, action) in flow.table_of(item):
                yield item, action, name


def _opens(flow: AnyFlow, item: Any, action: str, access: Access) -> bool:
    return any(row.action == action for row in possible(flow, item, Who(access)))


def _plans(user_id: int) -> list[TaskPlan]:
    going_on = TaskPlan.objects.exclude(valid_to__lt=local_today())
    return list((going_on.filter(assignee_id=user_id) | going_on.filter(giver_id=user_id)).order_by("id"))


def hand_all_over(
    actor: Actor, *, access: Access, uuid: UUID, from_id: int, to_id: int, reason: str
) -> Handed:  # fmt: skip
    """Gives what waits for one person by name to another, at most `MOST` things at once: all that may be, or nothing.

    Each has its entry with the reason; the same uuid does nothing more. Raises NotAllowed, BadInput for oneself, without a reason,
    and for who is out of reach.
    """
    _check(access, from_id)
    if from_id == to_id:
        raise BadInput(_("Choose somebody else than who had it."), field="to")
    to = User.objects.filter(id=to_id, is_active=True).first()
    if to is None or not may_give_to(access, to.id, to.unit_id):  # tasks ask again, plans do not
        raise BadInput(_("To this person you cannot give a task; choose somebody of your unit or area."), field="to")
    if not reason.strip():
        raise BadInput(_("Say why."), field="reason")
    done, left = 0, 0
    with write(actor) as work:
        for flow in flows().values():
            for item, action, name in list(_named(flow, from_id)):
                if done == MOST or not _opens(flow, flow.model._default_manager.get(id=item.id), action, access):
                    left += 1
                    continue
                given = _given(flow, item, action, reason, {name: _Colleague(to_id)})
                one = uuid5(uuid, f"{flow.code}:{item.id}:{action}")
                act(flow, actor, item.id, action, given, uuid=one, access=access)
                done += 1
        done += _hand_plans(work, from_id, to_id)
        facts = {"to": to_id, "done": done, "left": left}
        work.audit("platform", "inbox.hand_over", "user", from_id, facts)
    return Handed(done, left)


def _given(flow: AnyFlow, item: Any, action: str, reason: str, values: dict[str, Any]) -> Given:
    """The reason stands where the action takes words."""
    takes = flow.table_of(item)[item.state, action].given
    return (
        Given(reason=reason, values=values)
        if "reason" in takes
        else Given(note=reason if "note" in takes else "", values=values)
    )


def _hand_plans(work: Work, from_id: int, to_id: int) -> int:
    plans = _plans(from_id)
    for plan in plans:
        plan.assignee_id = to_id if plan.assignee_id == from_id else plan.assignee_id
        plan.giver_id = to_id if plan.giver_id == from_id else plan.giver_id
        plan.save(update_fields=["assignee_id", "giver_id"])
        chain = area_tree().audit_chain(plan.area_id)
        work.audit(chain, "task_plan.hand_over", "task_plan", plan.id, {"from": from_id, "to": to_id})
    return len(plans)
