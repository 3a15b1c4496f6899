"""The ledger of small accounts: opening an account, entering what came in and went out, checking it, taking it out again.

Numbers and sums are kept right by locks in one order: first the account, then the month. Whoever closes a month holds the month alone,
so an entry comes before the close and is looked at, or after it and is refused.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from django.db.models import Max
from django.utils.translation import gettext as _

from linli.core.access.public import Access
from linli.core.areas.public import AreaNode, area_tree
from linli.core.desk.public import marks
from linli.core.flow.public import Given, begin
from linli.core.platform.public import (
    SYSTEM,
    Actor,
    BadInput,
    NotAllowed,
    NotThere,
    Refusal,
    Work,
    local_today,
    locked,
    row_uuid,
    write,
)
from linli.subsystems.office.accounts.flow import MONTH, month_of, month_words, next_month
from linli.subsystems.office.accounts.models import INCOME, Book, Booking, BookMonth, Kind

# So that a page, a print and the sums of a month stay small.
MOST_A_MONTH = 500
LONG_NUMBER = re.compile(r"(?:\d[\s-]?){7,}")


def open_book(
    actor: Actor, *, access: Access, uuid: UUID, area: AreaNode, first_day: date, opening: Decimal, shown: str
) -> Book:
    """Opens the account of a community with what is there at the beginning of a month, which may be below zero.

    Raises NotAllowed, BadInput for an area that is no community and for a month to come, Taken where there is an account already.
    """
    if not access.may_in_area("account.open", area.id):
        raise NotAllowed(_("You do not open accounts here."))
    if area.level != "community":
        raise BadInput(_("Only communities have a small account; choose one."), field="area")
    if month_of(first_day) > local_today():
        raise BadInput(_("This month has not begun; choose this one or an earlier one."), field="first_day")
    with write(actor) as work:
        book = Book.objects.create(
            **area_tree().scope_columns(area.id), uuid=row_uuid(work.actor, uuid), first_day=month_of(first_day), opening=opening,
            shown=shown,
        )  # fmt: skip
        _audit(work, book, "book.open", {"opening": f"{opening:.2f}"})
        open_months(book)
    return book


def open_months(book: Book) -> None:
    """Opens the months of an account up to the present one that are not there yet. Inside a write that holds the account."""
    newest = book.months.aggregate(newest=Max("first_day"))["newest"]
    first_day = next_month(newest) if newest else book.first_day
    while first_day <= local_today():
        begin(
            MONTH, SYSTEM, "open", Given(), area_id=book.area_id, uuid=uuid5(book.uuid, f"{first_day:%Y-%m}"), book=book, first_day=first_day,
        )  # fmt: skip
        first_day = next_month(first_day)


def enter(
    actor: Actor,
    *,
    access: Access,
    uuid: UUID,
    book_id: int,
    day: date,
    purpose: str,
    amount: Decimal,
    what: str,
    public_words: str = "",
    receipt_id: int | None = None,
) -> Booking:
    """Enters something that came in or went out. Raises NotThere, NotAllowed, Taken, and BadInput for a day to come, of a closed month
    or before the account began, and for public words that look private."""
    if LONG_NUMBER.search(public_words):
        said = _(
            "A long number may be somebody's telephone, card or identity; residents read these words, so leave it out."
        )
        raise BadInput(said, field="public_words")
    kind = Kind.INCOME if purpose in INCOME else Kind.EXPENSE
    with write(actor) as work:
        book, month = _hold(access, book_id, day)
        return _keep(
            work, access, book, month, uuid=uuid, day=day, kind=kind, purpose=purpose, amount=amount, what=what, public_words=public_words,
            receipt_id=receipt_id,
        )  # fmt: skip


def reverse_entry(actor: Actor, *, access: Access, uuid: UUID, booking_id: int, reason: str) -> Booking:
    """Takes an entry out by a counter entry: in its own month while that is open, else today. Raises NotThere, NotAllowed, Taken for one
    that was taken out already, BadInput for one that takes out another itself."""
    with write(actor) as work:
        wrong = _seen(access, booking_id)
        if wrong.reverses_id:
            raise BadInput(_("This entry reverses another one; enter anew what is right."), field="reason")
        last_day = next_month(wrong.month.first_day) - timedelta(days=1)
        day = min(local_today(), last_day) if wrong.month.state == "open" else local_today()
        book, month = _hold(access, wrong.month.book_id, day)
        return _keep(
            work, access, book, month, uuid=uuid, day=day, kind=wrong.kind, purpose=wrong.purpose, amount=-wrong.amount, what=reason,
            public_words=wrong.public_words, reverses=wrong,
        )  # fmt: skip


def check_entry(actor: Actor, *, access: Access, booking_id: int) -> Booking:
    """Says that an entry was held against its receipt and is right. Raises NotThere, NotAllowed for who entered it, and Refusal for
    one that was checked already."""
    with write(actor) as work:
        _seen(access, booking_id)
        booking = locked(Booking.objects.filter(id=booking_id)).get()
        if not access.may_in_area("account.check", booking.area_id):
            raise NotAllowed(_("This is not yours to do."))
        if booking.noted_by_id == access.user_id:
            raise NotAllowed(_("Nobody checks what they entered."), code="own_entry")
        if booking.checked_by_id:
            raise Refusal(_("This entry was checked already."), code="checked")
        booking.checked_by_id, booking.checked_at = access.user_id, work.now
        booking.save(update_fields=["checked_by_id", "checked_at"])
        work.stands(Booking, booking.id)
        _audit(work, booking, "booking.check", {})
    return booking


def show(actor: Actor, *, access: Access, book_id: int, shown: str) -> Book:
    """Chooses what residents see of the months that are published from now on. Twice does nothing more."""
    with write(actor) as work:
        book = locked(Book.objects.filter(id=book_id)).first()
        if book is None or not access.may_in_area("account.view", book.area_id):
            raise NotThere(_("There is no such account."))
        if not access.may_in_area("account.publish", book.area_id):
            raise NotAllowed(_("This is not yours to do."))
        book.shown = shown
        book.save(update_fields=["shown"])
        _audit(work, book, "book.show", {"shown": shown})
    return book


def _hold(access: Access, book_id: int, day: date) -> tuple[Book, BookMonth]:
    """The account and the month of a day, held until the commit, once it is sure that this person may enter something there."""
    book = locked(Book.objects.filter(id=book_id)).first()
    if book is None or not access.may_in_area("account.view", book.area_id):
        raise NotThere(_("There is no such account."))
    if not access.may_in_area("account.note", book.area_id):
        raise NotAllowed(_("You do not keep this account."))
    if day > local_today():
        raise BadInput(_("This day is still to come."), field="day")
    if day < book.first_day:
        raise BadInput(_("The account begins on %s.") % marks.day_words(book.first_day), field="day")
    open_months(book)
    month = locked(BookMonth.objects.filter(book=book, first_day=month_of(day))).get()
    if month.state != "open":
        said = _("%s is closed; enter it with a day of a month that is open.") % month_words(month.first_day)
        raise BadInput(said, field="day")
    return book, month


def _keep(work: Work, access: Access, book: Book, month: BookMonth, *, uuid: UUID, **columns: object) -> Booking:
    newest = month.bookings.aggregate(newest=Max("number"))["newest"] or 0
    if newest >= MOST_A_MONTH:
        raise BadInput(_("A month has at most %s entries.") % MOST_A_MONTH, field="day")
    booking = Booking.objects.create(
        **area_tree().scope_columns(book.area_id), uuid=row_uuid(work.actor, uuid), month=month, number=newest + 1,
        noted_by_id=access.user_id, noted_at=work.now, **columns,
    )  # fmt: skip
    work.stands(Booking, booking.id)
    _audit(work, booking, "booking.enter", {"month": f"{month}", "number": booking.number})
    return booking


def _seen(access: Access, booking_id: int) -> Booking:
    booking = Booking.objects.select_related("month").filter(id=booking_id).first()
    if booking is None or not access.may_in_area("account.view", booking.area_id):
        raise NotThere(_("There is no such entry."))
    return booking


def _audit(work: Work, row: Book | Booking, action: str, facts: dict[str, object]) -> None:
    if isinstance(row, Book):
        work.stands(Book, row.id)
    work.audit(area_tree().audit_chain(row.area_id), action, row._meta.model_name or "", row.id, facts)
