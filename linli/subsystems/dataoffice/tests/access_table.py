"""Who gets which status from the pages of the data office, and what everybody gets from the page of one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.core.flow.public import timeline_of
from linli.core.platform.public import now, receive_photo
from linli.subsystems.dataoffice.flow import REQUEST
from linli.subsystems.dataoffice.lists import REQUESTS
from tests.access_table import Entry, each, only
from tests.api.caller import photo_bytes
from tests.city import TestCity
from tests.desk.access_rows import rows_of

from .asking import asked, with_officer

READERS = ("leader", "auditor")


def get(name: str, *args: Any) -> Callable[[Client], HttpResponse]:
    """Asks for a page."""
    return lambda client: client.get(reverse(name, args=args))  # type: ignore[return-value]


def post(name: str, *args: Any, **form: str) -> Callable[[Client], HttpResponse]:
    """Sends a form."""
    return lambda client: client.post(reverse(name, args=args), {"effect_id": str(uuid4()), **form})  # type: ignore[return-value]


def entries(city: TestCity) -> list[Entry]:
    """A request of somebody who reported in the first community."""
    item = asked(with_officer(city))
    key = {**REQUEST.key_of(item.id), "home_district": item.home_district, "at": now(), "role": "proof"}
    event = timeline_of(REQUEST.tables, REQUEST.key_of(item.id))[0]
    file = REQUEST.tables.file._default_manager.create(
        **key, event_id=event.id, stored_file_id=receive_photo(photo_bytes()).id
    )
    led, shown, hands = (
        each(302, nobody=302),
        each(200, nobody=200),
        ("acceptance", "other_acceptance", "far_acceptance"),
    )
    return [
        *rows_of(REQUESTS, "dataoffice", READERS, exporters=("leader",)),
        Entry("api:data-requests", "GET", get("api:data-requests"), only(200, *READERS, nobody=401)),
        Entry("dataoffice:request", "GET", get("dataoffice:request", item.id), only(200, *READERS, otherwise=404, nobody=302)),
        Entry(
            "dataoffice:request-do", "GET", get("dataoffice:request-do", item.id, "answer"),
            only(403, *READERS, otherwise=404, nobody=302),
        ),
        Entry(
            "dataoffice:request-file", "GET", get("dataoffice:request-file", file.id, "thumb"),
            only(200, *READERS, otherwise=404, nobody=401),
        ),
        Entry("dataoffice:counter", "GET", get("dataoffice:counter"), only(200, *hands, nobody=302)),
        Entry(
            "dataoffice:counter", "POST",
            post("dataoffice:counter", by="contact", value="13800000000", document="id_card", called="王小雨"),
            only(200, *hands, nobody=302),
        ),
        Entry("dataoffice:confirm", "GET", get("dataoffice:confirm"), only(200, *hands, nobody=302)),
        Entry(
            "dataoffice:confirm", "POST", post("dataoffice:confirm", by="contact", value="13800000000", code="X"),
            only(422, *hands, nobody=302),
        ),
        Entry("my-data:start", "GET", get("my-data:start"), shown),
        Entry("my-data:start", "POST", post("my-data:start", contact="13800000000"), each(302, nobody=302)),
        Entry("my-data:code", "GET", get("my-data:code", uuid4()), shown),
        Entry("my-data:counter", "GET", get("my-data:counter"), shown),
        Entry("my-data:counter", "POST", post("my-data:counter", code="X"), each(422, nobody=422)),
        *(Entry(f"my-data:{name}", "GET", get(f"my-data:{name}"), led) for name in ("page", "export", "copy")),
        *(
            Entry(f"my-data:{name}", "POST", post(f"my-data:{name}"), led)
            for name in ("ask", "take-back", "consent", "leave", "from-report")
        ),
    ]  # fmt: skip
