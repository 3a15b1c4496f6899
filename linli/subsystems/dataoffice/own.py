"""How somebody comes to the page of their own data: a one-time code, and the short visit that it opens.

A code goes to the number or address under which data are kept, or is handed out at the counter to a person who is there (`counter.py`); whoever
sent a report comes with a ticket from its page. A visit lasts half an hour in one browser. Codes and visits are kept as digests.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.core.people.public import KeyedPerson, contacts_of, held_by, of_ticket, persons_of_exactly, rows_of
from linli.core.platform.public import (
    Actor,
    BadInput,
    TooMany,
    Work,
    allow,
    keyed_digest,
    locked,
    mask,
    now,
    reaches_people,
    write,
)
from linli.lib.refusal import Refusal as PlainRefusal
from linli.lib.text import clean_phone, plain_number
from linli.subsystems.dataoffice.models import CodeChannel, OwnCode, OwnCodeFor

_DIGIT = re.compile("[0-9]")

CODE_TEMPLATE = "dataoffice.code"
SENT_GOOD, VISIT = timedelta(minutes=15), timedelta(minutes=30)
MOST_TRIES, MOST_A_DAY = 5, 5


def reachable() -> list[str]:
    """The channels over which a code can go out: `sms`, `mail`; none where nothing is configured."""
    return [channel for channel in ("sms", "mail") if reaches_people(channel)]


def parse_contact(typed: str) -> tuple[str, str]:
    """What somebody typed to be found by: ("phone" or "mail", the value). Raises BadInput."""
    words = typed.strip()
    if "@" in words and len(words) <= 254 and not any(one.isspace() for one in words):
        return "mail", words
    try:
        phone = clean_phone(words, max_chars=20)
    except PlainRefusal:
        phone = ""
    if len(_DIGIT.findall(phone)) < 7:
        raise BadInput(_("Type the telephone number or mail address that you left, whole."), field="contact")
    return "phone", phone


def same_value(name: str, text: str) -> str:
    """A value in the one way in which it is counted: a telephone number by its digits alone, since however it is grouped it rings the
    same person; anything else without spaces and in small letters."""
    return plain_number(text) if name == "phone" else "".join(text.split()).casefold()


def ask_code(actor: Actor, typed: str) -> UUID:
    """Sends a code to whoever is kept under what was typed, and gives the visit that it will open.

    Where nobody is kept there, nothing is sent and all else is the same. Raises BadInput, and TooMany beyond five a day for one number.
    """
    name, text = parse_contact(typed)
    if not allow("own-code", f"{name} {same_value(name, text)}", MOST_A_DAY, timedelta(days=1)):
        raise TooMany(
            _("Several codes were asked for this number today. Use the last one, or come to the counter."),
            retry_after_s=3600,
        )
    channel = CodeChannel.SMS if name == "phone" else CodeChannel.MAIL
    code = f"{secrets.randbelow(10**8):08}"
    with write(actor) as work:
        rows = persons_of_exactly(name, text)
        made = made_code(work, rows, channel, code, SENT_GOOD)
        if rows:
            to = contacts_of(rows[0]).get(name, text)  # as it was left, whatever was typed
            work.send(
                str(channel), to, CODE_TEMPLATE, {"code": code}, key=f"own-code:{made.uuid}", language=get_language() or "zh-hans"
            )  # fmt: skip
    return made.uuid


def open_by_ticket(actor: Actor, ticket: str) -> str | None:
    """Opens a visit for who comes from the page of the report that they sent, once; gives the word for its cookie, None for a ticket that
    is forged, used or older than ten minutes."""
    row = of_ticket(ticket)
    if row is None:
        return None
    try:
        with write(actor) as work:
            return _opened(made_code(work, [row], CodeChannel.REPORT, ticket, SENT_GOOD))
    except IntegrityError:  # the digest of a ticket stands there once
        return None


def open_by_code(actor: Actor, code: str, uuid: UUID | None = None) -> str | None:
    """Opens a visit with a code, once; gives the word for its cookie, None for a code that is wrong, used or too old.

    A code that was sent counts only for the visit (`uuid`) it was asked for, and five tries are all; they are counted before the
    code is looked at. One of the counter counts once a second member of the staff has confirmed it.
    """
    typed = plain_code(code)
    with write(actor) as work:
        rows = OwnCode.objects.filter(opened_at__isnull=True, good_until__gt=work.now)
        if uuid is None:
            confirmed = rows.filter(channel=CodeChannel.COUNTER, confirmed_at__isnull=False)
            found = locked(confirmed.filter(code_digest=code_digest("", typed))).first()
        else:
            found = locked(rows.filter(uuid=uuid, tries__lt=MOST_TRIES)).first()
        if found is None:
            return None
        found.tries += 1
        found.save(update_fields=["tries"])
        if uuid is not None and not secrets.compare_digest(found.code_digest, code_digest(str(uuid), typed)):
            return None
        return _opened(found)


def visit(word: str) -> OwnCode | None:
    """The visit of a cookie, as long as it lasts."""
    if not word:
        return None
    digest = sha256(word.encode()).hexdigest()
    found = OwnCode.objects.filter(visit_digest=digest, closed_at__isnull=True).first()
    return found if found is not None and found.opened_at and now() < found.opened_at + VISIT else None


def leave(actor: Actor, code: OwnCode) -> None:
    """Ends a visit. Twice is once."""
    with write(actor) as work:
        OwnCode.objects.filter(pk=code.pk, closed_at__isnull=True).update(closed_at=work.now)


def persons_of(code: OwnCode) -> list[KeyedPerson]:
    """Whose data a visit shows; who was forgotten meanwhile is not among them."""
    return rows_of(OwnCodeFor.objects.filter(code=code).order_by("id").values_list("holder", "holder_id"))


def visits_of(persons: Sequence[KeyedPerson]) -> list[OwnCode]:
    """The codes that were made for some of these persons in the last year, the newest first; 50 at most."""
    mine = OwnCodeFor.objects.filter(held_by(persons)).values("code_id")
    return list(OwnCode.objects.filter(id__in=mine).order_by("-id")[:50])


def shown_contact(typed: str) -> str:
    """Where a code went, masked."""
    name, text = parse_contact(typed)
    return mask(text, "phone" if name == "phone" else "mail")


def made_code(
    work: Work, rows: Sequence[KeyedPerson], channel: CodeChannel, code: str, good: timedelta, **more: str
) -> OwnCode:
    """Keeps a code, as a digest, and whose data it opens."""
    uuid = uuid4()
    bound = (
        str(uuid)
        if channel in (CodeChannel.SMS, CodeChannel.MAIL)
        else str(channel)
        if channel == CodeChannel.REPORT
        else ""
    )
    made: OwnCode = OwnCode.objects.create(
        uuid=uuid, code_digest=code_digest(bound, code), channel=channel, by_user_id=work.actor.user_id,
        by_unit_id=work.actor.unit_id, made_at=work.now, good_until=work.now + good, **more,
    )  # fmt: skip
    for row in rows:
        OwnCodeFor.objects.create(code=made, holder=row._meta.label_lower, holder_id=row.pk)
    return made


def _opened(code: OwnCode) -> str:
    word = secrets.token_urlsafe(32)
    code.opened_at, code.visit_digest = now(), sha256(word.encode()).hexdigest()
    code.save(update_fields=["opened_at", "visit_digest"])
    return word


def plain_code(typed: str) -> str:
    """A code without what people write between its letters."""
    return "".join(one for one in typed.upper() if one.isalnum())


def code_digest(bound: str, code: str) -> str:
    """The digest of a code together with what it counts for."""
    return keyed_digest(f"{bound}\0{code}", "own code").hex()
