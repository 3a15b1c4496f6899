"""Who gets which status from the pages and the API of drafts: whoever publishes grids there, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.core.grids.public import GridLayer
from linli.subsystems.division.drafts.services import begin_draft
from tests.access_table import Entry, only
from tests.city import COMMUNITY, TestCity


def entries(city: TestCity) -> list[Entry]:
    """A draft of the first community. The administrator of the table has one district, so the layer is not theirs to publish."""
    access = city.access["administrator"]
    layer = GridLayer.objects.get(is_main=True)
    draft = begin_draft(access.actor(), access=access, layer=layer, area_code=COMMUNITY)
    split = {"do": "split", "face": "G1", "points": [[115.005, 30.0], [115.005, 30.01]]}

    def get(name: str, *args: Any) -> Callable[[Client], HttpResponse]:
        return lambda client: client.get(reverse(name, args=args))  # type: ignore[return-value]

    def post(name: str, body: dict[str, Any] | None, *args: Any) -> Callable[[Client], HttpResponse]:
        def ask(client: Client) -> HttpResponse:
            key = {"Idempotency-Key": str(uuid4())}
            address = reverse(name, args=args)
            return client.post(address, body, content_type="application/json", headers=key)  # type: ignore[return-value]

        return ask

    def send(name: str, body: dict[str, Any], *args: Any) -> Callable[[Client], HttpResponse]:
        def ask(client: Client) -> HttpResponse:
            return client.post(reverse(name, args=args), {"effect_id": str(uuid4()), **body})  # type: ignore[return-value]

        return ask

    opens, moves = only(200, "administrator", nobody=302), only(302, "administrator", nobody=302)
    unable = only(403, "administrator", nobody=302)
    read, done, nobody = only(200, "administrator"), only(201, "administrator"), only(403)
    one = (draft.id,)
    return [
        Entry("division:drafts", "GET", get("division:drafts"), opens),
        Entry("division:drafts", "POST", send("division:drafts", {"area": COMMUNITY}), moves),
        Entry("division:draft", "GET", get("division:draft", *one), opens),
        Entry("division:draft", "GET", get("division:draft", 10**9), only(404, "administrator", nobody=302), note="none"),
        Entry("division:draft-comparison", "GET", get("division:draft-comparison", *one), opens),
        Entry("division:draft-comparison", "POST", send("division:draft-comparison", {"revision": "0"}, *one), unable),
        Entry("division:draft-changes", "GET", get("division:draft-changes", *one), read),
        Entry("division:draft-put-away", "POST", send("division:draft-put-away", {}, *one), moves),
        Entry("api:grid-drafts", "GET", get("api:grid-drafts"), read),
        Entry("api:grid-drafts-begin", "POST", post("api:grid-drafts-begin", {"area": COMMUNITY}), done),
        Entry("api:grid-draft", "GET", get("api:grid-draft", *one), read),
        Entry("api:grid-draft-now", "GET", get("api:grid-draft-now", *one), read),
        Entry("api:grid-draft-comparison", "GET", get("api:grid-draft-comparison", *one), read),
        Entry("api:grid-draft-do", "POST", post("api:grid-draft-do", {"revision": 0, "command": split}, *one), done),
        Entry("api:grid-draft-undo", "POST", post("api:grid-draft-undo", {"revision": 0}, *one), only(409, "administrator")),
        Entry("api:grid-draft-redo", "POST", post("api:grid-draft-redo", {"revision": 0}, *one), only(409, "administrator")),
        Entry("api:grid-draft-publish", "POST", post("api:grid-draft-publish", {"revision": 0}, *one), nobody),
        Entry("api:grid-draft-put-away", "POST", post("api:grid-draft-put-away", None, *one), done),
        Entry("api:grid-draft", "GET", get("api:grid-draft", 10**9), only(404, "administrator"), note="none"),
    ]  # fmt: skip
