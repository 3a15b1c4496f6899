"""How a person comes into a service, agrees, withdraws, and goes; `revealing.py` next door shows what they left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from linli.algorithms.codes import is_citizen_number
from linli.core.areas.public import area_tree
from linli.core.people.keys import keep, keyed_models, opened_for, wrapped_for
from linli.core.people.models import Consent, ConsentText, Decision, KeyedPerson, Person, ServiceLink
from linli.core.people.register import elsewhere, service_of, services
from linli.core.people.revealing import Item
from linli.core.platform.public import (
    SYSTEM,
    Actor,
    BadInput,
    PersonService,
    Refusal,
    Work,
    cleaned,
    in_words,
    key_store,
    locked,
    now,
    title_in,
    write,
)
from linli.lib.canonical import canonical_bytes
from linli.lib.refusal import Refusal as PlainRefusal
from linli.lib.text import clean_phone

CONSENT = "consent"
DESTROY = "people.destroy_keys"
_ORDER = ("general", "important", "core")
_LONGEST = {"name": 60, "address": 200, "mail": 254}
_BATCH = 500


def parse_values(service: PersonService, given: Mapping[str, str]) -> dict[str, str]:
    """What somebody gave of themselves, cleaned, without what is empty. Raises BadInput that names the field.

    What the service does not need is a slip of the code (LookupError): a field exists because a service needs it.
    """
    foreign = sorted(given.keys() - dict(service.fields).keys())
    if foreign:
        raise LookupError(f"The service {service.code!r} does not need {foreign}.")
    found = {name: _parsed(name, text or "") for name, text in given.items()}
    return {name: text for name, text in found.items() if text}


def _parsed(name: str, text: str) -> str:
    if name == "phone":
        try:
            return clean_phone(text, max_chars=20)
        except PlainRefusal as refusal:
            raise BadInput(in_words(refusal.sentence), field="phone") from None
    words = cleaned(name, text, max_chars=_LONGEST.get(name, 200), lines=False)
    if name == "citizen_number" and words:
        words = words.upper()
        if not is_citizen_number(words):
            raise BadInput(
                _("This is no citizen number: its check digit does not fit. Compare it with the card."), field=name
            )
    if name == "birth_day" and words:
        try:
            date.fromisoformat(words)
        except ValueError:
            raise BadInput(_("Give the day of birth as year, month and day, such as 1950-03-01."), field=name) from None
    return words


def begin_service(
    actor: Actor,
    *,
    service: str,
    item: Item,
    given: Mapping[str, str],
    consent: tuple[str, str] | None = None,
    person: Person | None = None,
) -> Person:
    """Lets somebody into a service for one item, with what it needs of them; `person` is one who is here for another service.

    `consent` is the language in which they read the text and the channel by which they agreed; a service with a text refuses
    whoever did not (Refusal `no_consent`). Twice for the same person and item raises Taken.
    """
    known = service_of(service)
    values = parse_values(known, given)
    if known.consent is not None and consent is None:
        raise Refusal(_("This service needs the person's consent first; read the text to them."), code="no_consent")
    with write(actor) as work:
        scope = area_tree().scope_columns(item.area_id)
        if person is None:
            person = Person(home_district=str(scope["home_district"]), key_class=known.data_class, created_at=work.now)
        elif _ORDER.index(known.data_class) > _ORDER.index(person.key_class):
            wrapped_for(person, known.data_class)
        keep(person, values).save()
        ServiceLink.objects.create(
            **scope, person=person, service=known.code, item_kind=item.kind, item_id=item.id, since=work.now
        )
        work.audit(
            area_tree().audit_chain(item.area_id), "person.begin", "person", person.pk,
            {"service": known.code, item.kind: item.id, "fields": sorted(values)},
        )  # fmt: skip
        if consent is not None and known.consent is not None:
            _decide(work, person.pk, known, consent[0], Decision.AGREED, consent[1])
    return person


def correct(actor: Actor, row: KeyedPerson, *, service: str, given: Mapping[str, str]) -> None:
    """Puts other values in place of those that a service keeps; the trail says which fields, not what stood there."""
    known = service_of(service)
    values = parse_values(known, given)
    other = elsewhere(row)
    with write(actor) as work:
        found = locked(type(row)._default_manager.filter(pk=row.pk)).get()
        if other is not None:
            other.correct(actor, found, values)
        else:
            keep(found, values).save()
        facts = {"service": known.code, "fields": sorted(values)}
        work.audit("platform", "person.correct", row._meta.label_lower, row.pk, facts)


def correct_sealed(actor: Actor, row: KeyedPerson, *, service: str, field: str, token: str) -> None:
    """Puts a value in place that was sealed for the person by `seal_for`, as they typed it; nobody sees it on the way."""
    correct(actor, row, service=service, given={field: opened_for(row, token, field)})


def end_service(actor: Actor, *, service: str, item_kind: str, item_id: int) -> int:
    """Ends a service for whoever is inside it by this item; their data go when its time is over. Twice ends nothing more."""
    with write(actor) as work:
        rows = ServiceLink.objects.filter(service=service, item_kind=item_kind, item_id=item_id, ended_at__isnull=True)
        ended = rows.update(ended_at=work.now)
        if ended:
            work.audit("platform", "person.end", item_kind, item_id, {"service": service, "links": ended})
    return ended


def present_text(service: PersonService, language: str) -> ConsentText:
    """The text to agree to, as a row that never changes: a new version where the wording is another than the newest one."""
    if service.consent is None:
        raise LookupError(f"The service {service.code!r} has no text to agree to.")
    text = title_in(service.consent, language)
    digest = sha256(text.encode()).hexdigest()
    same = ConsentText.objects.filter(service=service.code, language=language)
    newest = same.order_by("-version").first()
    if newest is not None and newest.sha256 == digest:
        return newest
    version = (same.aggregate(last=Max("version"))["last"] or 0) + 1
    return ConsentText.objects.create(
        service=service.code, version=version, language=language, text=text, sha256=digest, since=now()
    )


def _decide(
    work: Work, person_id: int, service: PersonService, language: str, decision: Decision, channel: str
) -> Consent:
    text = present_text(service, language)
    by = work.actor.user_id if work.actor.kind == "user" else None
    row = Consent.objects.create(
        person_id=person_id,
        text=text,
        text_sha256=text.sha256,
        decision=decision,
        channel=channel,
        entered_by_id=by,
        at=work.now,
    )
    facts = {"service": service.code, "version": text.version, "decision": str(decision), "channel": channel}
    work.audit("platform", "person.consent", CONSENT, row.pk, facts, subject_digest=consent_digest(row))
    return row


def refuse_consent(actor: Actor, *, person_id: int, service: str, language: str, channel: str) -> Consent:
    """Writes down that somebody who is here for another service did not agree to this one."""
    with write(actor) as work:
        return _decide(work, person_id, service_of(service), language, Decision.REFUSED, channel)


def withdraw(actor: Actor, *, person_id: int, service: str, channel: str) -> None:
    """Takes an agreement back: one more row, the service ends at once, and what no other service needs goes at once.

    Raises Refusal (`nothing_to_withdraw`) when the service has ended or nothing was agreed to. The rest of the person goes with
    the last service, key and all.
    """
    known = service_of(service)
    with write(actor) as work:
        person = locked(Person.objects.filter(id=person_id)).first()
        mine = ServiceLink.objects.filter(person_id=person_id, service=service, ended_at__isnull=True)
        given = Consent.objects.filter(person_id=person_id, text__service=service).order_by("-id").first()
        if person is None or given is None or given.decision != Decision.AGREED or not mine.exists():
            raise Refusal(_("There is nothing to withdraw here any more."), code="nothing_to_withdraw")
        _decide(work, person_id, known, given.text.language, Decision.WITHDRAWN, channel)
        mine.delete()
        _only_needed(work, person)


def _only_needed(work: Work, person: Person) -> None:
    """Empties what no service of the person needs any more; without a service the person goes."""
    codes = set(ServiceLink.objects.filter(person=person).values_list("service", flat=True))
    if not codes:
        forget(work, [person], "withdrawn")
        return
    needed = {name for code in codes for name, _class in service_of(code).fields}
    kept = {field.name for field in person._meta.concrete_fields if field.name in _every_field()}
    keep(person, dict.fromkeys(kept - needed, "")).save()


def _every_field() -> set[str]:
    return {name for one in services().values() for name, _class in one.fields} | {*Person.personal}


def forget(work: Work, rows: Iterable[KeyedPerson], why: str) -> int:
    """Deletes persons and destroys their keys, in every backup too: a job does so as soon as this write has committed."""
    slots: list[int] = []
    for row in rows:
        slots.append(row.key_slot)
        work.audit("platform", "person.forget", row._meta.label_lower, row.pk, {"why": why})
        row.delete()
    if slots:
        work.enqueue(DESTROY, {"slots": slots})
    return len(slots)


def forget_person(actor: Actor, row: KeyedPerson, why: str = "asked") -> None:
    """Forgets one person at their own wish or for another reason. Twice does nothing more."""
    other = elsewhere(row)
    with write(actor) as work:
        found = locked(type(row)._default_manager.filter(pk=row.pk)).first()
        if found is not None and other is not None:
            work.audit("platform", "person.forget", row._meta.label_lower, row.pk, {"why": why})
            other.forget(actor, found)
            return
        forget(work, [found] if found else [], why)


def forget_over() -> int:
    """Forgets everybody whose last service has ended and whose time is over; the nightly job. Gives how many."""
    instant, gone = now(), 0
    open_links = ServiceLink.objects.filter(ended_at__isnull=True)
    last = 0
    while True:
        with write(SYSTEM) as work:
            rest = Person.objects.filter(id__gt=last).exclude(id__in=open_links.values("person_id")).order_by("id")
            batch = list(rest[:_BATCH])
            last = batch[-1].pk if batch else last
            over = [person for person in batch if _time_is_over(person, instant)]
            gone += forget(work, over, "over")
        if not batch:
            return gone


def _time_is_over(person: Person, instant: Any) -> bool:
    links = ServiceLink.objects.filter(person=person).values_list("service", "ended_at")
    return all(ended and ended + timedelta(days=service_of(code).keep_days) < instant for code, ended in links)


def forget_again() -> int:
    """Removes rows that came back with a backup though their person was forgotten: their keys are destroyed, nothing opens.

    `linli restore` calls it, and the night after. Gives how many.
    """
    gone, waiting = 0, _in_batches(key_store().destroyed())
    for slots in waiting:
        for model in keyed_models():
            with write(SYSTEM) as work:
                gone += forget(work, list(model._default_manager.filter(key_slot__in=slots)), "came back")
    return gone


def _in_batches(slots: Iterable[int]) -> Iterator[list[int]]:
    batch: list[int] = []
    for slot in slots:
        batch.append(slot)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def consent_digest(row: Consent) -> bytes:
    """What the trail binds of a decision: every column of it."""
    at = f"{row.at.timestamp():.6f}"
    bound = [row.person_id, row.text_id, row.text_sha256, str(row.decision), str(row.channel), row.entered_by_id, at]
    return sha256(canonical_bytes(["consent-1", bound])).digest()


def consent_digests() -> Iterator[tuple[str, bytes]]:
    """Id and digest of every decision, for `linli audit verify`; a text that was changed shows by its row's digest."""
    for row in Consent.objects.order_by("id").select_related("text").iterator(chunk_size=2000):
        changed = sha256(row.text.text.encode()).hexdigest() != row.text_sha256
        yield str(row.pk), bytes(32) if changed else consent_digest(row)
