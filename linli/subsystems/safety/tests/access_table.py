"""Who gets which status from the pages of `safety`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.subsystems.safety.files.lists import ENTRIES
from linli.subsystems.safety.inspections.lists import INSPECTION_PLANS, INSPECTIONS
from linli.subsystems.safety.lists import HAZARDS
from linli.subsystems.safety.overview import FILES
from linli.subsystems.safety.plans.drills import call_drill
from linli.subsystems.safety.plans.lists import DRILLS, PLANS
from linli.subsystems.safety.stars.lists import RATINGS
from linli.subsystems.safety.tests.inspected import form_of, the_inspection
from linli.subsystems.safety.tests.test_files import entry_of
from linli.subsystems.safety.tests.test_hazard import hazard_of, premises_of
from linli.subsystems.safety.tests.test_plans import TestPlan
from linli.subsystems.safety.tests.test_stars import TestRating
from tests.access_table import Entry, only
from tests.city import TestCity
from tests.desk.access_rows import rows_of

READERS = ("worker", "other_worker", "supervisor", "leader", "auditor")
SEE = ("worker", "supervisor", "leader", "auditor")
CHIEFS = ("supervisor", "leader")


def get(name: str, *args: Any) -> Callable[[Client], HttpResponse]:
    """Asks for a page."""
    return lambda client: client.get(reverse(name, args=args))  # type: ignore[return-value]


def post(name: str, *args: Any, **fields: Any) -> Callable[[Client], HttpResponse]:
    """Sends a form."""
    return lambda client: client.post(reverse(name, args=args), {"effect_id": str(uuid4()), **fields})  # type: ignore[return-value]


KEEP = ("worker", "supervisor")


def entries(city: TestCity) -> list[Entry]:
    """A hazard of the first community, and what stands in safety files there."""
    return [
        *_hazards(city),
        *_inspections(city),
        *_files(city),
        *_plans(city),
        *_item("rating", TestRating().bring_to(city, "proposed").id, "change", ("supervisor",), auditor=404),
    ]


def _lists() -> list[Entry]:
    lists = (
        (FILES, "safety-files"),
        (ENTRIES, "safety-entries"),
        (PLANS, "safety-plans"),
        (DRILLS, "safety-drills"),
    )
    premises = ("worker", "other_worker", "supervisor", "leader")
    found: list[Entry] = []
    for one, api in lists:
        found += rows_of(one, "safety", READERS, exporters=("supervisor", "leader"))
        found.append(Entry(f"api:{api}", "GET", get(f"api:{api}"), only(200, *READERS, nobody=401)))
    found.append(Entry("api:safety-stars", "GET", get("api:safety-stars"), only(200, *premises, nobody=401)))
    return [*found, *rows_of(RATINGS, "safety", premises, exporters=("supervisor", "leader"), doers=("supervisor",))]


def _item(name: str, item_id: int, action: str, may: tuple[str, ...], **others: int) -> list[Entry]:
    """The page of an item, the dialog of an action, a file that does not exist."""
    refused = {who: 403 for who in SEE if who not in may} | others
    see = tuple(who for who in SEE if who not in others)
    return [
        Entry(f"safety:{name}", "GET", get(f"safety:{name}", item_id), only(200, *see, otherwise=404, nobody=302)),
        Entry(f"safety:{name}-do", "GET", get(f"safety:{name}-do", item_id, action), only(200, *may, otherwise=404, nobody=302, **refused)),
        Entry(f"safety:{name}-file", "GET", get(f"safety:{name}-file", 987654, "thumb"), only(404, otherwise=404, nobody=401)),
    ]  # fmt: skip


def _files(city: TestCity) -> list[Entry]:
    premises, entry = premises_of(city), entry_of(city)
    others = {"otherwise": 403, "nobody": 302, "other_worker": 404}
    return [
        *_lists(),
        *_item("file-entry", entry.id, "take_out", KEEP),
        Entry("safety:new-file-entry", "GET", get("safety:new-file-entry"), only(200, *KEEP, "other_worker", nobody=302)),
        Entry("safety:file-premises", "GET", get("safety:file-premises", premises.id), only(200, *SEE[:-1], auditor=404, **others)),
        Entry("safety:file-area", "GET", get("safety:file-area", premises.area_id), only(200, *SEE, **others)),
    ]  # fmt: skip


def _plans(city: TestCity) -> list[Entry]:
    plan = TestPlan().bring_to(city, "in_force")
    call_drill(plan)
    return [
        *_item("plan", plan.id, "withdraw", ("supervisor", "leader")),
        Entry("safety:plan-print", "GET", get("safety:plan-print", plan.id), only(200, *SEE, otherwise=404, nobody=302)),
        Entry("safety:new-plan", "GET", get("safety:new-plan"), only(200, "supervisor", nobody=302)),
        *_item("drill", plan.drills.get().id, "told", KEEP),
        Entry("safety:new-drill", "GET", get("safety:new-drill"), only(200, *KEEP, "other_worker", nobody=302)),
    ]  # fmt: skip


def _hazards(city: TestCity) -> list[Entry]:
    """A hazard of the first community."""
    item = hazard_of(city)
    return [
        *rows_of(HAZARDS, "safety", READERS, exporters=("supervisor", "leader")),
        Entry("api:safety-hazards", "GET", get("api:safety-hazards"), only(200, *READERS, nobody=401)),
        Entry("safety:new", "GET", get("safety:new"), only(200, "worker", "other_worker", "supervisor", nobody=302)),
        Entry("safety:hazard", "GET", get("safety:hazard", item.id), only(200, *SEE, otherwise=404, nobody=302)),
        Entry(
            "safety:hazard-do", "GET", get("safety:hazard-do", item.id, "tell"),
            only(200, "worker", "supervisor", otherwise=404, nobody=302, leader=403, auditor=403),
        ),
        Entry("safety:hazard-file", "GET", get("safety:hazard-file", 987654, "thumb"), only(404, otherwise=404, nobody=401)),
    ]  # fmt: skip


def _inspections(city: TestCity) -> list[Entry]:
    """An inspection in the first community that its grid's worker is to do, and its plan, which is the street's."""
    inspection, checklist = the_inspection(city), form_of()
    plan = inspection.plan_id
    return [
        *rows_of(INSPECTIONS, "safety", READERS, exporters=CHIEFS, doers=CHIEFS),
        *rows_of(INSPECTION_PLANS, "safety", READERS, exporters=CHIEFS),
        Entry("api:safety-inspections", "GET", get("api:safety-inspections"), only(200, *READERS, nobody=401)),
        Entry("api:safety-inspection-plans", "GET", get("api:safety-inspection-plans"), only(200, *READERS, nobody=401)),
        Entry("safety:inspection", "GET", get("safety:inspection", inspection.id), only(200, *SEE, otherwise=404, nobody=302)),
        Entry(
            "safety:inspection-do", "GET", get("safety:inspection-do", inspection.id, "withdraw"),
            only(200, *CHIEFS, otherwise=404, nobody=302, worker=403, auditor=403),
        ),
        Entry("safety:inspection-file", "GET", get("safety:inspection-file", 987654, "thumb"), only(404, otherwise=404, nobody=401)),
        Entry("safety:fill-in", "GET", get("safety:fill-in", inspection.id), only(302, otherwise=302, nobody=302)),
        Entry(
            "safety:fill-in", "POST", post("safety:fill-in", inspection.id),
            only(302, "worker", otherwise=404, nobody=302, supervisor=403, leader=403, auditor=403, all_roles=403),
        ),
        Entry("safety:new-inspection-plan", "GET", get("safety:new-inspection-plan"), only(200, *CHIEFS, nobody=302)),
        Entry("safety:inspection-plan", "GET", get("safety:inspection-plan", plan), only(200, *CHIEFS, "auditor", nobody=302, worker=404, other_worker=404)),
        Entry("safety:change-inspection-plan", "GET", get("safety:change-inspection-plan", plan), only(200, *CHIEFS, nobody=302)),
        Entry("safety:end-inspection-plan", "GET", get("safety:end-inspection-plan", plan), only(302, otherwise=302, nobody=302)),
        Entry("safety:end-inspection-plan", "POST", post("safety:end-inspection-plan", plan), only(302, *CHIEFS, nobody=302)),
        Entry("safety:checklists", "GET", get("safety:checklists"), only(200, *READERS, nobody=302)),
        Entry("safety:checklist", "GET", get("safety:checklist", checklist.id), only(200, *READERS, nobody=302, auditor=404)),
    ]  # fmt: skip
