"""Addresses of the inbox."""

from __future__ import annotations

from django.urls import path

from linli.core.inbox.pages.views import inbox_page, notices_page, read_page, settings_page

urlpatterns = [
    path("inbox/", inbox_page, name="inbox"),
    path("inbox/notices/", notices_page, name="notices"),
    path("inbox/notices/read/", read_page, name="notices-read"),
    path("inbox/settings/", settings_page, name="notice-settings"),
]
