"""What is read of persons without opening anything: who saw what, what was agreed to, and look-up by an exact value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from string import ascii_lowercase, ascii_uppercase

from django.core import signing
from django.db.models import Q

from linli.core.access.public import Access
from linli.core.people.keys import indexes_of, masked, opened
from linli.core.people.models import Consent, KeyedPerson, Person, Reveal, ServiceLink
from linli.core.people.register import elsewhere, holders, keeps, links_of, service_of, services_of
from linli.core.platform.public import Forgotten, PersonService, key_store, now, title_in

MOST_SHOWN = 500
_TICKET = "linli.people.ticket"
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at somebody's data, as they may read it: in general words where more would give away another person's secret."""

    id: int
    holder: str
    holder_id: int
    at: datetime
    service: str
    fields: tuple[str, ...]
    purpose: str
    about: str
    role: str
    unit_id: int | None
    user_id: int | None
    general: bool


def held_by(rows: Iterable[KeyedPerson]) -> Q:
    """The condition that a record with `holder` and `holder_id` is about one of these persons; of none of them, none."""
    ids: dict[str, list[int]] = {}
    for row in rows:
        ids.setdefault(row._meta.label_lower, []).append(row.pk)
    return reduce(or_, (Q(holder=holder, holder_id__in=found) for holder, found in ids.items()), Q(pk__in=[]))


def seen_by_whom(rows: Iterable[KeyedPerson]) -> list[Seen]:
    """Who saw data of these persons, the newest first, as far as they may read it now; 500 at most. One statement."""
    by_key = {(row._meta.label_lower, row.pk): row for row in rows}
    said = Reveal.objects.filter(held_by(by_key.values()), shown_at__lte=now())
    found = [_seen(by_key[one.holder, one.holder_id], one) for one in said.order_by("-id")[:MOST_SHOWN]]
    return sorted(found, key=lambda one: (one.at, one.id), reverse=True)


def _seen(row: KeyedPerson, one: Reveal) -> Seen:
    service = service_of(one.service)
    general = one.purpose in service.general
    return Seen(
        id=one.pk,
        holder=one.holder,
        holder_id=one.holder_id,
        at=one.at,
        service=title_in(service.titles),
        fields=() if general else tuple(one.fields.split()),
        purpose="" if general else title_in(service.purposes[one.purpose]),
        about="" if general else about(row, service),
        role="" if general else one.role,
        unit_id=None if general else one.unit_id,
        user_id=None if general else one.user_id,
        general=general,
    )


def about(row: KeyedPerson, service: PersonService) -> str:
    """To which item a person belongs, in words for them."""
    return service.about(row) if service.about else ""


def persons_of_exactly(name: str, text: str) -> list[KeyedPerson]:
    """Everybody, in whatever table, whose value is exactly this one; for who has proven that it is theirs."""
    found: list[KeyedPerson] = []
    for model in holders():
        other = elsewhere(model())
        if other is not None:
            found += other.find(name, text)
        elif name in model.indexed:
            rows = model._default_manager.filter(**{f"{model.indexed[name]}__in": indexes_of(name, text)})
            found += [row for row in rows.order_by("id") if _is(row, name, text)]
    return found


def _is(row: KeyedPerson, name: str, text: str) -> bool:
    try:
        return _plain(opened(row, name)) == _plain(text)
    except Forgotten:
        return False


def _plain(text: str) -> str:
    """A value as it is compared: without spaces, Latin letters small. No more: `casefold` makes two addresses of two people one
    (x@straße.example and x@strasse.example), and whoever has the one would be shown the data of the other."""
    return "".join(text.split()).translate(_SMALL)


def is_called(row: KeyedPerson, name: str) -> bool:
    """Whether a person is kept under exactly this name; never where no name is kept."""
    return keeps(row, "name") and bool("".join(name.split())) and _is(row, "name", name)


def contacts_of(row: KeyedPerson) -> dict[str, str]:
    """Telephone and mail address of a person, for a message to themselves and for nothing else; nothing of who was forgotten."""
    try:
        found = {name: opened(row, name) for name in ("phone", "mail") if keeps(row, name)}
    except Forgotten:
        return {}
    return {name: text for name, text in found.items() if text}


