"""Who gets what from the API. The case of the table lies in the street of `acceptance`, is handled by the unit of `handler`, and
was reported by `worker` with a photo and a name.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.core.access.public import make_token
from linli.core.cases.public import CaseFile
from linli.core.platform.public import SYSTEM, receive_photo
from tests.access_table import PEOPLE, Ask, Entry, each, only
from tests.api.caller import Caller, photo_bytes, report_body
from tests.city import DISTRICT, TestCity

SEE = ("worker", "acceptance", "dispatcher", "verifier", "handler", "supervisor", "leader", "auditor")
REPORT = ("worker", "other_worker", "acceptance", "other_acceptance", "far_acceptance", "dispatcher")
GRIDS = tuple(who for who in PEOPLE if who not in ("handler", "other_handler", "clerk"))
# Those who see the case but may not do it get 403, all others 404: whether there is such a case is not told.
BLIND = {who: 404 for who in PEOPLE if who not in (*SEE, "all_roles")}


def get(name: str, *args: object, **query: Any) -> Ask:
    """A reading request."""
    return lambda client: client.get(reverse(f"api:{name}", args=args), query)  # type: ignore[return-value]


def post(name: str, body: Any, *args: object) -> Ask:
    """A writing request with a fresh UUID."""
    return lambda client: client.post(  # type: ignore[return-value]
        reverse(f"api:{name}", args=args),
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid4())},
    )


def entries(city: TestCity) -> list[Entry]:
    """The API's part of the table."""
    photo = receive_photo(photo_bytes())
    case = city.report(
        reporter_name="王女士", reporter_phone="13800000000", files=({"role": "report", "stored_file_id": photo.id},)
    )
    city.do("acceptance", case, "file", category_id=city.category().id)
    city.do("dispatcher", case, "dispatch")
    case = city.do("handler", case, "accept")
    closed = city.bring_to("closed")
    return [*_reading(city, case.id), *_writing(city, case.id), *_units(), *_own(city), *_residents(closed.tracking)]


def _reading(city: TestCity, case_id: int) -> list[Entry]:
    signed_in = each(200, nobody=401)
    sees = only(200, *SEE, otherwise=404)
    grids = only(200, *GRIDS)
    file_id = CaseFile.objects.get(case_id=case_id).id
    point = {"lon": 115.005, "lat": 30.005}
    return [
        Entry("api:openapi", "GET", get("openapi"), each(200, nobody=200)),
        Entry("api:docs", "GET", get("docs"), each(200, nobody=200)),
        *(
            Entry(f"api:{name}", "GET", get(name), signed_in)
            for name in (
                "ping",
                "me",
                "home",
                "tokens",
                "sessions",
                "categories",
                "units",
                "areas",
                "transitions",
                "cases",
            )
        ),
        Entry("api:grids", "GET", get("grids"), grids),
        Entry("api:grids-at", "GET", get("grids-at", **point), grids),
        Entry("api:similar", "GET", get("similar", **point), only(200, *REPORT)),
        *(Entry(f"api:{name}", "GET", get(name, case_id), sees) for name in ("case", "timeline", "possible-actions")),
        *(
            Entry("api:file", "GET", get("file", file_id, variant), sees, note=variant)
            for variant in ("display", "thumb", "received")
        ),
    ]


def _writing(city: TestCity, case_id: int) -> list[Entry]:
    category = city.category().id
    comment = only(201, "worker", "acceptance", "dispatcher", "verifier", "handler", "supervisor", "leader", **BLIND)

    def solve(client: Client) -> HttpResponse:
        caller = Caller(client=client)
        files = [
            {"file_id": caller.send(content=photo_bytes(shade)).json().get("file_id", ""), "role": role}
            for shade, role in ((10, "before"), (200, "after"))
        ]
        return caller.post("/cases/solved-on-spot", report_body(category_id=category, note="已清理", files=files))

    return [
        Entry("api:report", "POST", post("report", report_body()), only(201, *REPORT)),
        Entry("api:solved-on-spot", "POST", solve, only(201, "worker")),
        Entry("api:act", "POST", post("act", {"note": "看到了"}, case_id, "comment"), comment, note="comment"),
        Entry(
            "api:act",
            "POST",
            post("act", {"reason": "不归我们", "unit_id": city.units["street_centre"].id}, case_id, "return"),
            only(201, "handler", **BLIND),
            note="return",
        ),
        Entry(
            "api:act", "POST", post("act", {"note": "快一点"}, case_id, "urge"),
            only(201, "dispatcher", "supervisor", "leader", **BLIND), note="urge",
        ),
        Entry(
            "api:reveal", "POST", post("reveal", {"purpose": "ask_back"}, case_id), only(201, "acceptance", **BLIND)
        ),
        Entry("api:send-file", "POST", lambda client: Caller(client=client).send(), each(201, nobody=401)),
    ]  # fmt: skip


def _units() -> list[Entry]:
    """Only who administers a district changes its units; those of another district are not there."""
    unit = {"name": "园林所", "kind": "department", "area_code": DISTRICT}
    mine, away = only(201, "administrator"), only(404, "administrator")
    return [
        Entry("api:make-unit", "POST", post("make-unit", {"code": "parks", **unit}), mine),
        Entry("api:change-unit", "POST", post("change-unit", unit, "roads"), mine, note="below"),
        Entry("api:change-unit", "POST", post("change-unit", unit, "far_centre"), away, note="elsewhere"),
        Entry("api:retire-unit", "POST", post("retire-unit", {}, "roads"), only(409, "administrator"), note="held"),
        Entry("api:retire-unit", "POST", post("retire-unit", {}, "far_centre"), away, note="elsewhere"),
        Entry("api:reopen-unit", "POST", post("reopen-unit", {}, "roads"), mine, note="below"),
        Entry("api:reopen-unit", "POST", post("reopen-unit", {}, "far_centre"), away, note="elsewhere"),
    ]


def _own(city: TestCity) -> list[Entry]:
    token = make_token(SYSTEM, user=city.users["acceptance"], name="mine")[0]
    return [
        Entry("api:make-token", "POST", post("make-token", {"name": "巡查"}), each(201, nobody=401)),
        Entry("api:end-sessions", "POST", post("end-sessions", {}), each(201, nobody=401)),
        Entry(
            "api:revoke-token",
            "DELETE",
            lambda client: client.delete(reverse("api:revoke-token", args=(token.id,))),  # type: ignore[return-value]
            only(204, "acceptance", otherwise=404, all_roles=404),
        ),
    ]


def _residents(tracking: str) -> list[Entry]:
    everybody = each(201, nobody=201)
    return [
        Entry("api:public-report", "POST", post("public-report", report_body()), everybody),
        Entry(
            "api:public-send-file", "POST", lambda client: Caller(client=client).send("/public/files"), everybody
        ),
        Entry("api:public-progress", "GET", get("public-progress", tracking), each(200, nobody=200)),
        Entry("api:public-rate", "POST", post("public-rate", {"score": 2}, tracking), everybody),
        Entry(
            "api:public-reopen", "POST", post("public-reopen", {"reason": "又堆起来了"}, tracking),
            each(409, nobody=409), note="before a rating of one or two stars",
        ),
    ]  # fmt: skip
