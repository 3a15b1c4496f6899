"""A code for somebody who is at the counter: made by one member of the staff, confirmed by another, good for the name on the document.

Whoever hands out codes could type anybody's number, keep the code and read that person's page. So a code opens nothing before a colleague,
who has the document and the person in front of them too, has typed the same number; and it opens what is kept under the name that the
document bears. Who is kept hears of it where a message reaches them. Why so: docs/adr.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from linli.core.access.public import unit_tree
from linli.core.people.public import KeyedPerson, contacts_of, is_called, persons_of_exactly
from linli.core.platform.public import (
    Actor,
    BadInput,
    NotAllowed,
    Refusal,
    TooMany,
    Work,
    allow,
    locked,
    reaches_people,
    write,
)
from linli.subsystems.dataoffice.models import CodeChannel, Document, OwnCode
from linli.subsystems.dataoffice.own import MOST_TRIES, code_digest, made_code, parse_contact, plain_code, same_value

COUNTER_TEMPLATE = "dataoffice.counter"
COUNTER_GOOD = timedelta(hours=24)
HOUR_MOST, DAY_MOST, NUMBER_MOST = 20, 60, 3
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_TOLD_IN = "zh-hans"  # nobody knows which language they read who are not here
_MANY = gettext_lazy("You have handed out or confirmed many codes. Go on later.")


def parse_number(by: str, typed: str) -> tuple[str, str]:
    """By what somebody is kept: ("citizen_number", "phone" or "mail", the value). Raises BadInput."""
    return ("citizen_number", "".join(typed.split()).upper()) if by == "citizen_number" else parse_contact(typed)


def hand_out(actor: Actor, name: str, text: str, *, document: str, called: str = "") -> str:
    """A code for a person who is at the counter and showed a document, good for a day once a colleague has confirmed it (`confirm`).

    `called` is the name on the document: under a telephone number or mail address the code opens what is kept with this very name;
    a citizen number stands on the document itself. Whoever hands out does not learn whether anybody is kept.

    Raises BadInput, and TooMany above 20 an hour or 60 a day for one member of the staff and 3 a day for one number.
    """
    if document not in Document.values:
        raise BadInput(_("Say which document was shown."), field="document")
    if name != "citizen_number" and not called.strip():
        raise BadInput(_("Type the name as it stands on the document."), field="called")
    _refuse_many(actor)
    if not allow("own-counter-number", f"{name} {same_value(name, text)}", NUMBER_MOST, timedelta(days=1)):
        raise TooMany(_("Several codes were made for this number today. Go on tomorrow."), retry_after_s=3600)
    code = "".join(secrets.choice(_LETTERS) for _each in range(12))
    with write(actor) as work:
        found = persons_of_exactly(name, text)
        rows = [row for row in found if name == "citizen_number" or is_called(row, called)]
        made = made_code(
            work,
            rows,
            CodeChannel.COUNTER,
            code,
            COUNTER_GOOD,
            document=document,
            number_digest=_bound(code, name, text),
        )
        _tell(work, made, found)
        work.audit("platform", "data_request.hand_out", "own_code", made.pk, {"by": name, "document": document})
    return "-".join((code[:4], code[4:8], code[8:]))


def confirm(actor: Actor, code: str, name: str, text: str) -> None:
    """Makes a code of a colleague good, by the same number, typed anew from the document. Twice: the second finds no code that waits.

    Raises NotAllowed (`own_code`) to whoever made it, Refusal (`no_code`) for a code that is wrong, confirmed or too old and for another
    number; five tries are all.
    """
    _refuse_many(actor)
    typed = plain_code(code)
    with write(actor) as work:
        waiting = OwnCode.objects.filter(
            channel=CodeChannel.COUNTER, confirmed_at__isnull=True, good_until__gt=work.now, tries__lt=MOST_TRIES
        )
        found = locked(waiting.filter(code_digest=code_digest("", typed))).first()
        if found is not None and (actor.user_id is None or found.by_user_id == actor.user_id):
            raise NotAllowed(_("You made this code yourself. A colleague confirms it."), code="own_code")
        fits = found is not None and secrets.compare_digest(found.number_digest, _bound(typed, name, text))
        if found is not None:
            _tried(work, found, fits)
    if not fits:
        raise Refusal(
            _("Code and number do not belong together, or the code waits no more. Compare both."),
            code="no_code",
            field="code",
        )


def _tried(work: Work, found: OwnCode, fits: bool) -> None:
    found.tries = 0 if fits else found.tries + 1
    if fits:
        found.confirmed_at, found.second_user_id, found.second_unit_id = (
            work.now,
            work.actor.user_id,
            work.actor.unit_id,
        )
        work.audit("platform", "data_request.confirm", "own_code", found.pk, {})
    found.save(update_fields=["tries", "confirmed_at", "second_user_id", "second_unit_id"])


def _refuse_many(actor: Actor) -> None:
    who = f"user {actor.user_id}"
    within = allow("own-counter", who, HOUR_MOST, timedelta(hours=1)) and allow(
        "own-counter-day", who, DAY_MOST, timedelta(days=1)
    )
    if not within:
        raise TooMany(str(_MANY), retry_after_s=3600)


def _tell(work: Work, made: OwnCode, found: Sequence[KeyedPerson]) -> None:
    """Tells everybody who is kept under the number, also under another name, over what they left."""
    with override(_TOLD_IN):
        unit = unit_tree().nodes.get(work.actor.unit_id or 0)
        facts = {"unit": unit.title if unit else "", "document": str(made.get_document_display())}
    contacts = {one for row in found for one in contacts_of(row).items()}
    for number, (name, address) in enumerate(sorted(contacts)):
        channel = CodeChannel.SMS if name == "phone" else CodeChannel.MAIL
        if reaches_people(channel):
            work.send(
                str(channel), address, COUNTER_TEMPLATE, facts, key=f"own-counter:{made.uuid}:{number}", language=_TOLD_IN
            )  # fmt: skip


def _bound(code: str, name: str, text: str) -> str:
    return code_digest(f"{plain_code(code)} {name}", same_value(name, text))