def row_of(holder: str, holder_id: int) -> KeyedPerson | None:
    """The person of a record: by the table's label, as `Reveal.holder` has it, and the id."""
    return next(iter(rows_of([(holder, holder_id)])), None)


def rows_of(keys: Iterable[tuple[str, int]]) -> list[KeyedPerson]:
    """The persons of records, by table and id, in the order of the keys and without who is gone. Two statements a table at most."""
    asked = list(keys)
    found: dict[tuple[str, int], KeyedPerson] = {}
    for model in holders():
        ids = [holder_id for holder, holder_id in asked if holder == model._meta.label_lower]
        if ids:
            rows = model._default_manager.filter(pk__in=ids).prefetch_related(*model.read_with)
            found |= {(model._meta.label_lower, row.pk): row for row in rows}
    return [found[key] for key in asked if key in found]


def area_of(row: KeyedPerson) -> int | None:
    """The area of the item that a person belongs to; of several, the newest one's."""
    if isinstance(row, Person):
        links = links_of(row)
        return links[-1].area_id if links else None
    return next((one.area(row) for one in services_of(row) if one.area), None)


def ticket_of(row: KeyedPerson) -> str:
    """A signed word that names a person for ten minutes, for who has shown elsewhere to be it (`of_ticket`)."""
    return signing.dumps([row._meta.label_lower, row.pk], salt=_TICKET)


def of_ticket(ticket: str) -> KeyedPerson | None:
    """The person of a ticket; None for one that is forged or older than ten minutes."""
    try:
        holder, holder_id = signing.loads(ticket, salt=_TICKET, max_age=600)
    except signing.BadSignature:
        return None
    return row_of(holder, holder_id)


@dataclass(frozen=True, slots=True)
class Masked:
    """A person as a look-up shows them: enough to know that it is the right one, no more."""

    id: int
    name: str
    phone: str


def look_up(access: Access, *, service: str, name: str, text: str) -> list[Masked]:
    """The persons with exactly this value who are inside a service of an area over which `access` holds its permission.

    There is no other look-up: nothing lists people, and a part of a number finds nobody.
    """
    known = service_of(service)
    areas = access.areas_with(known.permission)
    inside = ServiceLink.objects.filter(service=service, area_id__in=areas).values("person_id")
    index = Person.indexed[name]
    rows = Person.objects.filter(**{f"{index}__in": indexes_of(name, text)}, id__in=inside).order_by("id")
    return [Masked(row.pk, masked(row, "name"), masked(row, "phone")) for row in rows if _is(row, name, text)]


@dataclass(frozen=True, slots=True)
class Kept:
    """What one service keeps of somebody, opened for themselves."""

    service: PersonService
    about: str
    values: dict[str, str]
    since: datetime | None
    ended_at: datetime | None


def own_data(row: KeyedPerson) -> list[Kept]:
    """All that is kept of a person, opened: for the person themselves, who has proven to be it, and for nobody else."""
    links = {link.service: link for link in links_of(row)} if isinstance(row, Person) else {}
    found = []
    for service in services_of(row):
        names = [name for name, _class in service.fields if keeps(row, name)]
        values = {name: opened(row, name) for name in names}
        link = links.get(service.code)
        since = link.since if link else getattr(row, "created_at", None)
        shown = {name: text for name, text in values.items() if text}
        found.append(Kept(service, about(row, service), shown, since, link.ended_at if link else None))
    return found


def consents_of(rows: Iterable[KeyedPerson]) -> list[Consent]:
    """What these persons agreed to, refused or withdrew, in order, each with its text. One statement."""
    ids = [row.pk for row in rows if isinstance(row, Person)]
    return list(Consent.objects.filter(person_id__in=ids).select_related("text").order_by("id")) if ids else []


def key_gauges() -> dict[str, tuple[str, float]]:
    """The gauges of /metrics."""
    words = "Keys of persons that stand in the store and not yet in its mirror"
    return {"linli_person_keys_not_mirrored": (words, float(key_store().mirror_lacks()))}
