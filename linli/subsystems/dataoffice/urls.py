"""Addresses of the data office, below /dataoffice/."""

from __future__ import annotations

from django.urls import path

from linli.core.desk.public import list_urls
from linli.core.flow.public import item_urls
from linli.subsystems.dataoffice.lists import PAGES, REQUESTS
from linli.subsystems.dataoffice.pages import confirm_page, counter_page

app_name = "dataoffice"
urlpatterns = [
    *list_urls(REQUESTS, "requests/", app_name),
    *item_urls(PAGES, "requests/"),
    path("counter/", counter_page, name="counter"),
    path("counter/confirm/", confirm_page, name="confirm"),
]
