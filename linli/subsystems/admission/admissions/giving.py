"""What is admitted becomes tasks: given to the grids period by period while the term lasts, called off when it must not go on, over when
the term is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid5

from django.db.models import QuerySet
from django.utils.translation import pgettext

from linli.algorithms.rhythm import period_of
from linli.core.access.public import Access
from linli.core.areas.public import area_tree
from linli.core.catalogue.public import catalogue
from linli.core.flow.public import Given, act, begin
from linli.core.grids.public import GridNode, main_layer
from linli.core.platform.public import SYSTEM, Actor, BadInput, Work, job, local_day, locked, periodic, write
from linli.subsystems.admission.admissions.flow import ADMISSION
from linli.subsystems.admission.admissions.models import Admission, AdmissionGrid
from linli.subsystems.admission.grid_rows import call_off, follow_staff, give_to_grids, keep_rows
from linli.subsystems.admission.periods import Every

MOST_ENDED = 500
MOST_GRIDS = 2000


def ask_admission(actor: Actor, access: Access, uuid: Any, values: dict[str, Any]) -> Admission:
    """Asks for admission of a task into grids, for the person's department. Raises NotAllowed, BadInput naming what lacks, and Taken
    for a uuid that came before."""
    columns = {name: value for name, value in values.items() if name not in ("areas", "grids", "photos")}
    areas: tuple[Any, ...] = values.get("areas") or ()
    grids = {one.id: one for one in (*grids_in(one.id for one in areas), *(values.get("grids") or ()))}
    if not grids:
        raise BadInput(pgettext("admission", "Choose the areas or the grids that are to do it."), field="areas")
    if len(grids) > MOST_GRIDS:
        raise BadInput(
            pgettext("admission", "These are more than %s grids; ask for parts of them.") % MOST_GRIDS, field="areas"
        )
    area_id = smallest_with({node.area_id for node in grids.values()} | {node.id for node in areas})
    files = tuple({"role": "report", "stored_file_id": one.id} for one in values.get("photos") or ())
    with write(actor):
        item = begin(
            ADMISSION, actor, "ask", Given(files=files), area_id=area_id, uuid=uuid, access=access, unit_id=access.unit_id,
            area_ids=sorted(one.id for one in areas), **columns,
        )  # fmt: skip
        keep_rows(AdmissionGrid, item, grids)
    return item


def grids_in(area_ids: Iterable[int]) -> list[GridNode]:
    """The grids of the main layer in force in some areas and what lies in them, by code."""
    tree, layer = area_tree(), main_layer()
    inside = {below for area_id in area_ids for below in tree.subtree(area_id)}
    found = [node for node in layer.nodes.values() if node.area_id in inside] if layer else []
    return sorted(found, key=lambda node: node.code)


def smallest_with(area_ids: Iterable[int]) -> int:
    """The smallest area in which all of these lie."""
    tree = area_tree()
    chains = [[node.id for node in tree.ancestors(area_id)] for area_id in area_ids]
    return next(area_id for area_id in chains[0] if all(area_id in chain for chain in chains))


def in_force(day: Any) -> QuerySet[Admission]:
    """The admissions that hold on a day."""
    return Admission.objects.filter(state="admitted", first_day__lte=day, last_day__gte=day)


def give_now(work: Work, admission_id: int) -> int:
    """Gives the task of the running period in each grid that has not got it; how many. Again it gives none twice."""
    today = local_day(work.now)
    item = locked(in_force(today).filter(id=admission_id)).first()
    if item is None or item.admitted_by_id is None or item.every == Every.CAMPAIGN:
        return 0
    if item.every == "day" and not catalogue().calendar.is_work_day(today):
        return 0
    keep_rows(AdmissionGrid, item, [node.id for node in grids_in(item.area_ids)])
    period = period_of(item.every, today, item.last_day)
    return give_to_grids(
        ADMISSION, item, AdmissionGrid.objects.all(), key=period.key, subject=item.title, note=item.duty_grid, due=period.last_day,
        giver_id=item.admitted_by_id,
    )  # fmt: skip


@job("admission.give", retries=2)
def give_one(work: Work, payload: dict[str, Any]) -> None:
    """Gives the tasks of one admission."""
    give_now(work, payload["admission_id"])


@job("admission.call_off", retries=2)
def call_off_one(work: Work, payload: dict[str, Any]) -> None:
    """Withdraws the open tasks of an admission that does not go on; of one that goes on again, none."""
    item = locked(Admission.objects.filter(id=payload["admission_id"]).exclude(state="admitted")).first()
    if item is not None:
        reason = pgettext("admission", "%(title)s is %(state)s.") % {"title": item, "state": item.get_state_display()}
        call_off(work, ADMISSION, item, AdmissionGrid, reason)


@periodic("admission.give_all", every=timedelta(minutes=30))
def give_all(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Has the tasks of every admission in force given, each in a job of its own, so that one that fails holds up no other; hands what
    is open to who works in a grid now; ends what is over."""
    today = local_day(work.now)
    for admission_id in in_force(today).order_by("id").values_list("id", flat=True):
        work.enqueue("admission.give", {"admission_id": admission_id})
    follow_staff(work, ADMISSION, AdmissionGrid)
    over = Admission.objects.filter(state__in=("admitted", "suspended"), last_day__lt=today).order_by("id")
    for item in over[:MOST_ENDED]:
        act(ADMISSION, SYSTEM, item.id, "run_out", Given(), uuid=uuid5(item.uuid, "the term is over"))
