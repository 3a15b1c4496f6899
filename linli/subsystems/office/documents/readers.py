"""Circulation (传阅): to whom a document is shown, who has read it, who has not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from linli.core.access.public import Access, names_of
from linli.core.flow.public import Act, Relation, Who
from linli.core.platform.public import BadInput, Refusal
from linli.subsystems.office.documents.models import DocumentIn, DocumentReader


def of_readers(*, unread: bool) -> Relation:
    """To whom a document is circulated; with `unread` those of them who have not read it."""
    open_only: dict[str, Any] = {"read_at__isnull": True} if unread else {}

    def holds(item: DocumentIn, _permission: str, who: Who) -> bool:
        if who.access is None:
            return False
        asked = DocumentReader.objects.filter(document_id=item.id, user_id=who.access.user_id, **open_only)
        return item.id is not None and asked.exists()

    def rows(_permission: str, access: Access) -> Q:
        asked = DocumentReader.objects.filter(user_id=access.user_id, **open_only)
        return Q(pk__in=asked.values("document_id"))

    words = gettext_lazy("who is to read it") if unread else gettext_lazy("to whom it is circulated")
    return Relation(words, holds, rows, asks=False)


def circulate(act: Act[DocumentIn]) -> dict[str, Any]:
    """Shows it to further people; who was asked already is not asked again."""
    people = {one.user_id for one in act.given.values["readers"]}
    new = sorted(people - set(_of(act.item).values_list("user_id", flat=True)))
    if not new:
        raise BadInput(_("It is circulated to these people already."), field="readers")
    ask_readers(act, new)
    return {"readers": new}


def ask_readers(act: Act[DocumentIn], user_ids: Iterable[int]) -> None:
    """Keeps who is to read a document."""
    kept = {"home_district": act.item.home_district, "document_id": act.item.id, "asked_at": act.work.now}
    DocumentReader.objects.bulk_create(DocumentReader(**kept, user_id=one) for one in user_ids)


def take_off(act: Act[DocumentIn]) -> dict[str, Any]:
    """Takes people off who have not read it."""
    people = sorted({one.user_id for one in act.given.values["unread"]})
    gone, _by_table = _of(act.item).filter(user_id__in=people, read_at__isnull=True).delete()
    if not gone:
        raise BadInput(_("They have read it meanwhile."), field="unread")
    return {"readers": people}


def read(act: Act[DocumentIn]) -> dict[str, Any]:
    """Marks it as read by whoever acts."""
    _of(act.item).filter(user_id=act.work.actor.user_id or 0).update(read_at=act.work.now)
    return {}


def refuse_unread(act: Act[DocumentIn]) -> dict[str, Any]:
    """Raises Refusal as long as somebody has not read it: what is in the files is not circulated any more."""
    unread = list(_of(act.item).filter(read_at__isnull=True).order_by("id").values_list("user_id", flat=True))
    if unread:
        names = pgettext("between entries", ", ").join(sorted(names_of(unread).values()))
        raise Refusal(
            _("Not read yet by %s. Wait for them, or take them off the circulation.") % names, code="not_read_yet"
        )
    return {}


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody to whom a document is circulated."""

    user_id: int
    name: str
    read_at: datetime | None


def readers_of(item: DocumentIn) -> list[Reader]:
    """Who is to read it, those who have not yet first; in two statements."""
    rows = sorted(_of(item).order_by("id"), key=lambda one: one.read_at is not None)
    names = names_of(one.user_id for one in rows)
    return [Reader(one.user_id, names.get(one.user_id, ""), one.read_at) for one in rows]


def with_readers(_access: Access, items: list[Any]) -> list[Any]:
    """A `complete` for the register: how many of how many have read each document, in one statement a page."""
    asked = DocumentReader.objects.filter(document_id__in=[item.id for item in items])
    counted = asked.values_list("document_id").annotate(Count("id"), Count("read_at"))
    said = {document: f"{done}/{all_}" for document, all_, done in counted}
    for item in items:
        item.__dict__["read_by"] = said.get(item.id, "")
    return items


def _of(item: DocumentIn) -> QuerySet[DocumentReader]:
    return DocumentReader.objects.filter(document_id=item.id)
