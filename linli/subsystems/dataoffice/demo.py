"""The data office of the demo city: residents ask about looks at what they left with a report. Nobody and nothing in it is real."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from linli.core.access.public import Access
from linli.core.areas.public import area_tree
from linli.core.cases.public import Case, reporter_ticket, reveal_reporter
from linli.core.flow.public import act
from linli.core.people.public import KeyedPerson, Reveal, of_ticket
from linli.core.platform.public import Actor, DemoTown, now
from linli.subsystems.dataoffice.flow import REQUEST
from linli.subsystems.dataoffice.models import RequestKind
from linli.subsystems.dataoffice.services import ask

RESIDENT = Actor(kind="resident")
LOOKED_AT = 3  # of the newest reports with a name


def ways(town: DemoTown) -> list[Iterator[datetime]]:
    """One way."""
    return [requests(town)]


def requests(town: DemoTown) -> Iterator[datetime]:
    """The desk looks at three reporters; one asks why and is near the fifteenth day, one has a name corrected, one wants a copy."""
    day = town.end.date()
    yield town.morning(day - timedelta(days=14))
    clerk, officer = town.people("acceptance")[0], town.people("data_officer")[0]
    left = _left_names(clerk)
    for case, _row in left:
        reveal_reporter(clerk.actor("demo"), clerk, case.id, "ask_back")
    (_case, asks), (_other, corrects), (_third, copies) = left
    yield town.morning(day - timedelta(days=13))
    look = Reveal.objects.filter(holder=asks._meta.label_lower, holder_id=asks.pk).order_by("-id")[0]
    ask(
        RESIDENT, asks, kind=RequestKind.QUESTION, words="这一天没有人给我打过电话，请说明为什么查看我的号码。", uuid=town.uuid("dataoffice/1"),
        reveal_id=look.id,
    )  # fmt: skip
    yield town.morning(day - timedelta(days=6))
    wrong = ask(
        RESIDENT, corrects, kind=RequestKind.CORRECTION, words="姓名写错了一个字。", uuid=town.uuid("dataoffice/2"), field="name", value="钱晓楠",
    )  # fmt: skip
    yield town.later(now(), 700)
    given = REQUEST.given(note="已按您填写的更正。")
    act(REQUEST, officer.actor("demo"), wrong.id, "carry_out", given, uuid=town.uuid("dataoffice/3"), access=officer)
    yield town.morning(day - timedelta(days=1))
    ask(
        RESIDENT,
        copies,
        kind=RequestKind.EXPORT,
        words="请打印一份，本周到街道窗口来取。",
        uuid=town.uuid("dataoffice/4"),
    )


def _left_names(clerk: Access) -> list[tuple[Case, KeyedPerson]]:
    """The newest reports of the clerk's areas whose reporters left a name."""
    areas = {area for top in clerk.areas_with("case.reveal") for area in area_tree().subtree(top)}
    found: list[tuple[Case, KeyedPerson]] = []
    for case in Case.objects.filter(area_id__in=areas).order_by("-id")[:200]:
        row = of_ticket(reporter_ticket(case.id)) if len(found) < LOOKED_AT else None
        if row is not None:
            found.append((case, row))
    return found
