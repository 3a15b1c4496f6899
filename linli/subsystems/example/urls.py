"""Addresses of the example, below /example/."""

from __future__ import annotations

from django.urls import path

from linli.core.flow.public import item_urls
from linli.subsystems.example.pages import notes_page
from linli.subsystems.example.repair_pages import PAGES, new_repair

app_name = "example"
urlpatterns = [
    path("", notes_page, name="notes"),
    path("repairs/new/", new_repair, name="new-repair"),
    *item_urls(PAGES, "repairs/"),
]
