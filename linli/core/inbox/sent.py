"""What was sent to whom, and whether it arrived: letters of every channel, and notices under the bell.

Everybody sees their own; who holds `message.view` over an area sees those of the people of its units. Addresses are masked, and of a
letter's words only the subject is said.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language, gettext_lazy

from linli.core.access.public import Access, User
from linli.core.desk.public import ChoiceFilter, Column, DaysFilter, Empty, List, SwitchFilter, marks, person_column
from linli.core.flow.public import OfMeFilter
from linli.core.inbox.models import Notice
from linli.core.inbox.subjects import subject_of
from linli.core.platform.public import Message, mask, render_message

STATES = {
    "waiting": gettext_lazy("Waiting to be sent"), "sending": gettext_lazy("Being sent"), "sent": gettext_lazy("Sent and accepted"),
    "failed": gettext_lazy("Could not be sent"), "uncertain": gettext_lazy("Nobody knows whether it arrived"),
}  # fmt: skip
PHASES = {"waiting": "waiting", "sending": "work", "sent": "done", "failed": "stopped", "uncertain": "check"}
CHANNELS = {"mail": gettext_lazy("Mail"), "sms": gettext_lazy("Text message"), "push": gettext_lazy("Push notice")}


def _theirs(access: Access) -> Q:
    """What went to the person, or to people of units in the areas where they may see what was sent."""
    areas = access.areas_with("message.view")
    mine = Q(user_id=access.user_id)
    return mine | Q(user_id__in=User.objects.filter(unit__area_id__in=areas).values("id")) if areas else mine


def letters_seen(access: Access) -> QuerySet[Message]:
    """The letters that somebody may see that they were sent."""
    return Message.objects.filter(_theirs(access))


def notices_seen(access: Access) -> QuerySet[Notice]:
    """The notices that somebody may see that they were given."""
    return Notice.objects.filter(_theirs(access))


def _with_words(access: Access, letters: list[Message]) -> list[Message]:  # noqa: ARG001 - as lists complete rows
    """Each letter with its address, masked, and its subject; erased ones without."""
    for one in letters:
        envelope: dict[str, Any] = json.loads(one.envelope) if one.envelope else {"to": "", "params": {}}
        to = str(envelope["to"])
        hidden = mask(to, "mail" if "@" in to else "phone")
        subject = _subject(one, envelope["params"]) if to else ""
        reason = one.error.replace(to, hidden) if to else one.error
        one.__dict__ |= {"address": hidden, "subject": subject, "reason": reason}
    return letters


def _subject(one: Message, params: dict[str, Any]) -> str:
    """The subject in the reader's language; of a department that is not installed any more, the name of its text."""
    try:
        return render_message(one.template, get_language() or one.language, params)[0]
    except KeyError:
        return one.template


def _about(access: Access, notices: list[Notice]) -> list[Notice]:
    """Each notice with what it is about, where the reader sees the item: one statement for each kind."""
    ids: dict[str, set[int]] = {}
    for one in notices:
        ids.setdefault(one.flow, set()).add(one.item_id)
    subjects = {code: subject for code in ids if (subject := subject_of(code)) is not None}
    items = {code: subject.in_bulk(ids[code]) for code, subject in subjects.items()}
    for one in notices:
        subject, item = subjects.get(one.flow), items.get(one.flow, {}).get(one.item_id)
        seen = subject is not None and item is not None and subject.may_view(item, access)
        one.__dict__ |= {
            "what": subject.what(one.action) if subject else one.flow,
            "about": subject.heading(item) if subject is not None and seen else "",
        }
    return notices


LETTERS = List[Message](
    code="letters",
    title=gettext_lazy("Letters sent"),
    permission="",
    rows=letters_seen,
    complete=_with_words,
    columns=(
        Column("subject", gettext_lazy("About"), lambda one: one.__dict__["subject"], css="grow card-title"),
        person_column("who", gettext_lazy("To"), "user_id", css="fixed"),
        Column("channel", gettext_lazy("By"), lambda one: str(CHANNELS.get(one.channel, one.channel)), css="fixed col-wide"),
        Column("address", gettext_lazy("Address"), lambda one: one.__dict__["address"], css="fixed col-wide"),
        Column("at", gettext_lazy("Written"), lambda one: one.at, css="fixed", kind=datetime),
        Column(
            "state", gettext_lazy("State"), lambda one: str(STATES[one.state]), css="card-plain fixed", code_of=lambda one: one.state,
            html=lambda one: marks.state(one.state, str(STATES[one.state]), PHASES[one.state]),
        ),
        Column("sent_at", gettext_lazy("Sent at"), lambda one: one.sent_at, css="fixed col-wide", kind=datetime),
        Column("attempts", gettext_lazy("Attempts"), lambda one: one.attempts, css="number fixed col-wide", kind=int),
        Column("reason", gettext_lazy("Reason"), lambda one: one.__dict__["reason"], css="col-wide"),
    ),
    filters=(
        OfMeFilter("mine", gettext_lazy("To me"), lambda access: Q(user_id=access.user_id)),
        ChoiceFilter("state", gettext_lazy("State"), list(STATES.items())),
        DaysFilter("days", gettext_lazy("Written"), "at"),
    ),
    empty=Empty(gettext_lazy("No letter yet"), gettext_lazy("Every letter of linli stands here, with whether it was accepted, and why not."), "send"),
    template="inbox/letters.html",
)  # fmt: skip

GIVEN_NOTICES = List[Notice](
    code="given-notices",
    title=gettext_lazy("Notices given"),
    permission="",
    rows=notices_seen,
    complete=_about,
    columns=(
        Column("what", gettext_lazy("Step taken"), lambda one: one.__dict__["what"], css="grow card-title"),
        Column("about", gettext_lazy("About"), lambda one: one.__dict__["about"]),
        person_column("who", gettext_lazy("To"), "user_id", css="fixed"),
        Column("at", gettext_lazy("Given at"), lambda one: one.at, css="fixed", kind=datetime),
        Column("read_at", gettext_lazy("Read at"), lambda one: one.read_at, css="fixed col-wide", kind=datetime),
        Column("mailed_at", gettext_lazy("In a letter of"), lambda one: one.mailed_at, css="fixed col-wide", kind=datetime),
    ),
    filters=(
        OfMeFilter("mine", gettext_lazy("To me"), lambda access: Q(user_id=access.user_id)),
        SwitchFilter("unread", gettext_lazy("Not read yet"), lambda rows: rows.filter(read_at__isnull=True)),
        DaysFilter("days", gettext_lazy("Given at"), "at"),
    ),
    empty=Empty(gettext_lazy("No notice yet"), gettext_lazy("What becomes of things that you have a part in is told here."), "bell"),
    template="inbox/given_notices.html",
)  # fmt: skip
