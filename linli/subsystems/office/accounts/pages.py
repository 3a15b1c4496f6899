"""The pages of small accounts for the staff: an account, entering, an entry, a month with its statement."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.core.access.public import Access, access_on, names_of, restrict, staff_page
from linli.core.areas.public import area_tree
from linli.core.desk.public import (
    AreaField,
    DayField,
    DeskForm,
    LineField,
    PhotosField,
    YuanField,
    answer_once,
    marks,
    posted_from,
)
from linli.core.flow.public import ItemPages
from linli.core.platform.public import NotThere, Refusal, StoredFile, file_response, local_today, moment_words, now
from linli.subsystems.office.accounts.flow import MONTH, month_of, month_words
from linli.subsystems.office.accounts.ledger import check_entry, enter, open_book, reverse_entry, show
from linli.subsystems.office.accounts.lists import VIEW, months_list
from linli.subsystems.office.accounts.models import INCOME, Book, Booking, BookMonth, Kind, Purpose, Shown
from linli.subsystems.office.accounts.public_pages import sheet_of
from linli.subsystems.office.accounts.publishing import content_of
from linli.subsystems.office.accounts.statement import balances, statement_of, unchecked

MOST_MONTHS = 24


def facts(month: BookMonth, _access: Access) -> list[tuple[str, str]]:
    """What there was, what is left, what waits to be checked."""
    found, left = statement_of(month), unchecked(month)
    return [
        (_("Month"), month_words(month.first_day)), (_("At the beginning"), yuan(found.opening)), (_("Came in"), yuan(found.came_in)),
        (_("Went out"), yuan(found.went_out)), (_("Left"), yuan(found.closing)), *([(_("Not checked yet"), str(left))] if left else []),
    ]  # fmt: skip


def yuan(amount: Any) -> str:
    """An amount with its unit."""
    return _("%s yuan") % marks.amount_words(amount)


def more(month: BookMonth, access: Access) -> dict[str, Any]:
    """The statement line by line; of a closed month what residents would read."""
    found = statement_of(month)
    public = sheet_of(content_of(month, access.user_id, now())) if month.state == "closed" else None
    return {
        "statement": found, "public": public, "may_note": access.may_in_area("account.note", month.area_id),
        "public_url": reverse("office-public:month", args=[area_tree().nodes[month.area_id].code, f"{month}"]),
    }  # fmt: skip


PAGES = ItemPages(
    flow=MONTH,
    back="office:months",
    back_title=gettext_lazy("Months of accounts"),
    facts=facts,
    more=more,
    template="office/month.html",
    hints={
        "close": gettext_lazy("Nothing more enters this month; what is wrong is reversed in a later one."),
        "publish": gettext_lazy("Residents read the month from now on, and it stays as it is."),
    },
)  # fmt: skip
MONTHS = months_list(PAGES)


def the_book(access: Access, book_id: int) -> Book:
    """An account that this person may see. Raises NotThere."""
    book = restrict(access, VIEW, Book.objects.select_related("area").filter(id=book_id)).first()
    if book is None:
        raise NotThere(_("There is no such account."))
    return book


def the_booking(access: Access, booking_id: int) -> Booking:
    """An entry that this person may see. Raises NotThere."""
    rows = Booking.objects.select_related("month__book__area", "reverses__month", "reversed_by__month")
    booking = restrict(access, VIEW, rows.filter(id=booking_id)).first()
    if booking is None:
        raise NotThere(_("There is no such entry."))
    return booking


class BookForm(DeskForm):
    """The account of a community."""

    names = {"area_id": "area"}
    area = AreaField(permission="account.open", levels=("community",), label=gettext_lazy("Community"))
    first_day = DayField(
        label=gettext_lazy("First month"), help_text=gettext_lazy("Any day of it; it begins on the first.")
    )
    opening = YuanField(
        label=gettext_lazy("What is there then, in yuan"), least=Decimal("-9999999999.99"), initial="0.00",
        help_text=gettext_lazy("Below zero where the community owes something."),
    )  # fmt: skip
    shown = forms.ChoiceField(
        label=gettext_lazy("Residents see"), choices=Shown.choices, initial=Shown.ENTRIES, widget=forms.RadioSelect
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("account.open")
def new_book(request: HttpRequest) -> HttpResponse:
    """Opens the account of a community."""
    form = BookForm(request, initial={"first_day": month_of(local_today())})
    answer = form.send(
        ["office.book"], lambda actor, uuid: open_book(actor, access=form.access, uuid=uuid, **form.cleaned_data).id
    )
    if answer is not None:
        return HttpResponseRedirect(reverse("office:book", args=[int(answer.body)]))
    title = _("Open an account")
    context = {"form": form, "title": title, "back_url": reverse("office:books"), "back_title": _("Community accounts")}
    return render(request, "flow/begin.html", context, status=form.status)


class ShownForm(DeskForm):
    """What residents see of the months to come."""

    shown = forms.ChoiceField(label=gettext_lazy("Residents see"), choices=Shown.choices)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(VIEW)
def book_page(request: HttpRequest, book_id: int) -> HttpResponse:
    """An account: what is in it, its months, what residents see."""
    access = access_on(request)
    book = the_book(access, book_id)
    form = ShownForm(request, initial={"shown": book.shown})
    changed = form.send(
        ["office.shown", book_id], lambda actor, _uuid: show(actor, access=access, book_id=book_id, **form.cleaned_data)
    )
    if changed is not None:
        return HttpResponseRedirect(reverse("office:book", args=[book_id]))
    months = list(book.months.order_by("-first_day")[:MOST_MONTHS])
    context = {
        "book": book,
        "public_url": reverse("office-public:community", args=[book.area.code]) if any(one.state == "published" for one in months) else "",
        "balance": balances([book])[book.id], "months": [(one, month_words(one.first_day), MONTH.phases[one.state]) for one in months],
        "form": form if access.may_in_area("account.publish", book.area_id) else None,
        "may_note": access.may_in_area("account.note", book.area_id), "waiting": sum(unchecked(one) for one in months if one.state == "open"),
    }  # fmt: skip
    return render(request, "office/book.html", context, status=form.status)


def purposes() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """What came in and what it went out for, below their kinds."""
    income = [(one.value, one.label) for one in INCOME]
    expense = [(one.value, one.label) for one in Purpose if one not in INCOME]
    return [(Kind.EXPENSE.label, expense), (Kind.INCOME.label, income)]


class BookingForm(DeskForm):
    """Something that came in or went out."""

    names = {"receipt_id": "receipt"}
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=lambda: [("", "—"), *purposes()])
    amount = YuanField()
    day = DayField(label=gettext_lazy("Day"))
    what = LineField(label=gettext_lazy("What"), max_length=120)
    public_words = LineField(
        label=gettext_lazy("Words for residents"), max_length=60, required=False,
        help_text=gettext_lazy("Without names, addresses and numbers of people. Left empty, residents read the purpose alone."),
    )  # fmt: skip
    receipt = PhotosField(label=gettext_lazy("Photo of the receipt"), most=1)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("account.note")
def new_booking(request: HttpRequest, book_id: int) -> HttpResponse:
    """Enters something in an account."""
    access = access_on(request)
    book = the_book(access, book_id)
    form = BookingForm(request, initial={"day": local_today()})

    def effect(actor: Any, uuid: Any) -> int:
        given = dict(form.cleaned_data)
        receipt = given.pop("receipt")
        return enter(
            actor, access=access, uuid=uuid, book_id=book.id, receipt_id=receipt[0].id if receipt else None, **given
        ).id

    answer = form.send(["office.booking", book_id], effect)
    if answer is not None:
        return HttpResponseRedirect(reverse("office:booking", args=[int(answer.body)]))
    context = {
        "form": form, "title": _("Enter"), "back_url": reverse("office:book", args=[book_id]), "back_title": str(book),
    }  # fmt: skip
    return render(request, "flow/begin.html", context, status=form.status)


class ReverseForm(DeskForm):
    """Why an entry is taken out."""

    reason = LineField(label=gettext_lazy("What was wrong"), max_length=120)


def show_booking(
    request: HttpRequest, booking: Booking, *, form: ReverseForm | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    """The page of an entry; after a refused form or button with what was refused."""
    access = access_on(request)
    names = names_of([booking.noted_by_id, booking.checked_by_id])
    counter = getattr(booking, "reversed_by", None)
    may = {one: access.may_in_area(f"account.{one}", booking.area_id) for one in ("note", "check")}
    waits = booking.checked_by_id is None and counter is None
    context = {
        "booking": booking, "month": month_words(booking.month.first_day), "amount": yuan(booking.gain), "counter": counter,
        "noted": f"{names.get(booking.noted_by_id, '')} · {moment_words(booking.noted_at)}",
        "checked": f"{names.get(booking.checked_by_id, '')} · {moment_words(booking.checked_at)}" if booking.checked_by_id else "",
        "may_check": may["check"] and waits and booking.noted_by_id != access.user_id,
        "form": form or ReverseForm(request, fresh=True, code="reverse") if may["note"] and counter is None and not booking.reverses_id else None,
        "open_form": form is not None, "refusal": refusal,
    }  # fmt: skip
    return render(request, "office/booking.html", context, status=(form or refusal).status if form or refusal else 200)  # type: ignore[union-attr]


@require_safe
@staff_page(VIEW)
def booking_page(request: HttpRequest, booking_id: int) -> HttpResponse:
    """An entry with its receipt."""
    return show_booking(request, the_booking(access_on(request), booking_id))


@require_POST
@posted_from("office:booking", "booking_id")
@staff_page("account.note")
def reverse_page(request: HttpRequest, booking_id: int) -> HttpResponseBase:
    """Takes an entry out by a counter entry."""
    access = access_on(request)
    form = ReverseForm(request, code="reverse")

    def effect(actor: Any, uuid: Any) -> int:
        return reverse_entry(actor, access=access, uuid=uuid, booking_id=booking_id, **form.cleaned_data).id

    answer = form.send(["office.reverse", booking_id], effect)
    if answer is None:
        return show_booking(request, the_booking(access, booking_id), form=form)
    return HttpResponseRedirect(reverse("office:booking", args=[int(answer.body)]))


@posted_from("office:booking", "booking_id")
@staff_page("account.check")
def check_page(request: HttpRequest, booking_id: int) -> HttpResponseBase:
    """Says that an entry is right."""
    access = access_on(request)
    return answer_once(
        request, ["office.check", booking_id], lambda actor, _uuid: check_entry(actor, access=access, booking_id=booking_id).id,
        to=reverse("office:booking", args=[booking_id]),
        refused=lambda refusal: show_booking(request, the_booking(access, booking_id), refusal=refusal),
    )  # fmt: skip


@require_safe
@staff_page(VIEW, part=True)
def receipt_file(request: HttpRequest, booking_id: int, variant: str) -> HttpResponseBase:
    """The photo of the receipt, for who may see the entry."""
    booking = the_booking(access_on(request), booking_id)
    stored = StoredFile.objects.filter(id=booking.receipt_id).first() if booking.receipt_id else None
    if stored is None or variant not in ("display", "thumb", "received"):
        raise NotThere(_("There is no such file."))
    return file_response(request, stored, variant)  # type: ignore[arg-type]
