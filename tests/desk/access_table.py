"""Who opens “My exports”: whoever may take lists out, and each only their own."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.access_table import ROLES_IN_ONE_HAND, Ask, Entry, only
from tests.city import TestCity
from tests.forms import sent

EXPORTERS = ("supervisor", "leader", "administrator")


def entries(city: TestCity) -> list[Entry]:
    """The page, a file and giving up; nobody has asked for export 987654."""

    def get(name: str, *args: int) -> Ask:
        return lambda client: client.get(reverse(name, args=args))  # type: ignore[return-value]

    def post(client: Client) -> HttpResponse:
        return client.post(reverse("export-give-up", args=[987654]), sent())  # type: ignore[return-value]

    hands = 404 if set(EXPORTERS) & set(ROLES_IN_ONE_HAND) else 403
    missing = only(404, *EXPORTERS, nobody=302, all_roles=hands)
    return [
        Entry("exports", "GET", get("exports"), only(200, *EXPORTERS, nobody=302)),
        Entry("export-file", "GET", get("export-file", 987654), missing),
        Entry("export-give-up", "POST", post, missing),
    ]
