"""Addresses of office work, below /office/."""

from __future__ import annotations

from django.urls import path

from linli.core.desk.public import list_urls
from linli.core.flow.public import item_urls
from linli.subsystems.office.accounts import lists as account_lists
from linli.subsystems.office.accounts import pages as accounts
from linli.subsystems.office.approvals import pages as approvals
from linli.subsystems.office.documents import pages_in, pages_out
from linli.subsystems.office.leave import pages as leave
from linli.subsystems.office.meetings import lists as meeting_lists
from linli.subsystems.office.meetings import pages as meetings

app_name = "office"
urlpatterns = [
    *list_urls(leave.LEAVES, "leave/", "office"),
    path("leave/new/", leave.new_leave, name="new-leave"),
    *item_urls(leave.PAGES, "leave/"),
    *list_urls(approvals.APPROVALS, "approvals/", "office"),
    path("approvals/new/", approvals.new_approval, name="new-approval"),
    *item_urls(approvals.PAGES, "approvals/"),
    *list_urls(pages_in.DOCUMENTS_IN, "documents/in/", "office"),
    path("documents/in/new/", pages_in.new_document_in, name="new-document-in"),
    *item_urls(pages_in.PAGES, "documents/in/"),
    *list_urls(pages_out.DOCUMENTS_OUT, "documents/out/", "office"),
    path("documents/out/new/", pages_out.new_document_out, name="new-document-out"),
    *item_urls(pages_out.PAGES, "documents/out/"),
    *list_urls(meeting_lists.MEETINGS, "meetings/", "office"),
    path("meetings/new/", meetings.new_meeting, name="new-meeting"),
    *list_urls(meeting_lists.DECISIONS, "meetings/decisions/", "office"),
    *item_urls(meetings.PAGES, "meetings/"),
    path("meetings/<int:item_id>/minutes.pdf", meetings.print_minutes, name="meeting-pdf"),
    *list_urls(account_lists.BOOKS, "accounts/", "office"),
    path("accounts/new/", accounts.new_book, name="new-book"),
    path("accounts/<int:book_id>/", accounts.book_page, name="book"),
    path("accounts/<int:book_id>/enter/", accounts.new_booking, name="new-booking"),
    *list_urls(accounts.MONTHS, "accounts/months/", "office"),
    *item_urls(accounts.PAGES, "accounts/months/"),
    *list_urls(account_lists.BOOKINGS, "accounts/entries/", "office"),
    path("accounts/entries/<int:booking_id>/", accounts.booking_page, name="booking"),
    path("accounts/entries/<int:booking_id>/check/", accounts.check_page, name="check-booking"),
    path("accounts/entries/<int:booking_id>/reverse/", accounts.reverse_page, name="reverse-booking"),
    path("accounts/entries/<int:booking_id>/receipt/<slug:variant>/", accounts.receipt_file, name="receipt"),
]
