"""Who gets which status from the pages of the example."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.access_table import Entry, each, only
from tests.city import TestCity


def entries(city: TestCity) -> list[Entry]:
    """The page of the staff, the one for everybody, and the API."""

    def get(name: str) -> Callable[[Client], HttpResponse]:
        def ask(client: Client) -> HttpResponse:
            return client.get(reverse(name))  # type: ignore[return-value]

        return ask

    return [
        Entry("example-public:about", "GET", get("example-public:about"), each(200, nobody=200)),
        Entry("example:notes", "GET", get("example:notes"), only(200, "auditor", "supervisor", nobody=302)),
        Entry("api:example-notes", "GET", get("api:example-notes"), only(200, "auditor", "supervisor", nobody=401)),
    ]
