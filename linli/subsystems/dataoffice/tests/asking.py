"""A data officer, people whose data are kept, and what they ask; used by the tests of this folder."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from linli.core.access.public import Role, access_of, create_user, grant_scope
from linli.core.cases.models import CaseReporter
from linli.core.cases.public import reveal_reporter
from linli.core.people.public import KeyedPerson, Reveal
from linli.core.platform.public import SYSTEM, Actor, clock_at
from linli.subsystems.dataoffice.counter import confirm, hand_out
from linli.subsystems.dataoffice.models import DataRequest
from linli.subsystems.dataoffice.services import ask
from tests.city import BUILT_AT, PASSWORD, STREET, TestCity

PHONE = "13812345678"
RESIDENT = Actor(kind="resident")


def with_officer(city: TestCity) -> TestCity:
    """The city with a data officer of its first street; twice makes one."""
    if "data_officer" not in city.access:
        with clock_at(BUILT_AT):
            user = create_user(
                SYSTEM,
                username="data_officer",
                display_name="Lin Yu",
                unit=city.units["street_centre"],
                password=PASSWORD,
            )
            grant_scope(SYSTEM, user=user, role=Role.objects.get(code="data_officer"), area=city.areas[STREET])
        found = access_of(user.id)
        assert found is not None
        city.users["data_officer"], city.access["data_officer"] = user, found[0]
    return city


def reporter(city: TestCity, phone: str = PHONE) -> CaseReporter:
    """Somebody who left name and phone with a report."""
    case = city.report(reporter_name="王小雨", reporter_phone=phone)
    return CaseReporter.objects.get(case_id=case.id)


def looked(city: TestCity, row: CaseReporter, who: str = "acceptance", purpose: str = "ask_back") -> Reveal:
    """Somebody of the staff looks."""
    access = city.access[who]
    reveal_reporter(access.actor(), access, row.case_id, purpose)
    return Reveal.objects.latest("id")


def asked(city: TestCity, kind: str = "question", row: KeyedPerson | None = None, **more: Any) -> DataRequest:
    """A request of somebody who left name and phone with a report."""
    row = row or reporter(city)
    if kind == "question" and isinstance(row, CaseReporter):
        more.setdefault("reveal_id", looked(city, row).id)
    if kind == "correction":
        more = {"field": "phone", "value": "13900000000", **more}
    return ask(RESIDENT, row, kind=kind, words=more.pop("words", "请说明"), uuid=uuid4(), **more)


def counter_code(city: TestCity, value: str = PHONE, called: str = "王小雨") -> str:
    """A code that one member of the staff handed out and another one confirmed."""
    first, second = (city.access[who].actor() for who in ("acceptance", "other_acceptance"))
    code = hand_out(first, "phone", value, document="id_card", called=called)
    confirm(second, code, "phone", value)
    return code
