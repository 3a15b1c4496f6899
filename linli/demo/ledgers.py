"""What the demo city's ledgers tell: premises of which some values grew old and wait to be verified, one disputed, two joined; files of staff.

Ways in the sense of `simulation.py`, as recurring tasks next door. Numbers and names are made up.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from linli.core.access.public import names_of, own_area
from linli.core.inbox.public import give_verifications, tonight
from linli.core.ledger.public import New, Said, add, change, merge, reveal_of, verify
from linli.core.platform.public import SYSTEM, local_today, write
from linli.core.registry.public import PREMISES, Premises
from linli.core.staff.public import STAFF_FILES
from linli.demo.departments import Host
from linli.demo.life import Town, Way

PEOPLE = ("周建华", "吴秀兰", "郑国强", "冯丽", "陈志远", "褚小梅", "卫东", "蒋玉兰")
OLD = 372  # days: a telephone is good for 365


def ledgers(town: Town, end: datetime) -> list[Way]:
    """The ways of all ledgers."""
    host = Host(town, end)
    return [_premises(host), _staff(host)]


def _phone(number: int) -> str:
    return f"1390000{number:04d}"


def _premises(host: Host) -> Way:
    """Who answers for some premises was written down more than a year ago; workers are asked, and verify two."""
    yield host.ago(6)
    keeper, worker = host.people("supervisor")[0], host.people("grid_worker")[0]
    said = Said("department", local_today() - timedelta(days=OLD))
    some = list(Premises.objects.filter(community_id=own_area(worker)).order_by("code")[: len(PEOPLE)])
    for number, record in enumerate(some):
        values = {"responsible": PEOPLE[number], "phone": _phone(100 + number)}
        change(keeper.actor("demo"), PREMISES, record.id, values, said)
    yield host.ago(5)
    with write(SYSTEM) as work:
        give_verifications(work, tonight(work))
    yield host.ago(4)
    for record in some[:2]:
        verify(worker.actor("demo"), PREMISES, record.id, Said("worker", local_today()))
    yield host.ago(3)
    change(
        worker.actor("demo"), PREMISES, some[2].id, {"phone": _phone(199)}, Said("resident", local_today(), beside=True)
    )
    reveal_of(PREMISES, keeper.actor("demo"), keeper, Premises.objects.get(id=some[3].id), "visit")
    yield host.ago(2)
    kept = some[4]
    double = New(
        kept.area_id,
        {"name": kept.name, "kind": kept.kind, "address": kept.address},
        "",
        (kept.lon or 0) + 0.0001,
        kept.lat,
    )
    gone = add(worker.actor("demo"), PREMISES, double, Said("worker", local_today()))
    yield host.ago(1)
    merge(keeper.actor("demo"), PREMISES, uuid=host.uuid("ledgers/double"), kept_id=kept.id, gone_id=gone.id)


def _staff(host: Host) -> Way:
    """The files of some grid workers; two contracts end soon, a certificate has ended."""
    yield host.ago(15)
    keeper, day = host.people("supervisor")[0], host.end.date()
    workers = [one for one in host.people("grid_worker")[:8] if one.user_id is not None]
    names = names_of([one.user_id for one in workers])
    for number, one in enumerate(workers):
        values = {
            "name": names[one.user_id], "user_id": one.user_id, "employment": "contract" if number % 3 else "dispatched",
            "contract_from": day - timedelta(days=700 - 30 * number), "contract_until": day + timedelta(days=20 if number < 2 else 300),
            "insured": number != 5, "certificate": f"网格{2024_000 + number}", "certificate_until": day + timedelta(days=-3 if number == 3 else 500),
        }  # fmt: skip
        add(keeper.actor("demo"), STAFF_FILES, New(own_area(one), values), Said("department", local_today()))
