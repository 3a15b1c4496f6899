"""Notices: who is told of a step, what was told to whom, and the letters that go besides.

A flow says in `told` which people on an item hear of an action. The engine enqueues the job with the step, so they are told once,
whatever dies in between; nobody is told of what they did themselves, and nobody of what they may not see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.core.access.public import Access, access_of, stand_ins_of
from linli.core.flow.public import AnyFlow
from linli.core.inbox.models import Letters, Notice, NoticeChoice
from linli.core.inbox.subjects import Subject, subject_of
from linli.core.platform.public import Actor, Work, write

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as the page shows it. An item that the person does not see any more has no address."""

    id: int
    at: datetime
    what: str
    title: str
    url: str
    is_new: bool


def tell(flow: AnyFlow, item_id: int, seq: int, action: str) -> None:
    """Writes the notices of one step, inside a write. Twice writes them once."""
    item = flow.model._default_manager.filter(id=item_id).first()
    entry = flow.tables.event._default_manager.filter(**flow.key_of(item_id), seq=seq).first()
    if item is None or entry is None:
        return
    people: set[int] = set()
    for column in flow.told[action]:
        named = entry.facts.get(column.removesuffix("_id")) or getattr(item, column)
        people.update(one for one in (named if isinstance(named, (list, tuple, set)) else [named]) if one)
    people |= stand_ins_of(people)  # whoever is away hears of it later, who stands in for them now
    for user_id in sorted(people - {entry.actor_id}):
        if _sees(flow, item, user_id):
            Notice.objects.get_or_create(
                user_id=user_id, flow=flow.code, item_id=item_id, seq=seq, defaults={"at": entry.at, "action": action}
            )


def tell_of_work(work: Work, code: str, item_id: int, user_id: int, ending: str) -> None:
    """Tells somebody that long work which they asked for has ended, inside a write."""
    seq = Notice.objects.filter(user_id=user_id, flow=code, item_id=item_id).count()
    Notice.objects.create(user_id=user_id, flow=code, item_id=item_id, seq=seq, at=work.now, action=ending)


def _sees(flow: AnyFlow, item: Any, user_id: int) -> bool:
    found = access_of(user_id)
    return found is not None and flow.may_view(item, found[0])


def _mine(access: Access) -> QuerySet[Notice]:
    return Notice.objects.filter(user_id=access.user_id)


def unread_count(access: Access) -> int:
    """How many notices this person has not read, at most 100."""
    return _mine(access).filter(read_at__isnull=True)[:100].count()


def notices_of(access: Access, *, before: int | None = None) -> tuple[list[Told], int | None]:
    """The notices of a person, newest first, and the id to go on before; None at the end."""
    rows = _mine(access) if before is None else _mine(access).filter(id__lt=before)
    found = list(rows.order_by("-id")[: PAGE_ROWS + 1])
    page = found[:PAGE_ROWS]
    ids: dict[str, set[int]] = {}
    for one in page:
        ids.setdefault(one.flow, set()).add(one.item_id)
    # The items of a page in one statement for each kind. Of a department that is not installed any more nothing is shown.
    subjects = {code: subject for code in ids if (subject := subject_of(code)) is not None}
    items = {code: subject.in_bulk(ids[code]) for code, subject in subjects.items()}
    shown = [
        _told(one, subjects[one.flow], items[one.flow].get(one.item_id), access) for one in page if one.flow in items
    ]
    return shown, found[PAGE_ROWS - 1].id if len(found) > PAGE_ROWS else None


def _told(one: Notice, subject: Subject, item: Any, access: Access) -> Told:
    seen = item is not None and subject.may_view(item, access)
    title = subject.heading(item) if seen else _("not yours to see any more")
    return Told(
        one.id, one.at, subject.what(one.action), title, subject.address(item) if seen else "", one.read_at is None
    )


def read_all(actor: Actor, *, access: Access, up_to: int) -> int:
    """Marks this person's notices up to an id as read, and gives how many were not. Twice does nothing more."""
    with write(actor) as work:
        return _mine(access).filter(read_at__isnull=True, id__lte=up_to).update(read_at=work.now)


def choice_of(user_id: int) -> NoticeChoice:
    """How somebody wants to be told; not kept yet for who never chose."""
    return NoticeChoice.objects.filter(user_id=user_id).first() or NoticeChoice(user_id=user_id)


def choose(actor: Actor, *, access: Access, letters: str, quiet_from: Any, quiet_to: Any) -> NoticeChoice:
    """Keeps how this person wants to be told. Raises ValueError for letters that there are not."""
    with write(actor) as work:
        choice, _made = NoticeChoice.objects.update_or_create(
            user_id=access.user_id,
            defaults={"letters": Letters(letters), "quiet_from": quiet_from, "quiet_to": quiet_to},
        )
        work.audit("platform", "inbox.choose", "user", access.user_id, {"letters": letters})
    return choice
