"""Who gets what from the health pages: everybody, signed in or not; the figures only from this machine or with the token."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.access_table import Ask, Entry, each
from tests.city import TestCity


def get(name: str, address: str = "127.0.0.1") -> Ask:
    """A reading request from an address."""

    def ask(client: Client) -> HttpResponse:
        return client.get(reverse(name), REMOTE_ADDR=address)  # type: ignore[return-value]

    return ask


def entries(city: TestCity) -> list[Entry]:
    """The three addresses at the root."""
    return [
        Entry("healthz", "GET", get("healthz"), each(200, nobody=200)),
        Entry("readyz", "GET", get("readyz"), each(200, nobody=200)),
        Entry("metrics", "GET", get("metrics"), each(200, nobody=200), "from this machine"),
        Entry("metrics", "GET", get("metrics", "203.0.113.9"), each(404, nobody=404), "from another machine"),
    ]
