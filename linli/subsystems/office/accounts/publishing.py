"""A month as residents read it: put together from the closed month when it is published, and never again.

It names posts, not people; an entry is told by its public words, or by its purpose alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from functools import partial
from hashlib import sha256
from typing import Any

from django.utils import translation

from linli.core.access.public import Access, Role, access_of, unit_title
from linli.core.areas.public import area_tree
from linli.core.flow.public import FlowEvent
from linli.core.platform.public import Work
from linli.lib.canonical import canonical_bytes
from linli.subsystems.office.accounts.models import Booking, BookMonth, PublishedMonth, Purpose, Shown
from linli.subsystems.office.accounts.statement import Statement, statement_of

LANGUAGES = ("zh-hans", "en")
Titles = dict[str, str]


def in_both(said: Callable[[], object]) -> Titles:
    """What is said in each language, so that a month reads the same whatever is renamed later."""
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = str(said())
    return found


def publish(work: Work, month: BookMonth) -> dict[str, Any]:
    """Freezes a closed month for residents, inside the write that publishes it; gives the facts for its timeline."""
    content = canonical_bytes(content_of(month, work.actor.user_id, work.now)).decode()
    node = area_tree().nodes[month.area_id]
    row = PublishedMonth.objects.create(
        area_code=node.code, first_day=month.first_day, content=content, published_at=work.now
    )
    work.stands(PublishedMonth, row.id)
    return {"digest": sha256(content.encode()).hexdigest()}


def content_of(month: BookMonth, publisher_id: int | None, at: datetime) -> dict[str, Any]:
    """All that residents read of a month, as JSON holds it. The same function shows the office beforehand what it will be."""
    found, node = statement_of(month), area_tree().nodes[month.area_id]
    noted = {line.booking.noted_by_id for line in found.lines}
    checked = {line.booking.checked_by_id for line in found.lines} - {None}
    closed = FlowEvent.objects.filter(flow="bookmonth", item_id=month.id, action="close").last()
    return {
        "area": {"code": node.code, "zh-hans": node.name, "en": node.names.get("en", node.name)},
        "month": f"{month.first_day:%Y-%m}",
        "opening": money(found.opening),
        "income": _sums(found.income),
        "expense": _sums(found.expense),
        "came_in": money(found.came_in),
        "went_out": money(found.went_out),
        "closing": money(found.closing),
        "count": len(found.lines),
        "entries": _entries(found) if month.book.shown == Shown.ENTRIES else [],
        "kept_by": posts(noted, "account.note", month.area_id),
        "checked_by": posts(checked, "account.check", month.area_id),
        "closed_by": posts([closed.actor_id] if closed else [], "account.close", month.area_id),
        "published_by": posts([publisher_id], "account.publish", month.area_id),
        "closed_at": closed.at.isoformat() if closed else "",
        "published_at": at.isoformat(),
    }


def money(amount: Decimal) -> str:
    """An amount as text with two digits, such as -1280.50."""
    return f"{amount:.2f}"


def _sums(sums: list[tuple[Purpose, Decimal]]) -> list[dict[str, Any]]:
    return [{"purpose": in_both(lambda one=one: one.label), "amount": money(amount)} for one, amount in sums]  # type: ignore[misc]


def _entries(found: Statement) -> list[dict[str, Any]]:
    return [_entry(line.booking, line.balance) for line in found.lines]


def _entry(booking: Booking, balance: Decimal) -> dict[str, Any]:
    wrong = booking.reverses
    return {
        "number": booking.number,
        "day": booking.day.isoformat(),
        "kind": booking.kind,
        "purpose": in_both(lambda: Purpose(booking.purpose).label),
        "words": booking.public_words,
        "amount": money(booking.amount),
        "balance": money(balance),
        "reverses": {"month": f"{wrong.month}", "number": wrong.number} if wrong else None,
    }


def posts(user_ids: Iterable[int | None], permission: str, area_id: int) -> list[Titles]:
    """The posts of people, without their names: unit and role through which each may do it. Each post once, in order."""
    found: dict[str, Titles] = {}
    for user_id in sorted({one for one in user_ids if one}):
        known = access_of(user_id)
        if known is not None:
            post = in_both(partial(_post, known[0], permission, area_id))
            found.setdefault(post["zh-hans"], post)
    return list(found.values())


def _post(access: Access, permission: str, area_id: int) -> str:
    tree = area_tree()
    held = (one.role for one in access.grants if permission in one.permissions and tree.contains(one.area_id, area_id))
    role = Role.objects.filter(code=next(held, "")).first()
    return " · ".join(part for part in (unit_title(access.unit_id), role.title if role else "") if part)
