"""Who gets which status from the pages of patrols."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.core.platform.public import clock_at
from linli.subsystems.patrol.lists import PLANS, ROUNDS
from tests.access_table import Entry, each, only
from tests.city import TestCity
from tests.desk.access_rows import rows_of

from .walks import at, patrol_lead, plan_of, start

SEES = ("worker", "supervisor", "leader")


def get(name: str, *args: Any) -> Callable[[Client], HttpResponse]:
    """Asks for a page in the morning of DAY."""

    def ask(client: Client) -> HttpResponse:
        with clock_at(at("08:30")):
            return client.get(reverse(name, args=args))  # type: ignore[return-value]

    return ask


def post(name: str, *args: Any, **fields: Any) -> Callable[[Client], HttpResponse]:
    """Sends a form in the morning of DAY."""

    def ask(client: Client) -> HttpResponse:
        with clock_at(at("08:30")):
            return client.post(reverse(name, args=args), {"effect_id": str(uuid4()), **fields})  # type: ignore[return-value]

    return ask


def entries(city: TestCity) -> list[Entry]:
    """A plan of the first grid whose round `worker` has begun. Nobody of the test city plans patrols."""
    plan = plan_of(patrol_lead(city))
    with clock_at(at("08:10")):
        walked = start(city.access["worker"], plan)
    point = plan.points.get(order=1)
    read = only(200, *SEES, nobody=302, other_worker=404)
    walk = only(200, "worker", nobody=302, other_worker=404, all_roles=403)
    seen = only(200, *SEES, otherwise=404, nobody=302)
    end = only(200, "worker", otherwise=404, nobody=302, supervisor=403, leader=403, all_roles=403)
    no_plans = only(403, nobody=302)
    own = {"lon": point.lon, "lat": point.lat, "found": "no"}
    return [
        Entry("patrol:home", "GET", get("patrol:home"), only(302, *SEES, "other_worker", nobody=302)),
        *rows_of(PLANS, "patrol", (*SEES, "other_worker"), exporters=("supervisor", "leader")),
        *rows_of(ROUNDS, "patrol", (*SEES, "other_worker"), exporters=("supervisor", "leader")),
        Entry("patrol:plan", "GET", get("patrol:plan", plan.id), read),
        Entry("patrol:new-plan", "GET", get("patrol:new-plan"), no_plans),
        Entry("patrol:new-point", "POST", post("patrol:new-point", plan.id), no_plans),
        Entry("patrol:take-point-out", "POST", post("patrol:take-point-out", plan.id, point.id), no_plans),
        Entry("patrol:end-plan", "POST", post("patrol:end-plan", plan.id), no_plans),
        Entry("patrol:today", "GET", get("patrol:today"), only(200, "worker", "other_worker", nobody=302)),
        Entry("patrol:start", "POST", post("patrol:start", plan.id), only(302, "worker", nobody=302, other_worker=404, all_roles=409)),
        Entry("patrol:round", "GET", get("patrol:round", walked.id), seen),
        Entry("patrol:round-do", "GET", get("patrol:round-do", walked.id, "end"), end),
        Entry("patrol:round-file", "GET", get("patrol:round-file", 1, "thumb"), each(404, nobody=401)),
        Entry("patrol:point", "GET", get("patrol:point", walked.id, point.id), walk),
        Entry(
            "patrol:point", "POST", post("patrol:point", walked.id, point.id, **own),
            only(302, "worker", nobody=302, other_worker=404, all_roles=403), "standing at it",
        ),
        Entry(
            "patrol:point", "POST", post("patrol:point", walked.id, point.id, found="no"),
            only(422, "worker", nobody=302, other_worker=404, all_roles=403), "nobody knows where",
        ),
        Entry("api:patrol-plans", "GET", get("api:patrol-plans"), only(200, *SEES, "other_worker", nobody=401)),
        Entry("api:patrol-rounds", "GET", get("api:patrol-rounds"), only(200, *SEES, "other_worker", nobody=401)),
    ]  # fmt: skip
