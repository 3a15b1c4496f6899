"""Who gets which status from the pages of admission."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.core.platform.public import now, receive_photo
from tests.access_table import Entry, each, only
from tests.api.caller import photo_bytes
from tests.city import TestCity
from tests.desk.access_rows import rows_of

from .test_admission import ADMISSION, asked
from .test_admission_pages import ADMISSIONS, DEPARTMENTS, LOADS
from .test_campaign_pages import CAMPAIGNS
from .test_campaigns import grid, resident_draft, running

DEPARTMENT = ("handler", "other_handler", "clerk")
READERS = ("worker", "other_worker", "supervisor", "leader", "auditor", *DEPARTMENT)
DECIDE = ("supervisor", "leader")
SEE = ("handler", "supervisor", "leader", "auditor", "worker")
EXPORTS = ("supervisor", "leader")
RUN = ("supervisor", "leader", *DEPARTMENT)
FILL = ("worker", "leader", "supervisor")


def get(name: str, *args: Any) -> Callable[[Client], HttpResponse]:
    """Asks for a page."""
    return lambda client: client.get(reverse(name, args=args))  # type: ignore[return-value]


def post(name: str, *args: Any, **form: str) -> Callable[[Client], HttpResponse]:
    """Sends a form."""
    return lambda client: client.post(reverse(name, args=args), {"effect_id": str(uuid4()), **form})  # type: ignore[return-value]


def entries(city: TestCity) -> list[Entry]:
    """A request of the environment department for the first community."""
    item = asked(city)
    event = ADMISSION.tables.event._default_manager.filter(**ADMISSION.key_of(item.id)).latest("id")
    file = ADMISSION.tables.file._default_manager.create(
        **ADMISSION.key_of(item.id), home_district=item.home_district, at=now(), role="report", event_id=event.id,
        stored_file_id=receive_photo(photo_bytes()).id,
    )  # fmt: skip
    sees = only(200, *SEE, otherwise=404, nobody=302)
    return [
        *(
            row
            for shown in (ADMISSIONS, LOADS, DEPARTMENTS, CAMPAIGNS)
            for row in rows_of(shown, "admission", READERS, exporters=EXPORTS)
        ),
        *(
            Entry(name, "GET", get(name), only(200, *READERS, nobody=401))
            for name in ("api:admission-admissions", "api:admission-loads", "api:admission-departments", "api:admission-campaigns")
        ),
        Entry("admission:new", "GET", get("admission:new"), only(200, *DEPARTMENT, nobody=302)),
        Entry("admission:admission", "GET", get("admission:admission", item.id), sees),
        Entry("admission:admission-print", "GET", get("admission:admission-print", item.id), sees),
        Entry(
            "admission:admission-do", "GET", get("admission:admission-do", item.id, "examine"),
            only(200, *DECIDE, otherwise=404, nobody=302, handler=403, auditor=403, worker=403, all_roles=403),
        ),
        Entry("admission:admission-file", "GET", get("admission:admission-file", file.id, "thumb"), only(200, *SEE, otherwise=404)),
        *campaign_entries(city),
    ]  # fmt: skip


def campaign_entries(city: TestCity) -> list[Entry]:
    """A running campaign of the street in the first community, open to residents."""
    campaign = running(city)
    code = resident_draft(campaign)
    place, see = (campaign.id, grid("G1").id), ("leader", "supervisor", "auditor", "worker")
    sees = only(200, *see, otherwise=404, nobody=302)
    refused = dict.fromkeys(("auditor", "worker"), 403)
    answers = {**dict.fromkeys(("handler", "other_handler", "clerk"), 404), "nobody": 302}
    taken_out = post("admission:answers-csv", campaign.id, reason="x")
    return [
        Entry("admission:new-campaign", "GET", get("admission:new-campaign"), only(200, *RUN, nobody=302)),
        Entry("admission:campaign", "GET", get("admission:campaign", campaign.id), sees),
        Entry(
            "admission:campaign-do", "GET", get("admission:campaign-do", campaign.id, "close"),
            only(200, "leader", "supervisor", otherwise=404, nobody=302, **refused),
        ),
        Entry("admission:campaign-file", "GET", get("admission:campaign-file", 987654, "thumb"), only(404, otherwise=404, nobody=401)),
        Entry("admission:fill", "POST", post("admission:fill", *place), only(302, *FILL, otherwise=404, nobody=302)),
        Entry("admission:target", "POST", post("admission:target", campaign.id, 987654), each(404, nobody=302)),
        Entry("admission:progress-csv", "POST", post("admission:progress-csv", campaign.id), only(200, "leader", "supervisor", nobody=302, administrator=404)),
        Entry("admission:answers", "GET", get("admission:answers", campaign.id), only(200, "leader", "supervisor", **answers)),
        Entry("admission:answers-csv", "POST", taken_out, only(200, "leader", "supervisor", nobody=302, administrator=404)),
        Entry("campaigns-public:campaigns", "GET", get("campaigns-public:campaigns"), each(200, nobody=200)),
        Entry("campaigns-public:grids", "GET", get("campaigns-public:grids", campaign.id), each(200, nobody=200)),
        Entry("campaigns-public:begin", "GET", get("campaigns-public:begin", *place), each(200, nobody=200)),
        Entry("campaigns-public:begin", "POST", post("campaigns-public:begin", *place), each(302, nobody=302), "sent"),
        Entry("campaigns-public:sheet", "GET", get("campaigns-public:sheet", code), each(200, nobody=200)),
        Entry("campaigns-public:sheet-whole", "GET", get("campaigns-public:sheet-whole", code), each(200, nobody=200)),
        Entry("campaigns-public:sheet-step", "GET", get("campaigns-public:sheet-step", code, "gate"), each(200, nobody=200)),
        Entry("campaigns-public:sheet-send", "POST", post("campaigns-public:sheet-send", code), each(422, nobody=422)),
        Entry("campaigns-public:sheet-file", "GET", get("campaigns-public:sheet-file", code, 987654, "thumb"), each(404, nobody=404)),
    ]  # fmt: skip
