"""The effects of two-step requests: asking, and deciding by somebody else. A flow names its own in `Flow.two_steps`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from linli.core.flow import clocks
from linli.core.flow.definition import Act, AnyFlow
from linli.core.flow.parts import Effect, TwoStep
from linli.core.platform.public import BadInput, Refusal


def effect_of(flow: AnyFlow, action: str) -> Effect | None:
    """What is special about an action: the flow's own effect, or that of the request it is a step of."""
    for step in flow.two_steps:
        if action == step.ask:
            return _ask(step)
        if action in (step.grant, step.deny):
            return _decide(step, granted=action == step.grant)
    return flow.effects.get(action)


def _checked(step: TwoStep, amount: Decimal | None) -> Decimal | None:
    if step.most is not None and (amount is None or not 0 < amount <= step.most):
        raise BadInput(_("Give more than zero and at most %s.") % step.most, field="amount")
    return amount


def _rows(flow: AnyFlow, item: Any, **more: Any) -> Any:
    return flow.tables.request._default_manager.filter(**flow.key_of(item.id), decided_at__isnull=True, **more)


def _facts(amount: Decimal | None) -> dict[str, Any]:
    return {"amount": str(amount)} if amount is not None else {}


def _ask(step: TwoStep) -> Effect:
    """One open request of a kind."""

    def effect(act: Act[Any]) -> dict[str, Any]:
        flow = act.flow
        if _rows(flow, act.item, kind=step.kind).exists():
            raise Refusal(_("This was asked for already and is not decided yet."), code="asked_already")
        amount = _checked(step, act.given.amount)
        flow.tables.request._default_manager.create(
            home_district=act.item.home_district,
            **flow.key_of(act.item.id),
            kind=step.kind,
            amount=amount,
            asked_at=act.work.now,
            asked_by_id=act.work.actor.user_id or 0,
        )
        return _facts(amount)

    return effect


def _decide(step: TwoStep, *, granted: bool) -> Effect:
    """By somebody else than who asked. Who grants may give another amount than was asked for."""

    def effect(act: Act[Any]) -> dict[str, Any]:
        flow = act.flow
        request = _rows(flow, act.item, kind=step.kind).first()
        if request is None:
            raise Refusal(_("Nobody asked for this, so there is nothing to decide."), code="nothing_asked")
        if request.asked_by_id in (act.work.actor.user_id, act.instead.get("for")):
            raise Refusal(_("Who asked does not decide."), code="own_request")
        request.granted, request.decided_at, request.decided_by_id = granted, act.work.now, act.work.actor.user_id
        if granted:
            request.amount = _checked(step, act.given.amount or request.amount)
            if step.extends and request.amount is not None:
                clocks.extend(flow, act.item, step.extends, request.amount)
        request.save()
        return _facts(request.amount)

    return effect


def drop_requests(act: Act[Any]) -> None:
    """Closes open requests, since what they asked for is over."""
    _rows(act.flow, act.item).update(decided_at=act.work.now, decided_by_id=act.work.actor.user_id, granted=False)
