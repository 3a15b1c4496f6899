"""Who gets which status from the pages of office work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.core.flow.public import AnyFlow
from linli.core.platform.public import now, receive_photo
from tests.access_table import PEOPLE, Entry, each, only
from tests.api.caller import photo_bytes
from tests.city import TestCity
from tests.desk.access_rows import rows_of

from .test_approval import APPROVAL, APPROVALS, approval_of
from .test_leave import LEAVE, LEAVES, leave_of

EVERYBODY = tuple(who for who in PEOPLE if who != "all_roles")
EXPORTS = ("supervisor", "leader", "administrator")


def get(name: str, *args: Any) -> Callable[[Client], HttpResponse]:
    """Asks for a page."""
    return lambda client: client.get(reverse(name, args=args))  # type: ignore[return-value]


def rows_of_item(
    flow: AnyFlow, name: str, item: Any, see: tuple[str, ...], action: str, do: tuple[str, ...]
) -> list[Entry]:
    """The page of an item, the dialog of one action and one photo; whoever does not see it finds nothing."""
    key = {**flow.key_of(item.id), "home_district": item.home_district, "at": now(), "role": "proof"}
    event = flow.tables.event._default_manager.filter(**flow.key_of(item.id)).latest("id")
    file = flow.tables.file._default_manager.create(
        **key, event_id=event.id, stored_file_id=receive_photo(photo_bytes()).id
    )
    hidden = dict.fromkeys(set(see) - set(do), 403)
    return [
        Entry(name, "GET", get(name, item.id), only(200, *see, otherwise=404, nobody=302)),
        Entry(
            f"{name}-do", "GET", get(f"{name}-do", item.id, action), only(200, *do, otherwise=404, nobody=302, **hidden)
        ),
        Entry(f"{name}-file", "GET", get(f"{name}-file", file.id, "thumb"), only(200, *see, otherwise=404)),
    ]


def entries(city: TestCity) -> list[Entry]:
    """Leave and approvals."""
    approval = approval_of(city)
    leave = leave_of(city, stand_in_id=city.users["clerk"].id)
    decide = ("leader", "supervisor")
    return [
        Entry("api:office-leaves", "GET", get("api:office-leaves"), each(200, nobody=401)),
        Entry("office:new-leave", "GET", get("office:new-leave"), each(200, nobody=302)),
        *rows_of(LEAVES, "office", EVERYBODY, EXPORTS, decide),
        *rows_of_item(LEAVE, "office:leave", leave, ("worker", "clerk", *decide), "grant", decide),
        Entry("api:office-approvals", "GET", get("api:office-approvals"), each(200, nobody=401)),
        Entry("office:new-approval", "GET", get("office:new-approval"), each(200, nobody=302)),
        *rows_of(APPROVALS, "office", EVERYBODY, EXPORTS, decide),
        *rows_of_item(APPROVAL, "office:approval", approval, ("worker", *decide), "approve", decide),
    ]
