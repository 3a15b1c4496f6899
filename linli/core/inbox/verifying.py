"""Tasks to verify what has grown old in the ledgers: given each night to whoever works in the grid, closed when it is verified.

A night's choice is given in jobs of 50, so that no write holds the others up.

The ledgers say which records are old and know no task; this room asks them, and hears of each record that somebody was asked about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from linli.core.access.public import people_who_may, unit_tree
from linli.core.flow.public import Given, act
from linli.core.grids.public import locate_main
from linli.core.inbox.models import Task
from linli.core.inbox.task_flow import TASK, About, begin_task
from linli.core.ledger.public import Ledger, Ripe, asked, ledgers, ripe, to_be_asked
from linli.core.platform.public import SYSTEM, Setting, Work, day_start, local_day, value_of
from linli.core.staff.public import worker_of

NAMESPACE = UUID("6f5d2f0a-6b0f-4d0e-9a64-0f6a2a1c7d55")
MOST_LOOKED_AT = 1000  # of each area
IN_ONE_WRITE = 50
DAYS_TO_DO = 14
FULL = 3  # with so many times a day's tasks still waiting nobody is given more
WAITING = ("offered", "open", "stuck")

A_DAY = Setting(
    code="verify_tasks_a_day",
    titles={"zh-hans": "每日核实任务数", "en": "Tasks to verify a day"},
    explained={
        "zh-hans": "台账内容到期未核实的，每晚给网格员派核实任务，每人每天最多这么多条。",
        "en": "What has grown old in the ledgers is given to the grid workers each night, at most so many records to each.",
    },
    default=5,
    unit={"zh-hans": "条", "en": "records"},
    least=1,
    most=100,
)


class Doer(NamedTuple):
    """Who is asked: the worker of the grid in which a record stands, else the unit of its area."""

    user_id: int | None
    unit_id: int | None


class Choice(NamedTuple):
    """A record that is asked about, and who is asked; as a job carries it."""

    ledger: str
    record_id: int
    user_id: int | None
    unit_id: int | None


def tonight(work: Work) -> list[Choice]:
    """Whom to ask about what this night, the oldest values first; running it again chooses nobody more than a day's tasks.

    Records where nobody works and no unit is at home stay old, and show as that. Of an area so many are looked at that one whose worker
    has enough does not stand before the others for long.
    """
    day, most = local_day(work.now), int(value_of(A_DAY))
    given, waits = _had(day)
    units = _units_at_home()
    found: list[Choice] = []
    for ledger in ledgers().values():
        _ask_again(ledger, day)
        looked: Counter[int] = Counter()
        for one in ripe(ledger, day):
            looked[one.area_id] += 1
            doer = _doer(one, units) if looked[one.area_id] <= MOST_LOOKED_AT else None
            if doer is not None and given[doer] < most and waits[doer] < most * FULL:
                given[doer] += 1
                waits[doer] += 1
                found.append(Choice(ledger.code, one.id, doer.user_id, doer.unit_id))
    return found


def give_verifications(work: Work, chosen: Iterable[Choice]) -> int:
    """Gives the tasks that were chosen, each record one until it is verified; gives how many. Twice gives nobody more."""
    total, day = 0, local_day(work.now)
    for code, some in groupby(sorted(chosen, key=lambda one: one.ledger), key=lambda one: one.ledger):
        ledger, doers = ledgers()[code], {one.record_id: Doer(one.user_id, one.unit_id) for one in some}
        done = [
            record.id for record in to_be_asked(ledger, list(doers)) if _give(ledger, record, doers[record.id], day)
        ]
        asked(ledger, done, day)
        total += len(done)
    return total


def _ask_again(ledger: Ledger, day: date) -> None:
    """What somebody was asked about long ago and that nobody is at any more (done without looking, refused) is asked about again."""
    at_it = Task.objects.filter(about_flow=ledger.code, state__in=WAITING, about_id__isnull=False)
    rows = ledger.model._default_manager.filter(asked_on__lte=day - timedelta(days=DAYS_TO_DO))
    rows.exclude(id__in=at_it.values("about_id")).update(asked_on=None)


def _had(day: date) -> tuple[Counter[Doer], Counter[Doer]]:
    """How many everybody was given on a day, and how many wait for them."""
    rows = Task.objects.filter(about_flow__in=list(ledgers())).values_list("assignee_id", "unit_id", "for_unit")
    given = rows.filter(begun_at__gte=day_start(day))
    waits = rows.filter(state__in=WAITING)
    return Counter(map(_doer_of, given)), Counter(map(_doer_of, waits))


def _doer_of(row: tuple[int | None, int | None, bool]) -> Doer:
    user_id, unit_id, for_unit = row
    return Doer(None, unit_id) if for_unit else Doer(user_id, None)


def _units_at_home() -> dict[int, int]:
    """The first unit of each area that has one."""
    found: dict[int, int] = {}
    for one in unit_tree().nodes.values():
        found[one.area_id] = min(one.id, found.get(one.area_id, one.id))
    return found


def _doer(record: Ripe, units: Mapping[int, int]) -> Doer | None:
    grid = None
    if record.lon is not None and record.lat is not None:
        grid, _layer = locate_main(record.lon, record.lat)
    worker = worker_of(grid.id) if grid is not None else None
    if worker is not None:
        return Doer(worker, None)
    home = units.get(record.area_id)
    return Doer(None, home) if home is not None else None


def _give(ledger: Ledger, record: Any, doer: Doer, day: date) -> bool:
    keepers = people_who_may(ledger.permission("merge"), record.area_id)
    giver = keepers[0].id if keepers else doer.user_id
    if giver is None:
        return False
    begin_task(
        SYSTEM, access=None, uuid=uuid5(NAMESPACE, f"{ledger.code}:{record.id}:{record.seq}:{day}"), giver_id=giver,
        area_id=record.area_id, subject=(_("Still so? %s") % ledger.heading(record))[:120], due=day + timedelta(days=DAYS_TO_DO),
        assignee_id=doer.user_id, unit_id=doer.unit_id, about=About(ledger.code, record.id), given=Given(),
    )  # fmt: skip
    return True


def close_settled(ledger: Ledger, _work: Work, record: Any, *, verified: bool) -> None:
    """Closes what asks to verify a record, inside the write that verifies it, retires it, joins it or moves it."""
    for task in Task.objects.filter(about_flow=ledger.code, about_id=record.id, state__in=WAITING):
        if verified and task.state == "open":
            act(
                TASK,
                SYSTEM,
                task.id,
                "done",
                Given(note=_("Verified in the ledger.")),
                uuid=uuid5(task.uuid, "verified"),
            )
        else:
            words = (
                _("Verified in the ledger.")
                if verified
                else _("There is nothing to verify any more; the record was retired, joined or moved.")
            )
            act(TASK, SYSTEM, task.id, "withdraw", Given(reason=words), uuid=uuid5(task.uuid, "settled"))
