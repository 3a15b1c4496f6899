"""Who gets which status from the pages of office work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.core.flow.public import AnyFlow
from linli.core.platform.public import clock_at, now, receive_photo
from tests.access_table import PEOPLE, Entry, each, only
from tests.api.caller import photo_bytes
from tests.city import TestCity
from tests.desk.access_rows import rows_of

from .account_people import at, entry_of, month_of, published_january, with_people
from .test_account_pages import BOOKINGS, BOOKS, MONTHS
from .test_accounts import MONTH
from .test_approval import APPROVAL, APPROVALS, approval_of
from .test_documents_in import DOCUMENT_IN, DOCUMENTS_IN, document_of
from .test_documents_out import DOCUMENT_OUT, DOCUMENTS_OUT, draft_of
from .test_leave import LEAVE, LEAVES, leave_of
from .test_meetings import DECISIONS, MEETING, MEETINGS, TestMeeting, meeting_of

EVERYBODY = tuple(who for who in PEOPLE if who != "all_roles")
EXPORTS = ("supervisor", "leader", "administrator")


def get(name: str, *args: Any) -> Callable[[Client], HttpResponse]:
    """Asks for a page."""
    return lambda client: client.get(reverse(name, args=args))  # type: ignore[return-value]


def post(name: str, *args: Any, **form: str) -> Callable[[Client], HttpResponse]:
    """Sends a form."""
    return lambda client: client.post(reverse(name, args=args), {"effect_id": str(uuid4()), **form})  # type: ignore[return-value]


def rows_of_item(
    flow: AnyFlow,
    name: str,
    item: Any,
    see: tuple[str, ...],
    action: str,
    do: tuple[str, ...],
    hands: int = 200,
    printed: bool = True,
) -> list[Entry]:
    """The page of an item, the dialog of one action and one photo; whoever does not see it finds nothing.

    `hands`: what the person with all roles gets from the dialog.
    """
    key = {**flow.key_of(item.id), "home_district": item.home_district, "at": now(), "role": "proof"}
    event = flow.tables.event._default_manager.filter(**flow.key_of(item.id)).latest("id")
    file = flow.tables.file._default_manager.create(
        **key, event_id=event.id, stored_file_id=receive_photo(photo_bytes()).id
    )
    hidden = {**dict.fromkeys(set(see) - set(do), 403), "all_roles": hands}
    return [
        Entry(name, "GET", get(name, item.id), only(200, *see, otherwise=404, nobody=302)),
        Entry(
            f"{name}-do", "GET", get(f"{name}-do", item.id, action), only(200, *do, otherwise=404, nobody=302, **hidden)
        ),
        *(
            [Entry(f"{name}-print", "GET", get(f"{name}-print", item.id), only(200, *see, otherwise=404, nobody=302))]
            if printed
            else []
        ),
        Entry(f"{name}-file", "GET", get(f"{name}-file", file.id, "thumb"), only(200, *see, otherwise=404)),
    ]


def entries(city: TestCity) -> list[Entry]:
    """Leave, approvals, documents."""
    came_in, goes_out, desk = document_of(city), draft_of(city), ("acceptance", "leader")
    approval = approval_of(city)
    leave = leave_of(city, stand_in_id=city.users["clerk"].id)
    decide = ("leader", "supervisor")
    return [
        Entry("api:office-leaves", "GET", get("api:office-leaves"), each(200, nobody=401)),
        Entry("office:new-leave", "GET", get("office:new-leave"), each(200, nobody=302)),
        *rows_of(LEAVES, "office", EVERYBODY, EXPORTS, decide),
        *rows_of_item(LEAVE, "office:leave", leave, ("worker", "clerk", *decide), "grant", decide),
        Entry("api:office-approvals", "GET", get("api:office-approvals"), each(200, nobody=401)),
        Entry("office:new-approval", "GET", get("office:new-approval"), each(200, nobody=302)),
        *rows_of(APPROVALS, "office", EVERYBODY, EXPORTS, decide),
        *rows_of_item(APPROVAL, "office:approval", approval, ("worker", *decide), "approve", decide),
        Entry("api:office-documents-in", "GET", get("api:office-documents-in"), each(200, nobody=401)),
        Entry(
            "office:new-document-in",
            "GET",
            get("office:new-document-in"),
            only(200, "acceptance", "other_acceptance", "far_acceptance", nobody=302),
        ),
        *rows_of(DOCUMENTS_IN, "office", EVERYBODY, EXPORTS),
        *rows_of_item(DOCUMENT_IN, "office:document-in", came_in, desk, "propose", ("acceptance",)),
        Entry("api:office-documents-out", "GET", get("api:office-documents-out"), each(200, nobody=401)),
        Entry("office:new-document-out", "GET", get("office:new-document-out"), each(200, nobody=302)),
        *rows_of(DOCUMENTS_OUT, "office", EVERYBODY, EXPORTS),
        *rows_of_item(
            DOCUMENT_OUT, "office:document-out", goes_out, ("worker", *desk), "hand_in", ("worker",), hands=403
        ),
        *of_meetings(city),
        *of_accounts(city),
    ]


def of_meetings(city: TestCity) -> list[Entry]:
    """Meetings: who called them, who was invited, and who may see all of an area."""
    minuted = TestMeeting().bring_to(city, "minuted")
    invited = ("leader", "supervisor", "verifier")
    return [
        Entry("api:office-meetings", "GET", get("api:office-meetings"), each(200, nobody=401)),
        Entry("api:office-decisions", "GET", get("api:office-decisions"), each(200, nobody=401)),
        Entry("office:new-meeting", "GET", get("office:new-meeting"), only(200, "leader", "supervisor", nobody=302)),
        *rows_of(MEETINGS, "office", EVERYBODY, EXPORTS),
        *rows_of(DECISIONS, "office", EVERYBODY, EXPORTS),
        *rows_of_item(
            MEETING, "office:meeting", meeting_of(city), invited, "cancel", ("leader",), hands=403, printed=False
        ),
        Entry(
            "office:meeting-pdf",
            "GET",
            get("office:meeting-pdf", minuted.id),
            only(200, *invited, otherwise=404, nobody=302),
        ),
    ]


def of_accounts(city: TestCity) -> list[Entry]:
    """Small accounts: who oversees them here; what is published is everybody's."""
    with_people(city)
    book = published_january(city)
    with clock_at(at(2, 20)):
        booking = entry_of(city, book, at(2, 5).date(), receipt_id=receive_photo(photo_bytes()).id)
    code, oversee = book.area.code, ("leader", "supervisor")
    seen = only(200, *oversee, nobody=302)
    return [
        Entry("api:office-accounts", "GET", get("api:office-accounts"), only(200, *oversee, nobody=401)),
        Entry("api:office-account-months", "GET", get("api:office-account-months"), each(200, nobody=401)),
        Entry("api:office-account-entries", "GET", get("api:office-account-entries"), only(200, *oversee, nobody=401)),
        Entry("office:new-book", "GET", get("office:new-book"), seen),
        Entry("office:book", "GET", get("office:book", book.id), seen),
        Entry("office:book", "POST", post("office:book", book.id, shown="sums"), only(302, *oversee, nobody=302)),
        Entry("office:new-booking", "GET", get("office:new-booking", book.id), only(200, nobody=302)),
        Entry("office:booking", "GET", get("office:booking", booking.id), seen),
        Entry(
            "office:check-booking", "POST", post("office:check-booking", booking.id), only(302, *oversee, nobody=302)
        ),
        Entry(
            "office:reverse-booking",
            "POST",
            post("office:reverse-booking", booking.id, reason="x"),
            only(302, nobody=302),
        ),
        Entry("office:receipt", "GET", get("office:receipt", booking.id, "thumb"), only(200, *oversee)),
        *rows_of(BOOKS, "office", oversee, oversee),
        *rows_of(MONTHS, "office", EVERYBODY, EXPORTS),
        *rows_of(BOOKINGS, "office", oversee, oversee, oversee),
        *rows_of_item(MONTH, "office:month", month_of(book, at(2, 1).date()), oversee, "close", oversee, printed=False),
        Entry("office-public:accounts", "GET", get("office-public:accounts"), each(200, nobody=200)),
        Entry("office-public:community", "GET", get("office-public:community", code), each(200, nobody=200)),
        Entry("office-public:month", "GET", get("office-public:month", code, "2026-01"), each(200, nobody=200)),
        Entry("office-public:month-csv", "GET", get("office-public:month-csv", code, "2026-01"), each(200, nobody=200)),
        Entry("office-public:month-pdf", "GET", get("office-public:month-pdf", code, "2026-01"), each(200, nobody=200)),
    ]
