"""The one way by which a value of a person leaves: asked for with a purpose, written down, then opened.

Everywhere else stands a mask or nothing. What is written down the person reads (`selectors.seen_by_whom`), and the audit chain binds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from linli.core.access.public import REVEALS_TEMPLATE, Access, User, tell_overseers
from linli.core.areas.public import area_tree
from linli.core.people.keys import opened, opened_for
from linli.core.people.models import KeyedPerson, Reveal
from linli.core.people.register import service_of, services_of
from linli.core.platform.public import (
    Actor,
    BadInput,
    Forgotten,
    NotAllowed,
    PersonService,
    Refusal,
    TooMany,
    Work,
    locked,
    write,
)
from linli.lib.canonical import canonical_bytes

HOUR_MOST, DAY_MOST = 30, 150
SUBJECT = "reveal"


@dataclass(frozen=True, slots=True)
class Item:
    """For what somebody looks: a case, an application, with the area over which the permission is asked."""

    kind: str
    id: int
    area_id: int


def reveal(
    actor: Actor,
    access: Access,
    *,
    row: KeyedPerson,
    service: str,
    fields: tuple[str, ...],
    purpose: str,
    item: Item,
    sealed: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The values of a person, by name, after it is written down who sees them, in which role, for what. Twice: two records.

    `sealed` are tokens of `seal_for`, by the name that they were sealed for. The caller has looked whether this person sees the
    item at all. Raises BadInput for a purpose that the service does not have, NotAllowed without its permission over the area of
    the item, TooMany above the limit of an hour or a day, Refusal (`forgotten`) when the key was destroyed. Where the write fails,
    nothing leaves.
    """
    known = service_of(service)
    tokens = dict(sealed or {})
    _refuse_foreign(row, known, (*fields, *tokens))
    if purpose not in known.purposes:
        raise BadInput(_("Say for what you need it: choose one of the purposes."), field="purpose")
    role = _role(access, known.permission, item.area_id)
    if role is None:
        raise NotAllowed(_("Your role does not include seeing who this is."))
    with write(actor) as work:
        _looked(work, access, [(row, (*fields, *tokens))], known, purpose, item, role)
        try:
            found = {name: opened(row, name) for name in fields}
            return found | {name: opened_for(row, token, name) for name, token in tokens.items()}
        except Forgotten:
            raise Refusal(
                _("This person was forgotten, as they had asked; nothing opens any more."), code="forgotten"
            ) from None


def looked_at(
    work: Work,
    access: Access,
    whom: Sequence[tuple[models.Model, tuple[str, ...]]],
    *,
    service: str,
    purpose: str,
    item: Item,
) -> None:
    """Writes down, before a room that keeps people elsewhere shows values of several of them at once, who sees whom and which values; each
    of them counts as a look. Where it is nobody that is known, the room names the row that holds the values.

    The room has looked whether this person sees the item. Raises as `reveal` does.
    """
    known = service_of(service)
    if purpose not in known.purposes:
        raise BadInput(_("Say for what you need it: choose one of the purposes."), field="purpose")
    role = _role(access, known.permission, item.area_id)
    if role is None:
        raise NotAllowed(_("Your role does not include seeing who this is."))
    _looked(work, access, whom, known, purpose, item, role)


def _looked(
    work: Work,
    access: Access,
    whom: Sequence[tuple[models.Model, tuple[str, ...]]],
    service: PersonService,
    purpose: str,
    item: Item,
    role: str,
) -> None:
    _refuse_many(work, access, item.area_id, len(whom))
    for row, names in whom:
        _written(work, access, row, service, names, purpose, item, role)


def _refuse_foreign(row: KeyedPerson, service: PersonService, names: tuple[str, ...]) -> None:
    if service not in services_of(row):
        raise LookupError(f"The person of this {row._meta.label} is not inside the service {service.code!r}.")
    for name in names:
        if name not in dict(service.fields):
            raise LookupError(f"The service {service.code!r} does not need {name!r}, so nobody sees it for that.")


def _role(access: Access, permission: str, area_id: int) -> str | None:
    """The role in which somebody holds the permission over an area."""
    tree = area_tree()
    held = (
        grant.role
        for grant in access.grants
        if permission in grant.permissions and grant.unit_id is None and tree.contains(grant.area_id, area_id)
    )
    return next(held, None)


def _refuse_many(work: Work, access: Access, area_id: int, people: int) -> None:
    """Holds back who looks at one person after the other; leaders and auditors are told when the limit is reached. Who is below it may look
    at several at once, of whom each counts for what comes after."""
    user = locked(User.objects.filter(id=access.user_id)).get()  # two looks at once are counted one after the other
    mine = Reveal.objects.filter(user_id=user.id)
    an_hour = mine.filter(at__gt=work.now - timedelta(hours=1)).count()
    a_day = mine.filter(at__gt=work.now - timedelta(days=1)).count()
    if an_hour >= HOUR_MOST or a_day >= DAY_MOST:
        raise TooMany(
            _("You have seen the data of many people in a short time. Go on later; leaders and auditors were told."),
            retry_after_s=3600,
        )
    if an_hour < HOUR_MOST <= an_hour + people or a_day < DAY_MOST <= a_day + people:
        tell_overseers(work, REVEALS_TEMPLATE, about=user, by=access, area_id=area_id)


def _written(
    work: Work,
    access: Access,
    row: models.Model,
    service: PersonService,
    names: tuple[str, ...],
    purpose: str,
    item: Item,
    role: str,
) -> None:
    classes = dict(service.fields)
    later = timedelta(days=service.later_days if purpose in service.general else 0)
    values: dict[str, Any] = {
        **area_tree().scope_columns(item.area_id),
        "holder": row._meta.label_lower,
        "holder_id": row.pk,
        "service": service.code,
        "fields": " ".join(names),
        "data_class": max(
            (classes[name] for name in names), key=("general", "important", "core").index, default="general"
        ),
        "purpose": purpose,
        "item_kind": item.kind,
        "item_id": item.id,
        "user_id": access.user_id,
        "role": role,
        "unit_id": access.unit_id,
        "at": work.now,
        "shown_at": work.now + later,
    }
    made = Reveal(**values)
    made.save(force_insert=True)
    facts = {item.kind: item.id, "purpose": purpose, "service": service.code, "fields": list(names), "role": role}
    chain = area_tree().audit_chain(item.area_id)
    work.audit(chain, service.permission, SUBJECT, made.id, facts, subject_digest=reveal_digest(made))


def reveal_digest(row: Reveal) -> bytes:
    """What the trail binds of a row: every column of it."""
    bound = [
        row.holder, row.holder_id, row.service, row.fields, row.data_class, row.purpose, row.item_kind, row.item_id,
        row.user_id, row.role, row.unit_id, row.area_id, _instant(row.at), _instant(row.shown_at),
    ]  # fmt: skip
    return sha256(canonical_bytes(["reveal-1", bound])).digest()


def _instant(at: datetime) -> str:
    return f"{at.timestamp():.6f}"


def reveal_digests() -> Iterator[tuple[str, bytes]]:
    """Id and digest of every record of a reveal, for `linli audit verify`."""
    for row in Reveal.objects.order_by("id").iterator(chunk_size=2000):
        yield str(row.id), reveal_digest(row)
