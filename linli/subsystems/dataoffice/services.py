"""What a person asks for on the page of their own: a question about one look, a correction, erasure, a copy on paper; consent taken back."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from linli.core.flow.public import act, begin
from linli.core.people.public import (
    KeyedPerson,
    Reveal,
    area_of,
    held_by,
    keeps,
    parse_values,
    seal_for,
    seen_by_whom,
    service_of,
    services_of,
)
from linli.core.platform.public import Actor, BadInput, Refusal, cleaned, now
from linli.subsystems.dataoffice.flow import REQUEST, key_of
from linli.subsystems.dataoffice.models import DataRequest, RequestKind

WORDS_MAX, MOST_OPEN = 1000, 20


def requests_of(rows: list[KeyedPerson]) -> list[DataRequest]:
    """What these persons have asked, the newest first; 100 at most."""
    return list(DataRequest.objects.filter(held_by(rows)).order_by("-id")[:100])


def ask(
    actor: Actor, row: KeyedPerson, *, kind: str, words: str, uuid: UUID, field: str = "", value: str = "", reveal_id: int = 0
) -> DataRequest:  # fmt: skip
    """Begins a request of a person; it lies in the area of the item that they belong to. Twice with one uuid raises Taken.

    Raises BadInput for what cannot be meant, Refusal (`too_many_open`) above twenty open ones, (`asked_already`) for a second question
    about the same look.
    """
    if kind not in RequestKind.values:
        raise BadInput(_("Say what you ask for."), field="kind")
    mine = DataRequest.objects.filter(holder=row._meta.label_lower, holder_id=row.pk)
    if mine.filter(state="open").count() >= MOST_OPEN:
        raise Refusal(_("Many requests of yours are still open. Wait for their answers."), code="too_many_open")
    service, token, looker = services_of(row)[0].code, "", None
    if kind == RequestKind.QUESTION:
        seen = next((one for one in seen_by_whom([row]) if one.id == reveal_id), None)
        if seen is None:
            raise BadInput(_("There is no such entry on your page."), field="reveal")
        if mine.filter(reveal_id=reveal_id).exists():
            raise Refusal(_("You asked about this entry already; the answer comes below."), code="asked_already")
        shown = Reveal.objects.get(id=reveal_id)
        service, looker = shown.service, shown.user_id
    elif kind == RequestKind.CORRECTION:
        service, token = _new_value(row, field, value)
    said = cleaned("words", words, max_chars=WORDS_MAX)
    if kind == RequestKind.EXPORT and not said:
        raise BadInput(_("Say how the copy reaches you: at which counter, or by post."), field="words")
    area_id = area_of(row)
    if area_id is None:
        raise Refusal(_("The item that this belongs to is not there any more."), code="gone")
    return begin(
        REQUEST, actor, "ask", REQUEST.given(note=said), area_id=area_id, uuid=uuid,
        kind=kind, holder=row._meta.label_lower, holder_id=row.pk, service=service, field=field if token else "",
        new_value=token, reveal_id=reveal_id if kind == RequestKind.QUESTION else None, looker_id=looker,
    )  # fmt: skip


def _new_value(row: KeyedPerson, field: str, value: str) -> tuple[str, str]:
    """The service that keeps the field, and the new value sealed for the person."""
    service = next((one for one in services_of(row) if field in dict(one.fields)), None)
    if service is None or not keeps(row, field):
        raise BadInput(_("Choose what is wrong."), field="field")
    values = parse_values(service_of(service.code), {field: value})
    if not values:
        raise BadInput(_("Type what it should be."), field="value")
    return service.code, seal_for(row, values[field], field)


def withdraw_request(actor: Actor, row: KeyedPerson, request_id: int, *, uuid: UUID) -> None:
    """Takes a request back. Raises what the engine raises: NotThere, and a refusal once it is answered."""
    key = key_of(row._meta.label_lower, row.pk)
    act(REQUEST, actor, request_id, "withdraw", REQUEST.given(), uuid=uuid, key=key)


def days_left(item: DataRequest) -> int | None:
    """How many whole days are left for the answer; None once it is there."""
    return None if item.due_at is None or item.state != "open" else max((item.due_at - now()).days, 0)
