"""Addresses of office work, below /office/."""

from __future__ import annotations

from django.urls import path

from linli.core.desk.public import list_urls
from linli.core.flow.public import item_urls
from linli.subsystems.office import approval_pages, leave_pages

app_name = "office"
urlpatterns = [
    *list_urls(leave_pages.LEAVES, "leave/", "office"),
    path("leave/new/", leave_pages.new_leave, name="new-leave"),
    *item_urls(leave_pages.PAGES, "leave/"),
    *list_urls(approval_pages.APPROVALS, "approvals/", "office"),
    path("approvals/new/", approval_pages.new_approval, name="new-approval"),
    *item_urls(approval_pages.PAGES, "approvals/"),
]
