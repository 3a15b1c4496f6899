"""Who gets which status from the pages that the engine makes of a flow, with the example's repair. The rows of the API of each flow
are tried by its contract (api_rows.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.core.platform.public import receive_photo
from linli.subsystems.example.repair import REPAIR
from tests.access_table import Entry, each, only
from tests.api.caller import photo_bytes
from tests.city import TestCity
from tests.flow.test_repair import TestRepair

SEE = ("worker", "dispatcher", "supervisor")


def get(name: str, *args: Any) -> Callable[[Client], HttpResponse]:
    """Asks for a page."""
    return lambda client: client.get(reverse(name, args=args))  # type: ignore[return-value]


def entries(city: TestCity) -> list[Entry]:
    """The repair that `worker` asked for; its pages ask for no permission, so whoever does not see it finds nothing."""
    repair = TestRepair().bring_to(city, "asked")
    rows = REPAIR.tables.file._default_manager.filter(**REPAIR.key_of(repair.id))
    rows.update(stored_file_id=receive_photo(photo_bytes()).id)
    photo = ("example:repair-file", rows.get().id, "thumb")
    return [
        Entry("example:new-repair", "GET", get("example:new-repair"), only(200, "worker", "other_worker", "dispatcher", nobody=302)),
        Entry("example:repair", "GET", get("example:repair", repair.id), only(200, *SEE, otherwise=404, nobody=302)),
        Entry(
            "example:repair-do", "GET", get("example:repair-do", repair.id, "take"),
            only(200, "dispatcher", otherwise=404, nobody=302, worker=403, supervisor=403),
        ),
        Entry(photo[0], "GET", get(*photo), only(200, *SEE, otherwise=404)),
        Entry("api:flows", "GET", get("api:flows"), each(200, nobody=401)),
    ]  # fmt: skip
