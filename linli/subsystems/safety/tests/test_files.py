"""Safety files: how an entry goes on, the list and the form, what lacks, who is reminded, the plan of the level above."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from linli.core.access.public import Access, Colleague, User
from linli.core.flow.public import Given, Transition
from linli.core.inbox.public import waiting_for
from linli.core.ledger.public import merge
from linli.core.platform.public import SYSTEM, BadInput, choose, clock_at, local_today, now, work_off
from linli.core.platform.writing.jobs.queue import ensure_periodic
from linli.core.registry.public import PREMISES, PlacedRow, Premises, add_premises
from linli.subsystems.safety.file_settings import DAYS_BEFORE
from linli.subsystems.safety.files.flow import FILE_ENTRY, put_in_file
from linli.subsystems.safety.files.lists import ENTRIES
from linli.subsystems.safety.files.needed import BY_KIND, needed_at, needed_of
from linli.subsystems.safety.files.standing import standing_of_area, standings
from linli.subsystems.safety.overview import FILES
from linli.subsystems.safety.records import EntryKind, FileEntry
from linli.subsystems.safety.tests.test_hazard import premises_of
from tests.access_table import signed_in
from tests.city import COMMUNITY, STREET, TestCity
from tests.desk.inherited import FormTests, ListTests, Typed
from tests.flow.contract import FlowContract

KEEPERS = {"worker", "supervisor", "all_roles"}


def entry_of(city: TestCity, who: str = "worker", **more: Any) -> FileEntry:
    """Fire extinguishers of the first community, or what is said; with `premises` of these."""
    given = {"kind": "extinguishers", "title": "12 具", "valid_until": local_today() + timedelta(days=200), **more}
    if "premises" not in given:
        given.setdefault("area", city.areas[COMMUNITY])
    access = city.access[who]
    return put_in_file(access.actor(), access, uuid4(), given)


def colleague(city: TestCity, who: str) -> Colleague:
    user = city.users[who]
    return Colleague(user.id, who, "", "", False, user.unit_id)


def look_ahead(days: int = 0) -> None:
    """The jobs of a later day."""
    ensure_periodic(now() - timedelta(hours=2))
    with clock_at(now() + timedelta(days=days)):
        work_off()


class TestFileEntry(FlowContract):
    """Extinguishers that the worker keeps."""

    flow = FILE_ENTRY
    LEADS = {
        "remind": ({"held"}, "ending"), "renew": ({"ending"}, "held"), "update": ({"held", "ending"}, "held"),
        "hand_over": ({"held", "ending"}, None), "take_out": ({"held", "ending"}, "out"), "escalate": ({"ending"}, None),
    }  # fmt: skip
    MAY = {
        "remind": {"SYSTEM"}, "renew": {"worker"}, "update": KEEPERS, "hand_over": KEEPERS, "take_out": KEEPERS, "escalate": {"SYSTEM"},
    }  # fmt: skip

    def bring_to(self, city: TestCity, state: str) -> FileEntry:
        item = entry_of(city)
        if state == "ending":
            return self.attempt(city, "SYSTEM", item, "remind", Given())
        return self.attempt(city, "supervisor", item, "take_out", Given(reason="已更换")) if state == "out" else item

    def given(self, city: TestCity, item: FileEntry, row: Transition) -> Given:
        day = local_today() + timedelta(days=365)
        values = {"valid_until": day, "keeper": colleague(city, "worker")}
        return Given(
            reason="交接" if "reason" in row.needs else "",
            values={name: values[name] for name in row.needs if name in values},
        )

    def test_who_keeps_it_is_asked_some_days_before_and_once(self, city: TestCity) -> None:
        item = entry_of(
            city, "supervisor", keeper=colleague(city, "worker"), valid_until=local_today() + timedelta(days=40)
        )
        endless = entry_of(city, valid_until=None)
        look_ahead(5)
        assert self.fresh(item).state == "held"
        for days in (10, 11):
            look_ahead(days)
            item = self.fresh(item)
            assert (item.state, item.clock_stage, item.seq) == ("ending", "renew", 2)
        assert self.fresh(endless).state == "held"
        with clock_at(now() + timedelta(days=11)):
            assert [one.id for one in waiting_for(city.access["worker"], now(), kind="file_entry").rows] == [item.id]
            assert not waiting_for(city.access["supervisor"], now(), kind="file_entry").rows
            renewed = self.attempt(city, "worker", item, "renew", Given(values={"valid_until": date(2031, 1, 1)}))
        assert (renewed.state, renewed.clock_state) == ("held", "done")

    def test_the_city_says_how_many_days_before(self, city: TestCity) -> None:
        choose(SYSTEM, DAYS_BEFORE, 7)
        item = entry_of(city, valid_until=local_today() + timedelta(days=20))
        look_ahead()
        assert self.fresh(item).state == "held"
        look_ahead(14)
        assert self.fresh(item).state == "ending"

    def test_a_day_that_is_over_renews_nothing(self, city: TestCity) -> None:
        given = Given(values={"valid_until": local_today() - timedelta(days=1)})
        with pytest.raises(BadInput) as refused:
            self.attempt(city, "worker", entry_of(city), "update", given)
        assert refused.value.field == "valid_until"


def test_a_file_says_what_lacks_what_is_over_and_which_plan_holds(city: TestCity) -> None:
    premises = premises_of(city)
    standing = standings([premises])[premises.id]
    assert standing.lacks == ["responsible", "commitment", "extinguishers", "training", "fire_check", "permit", "plan"]
    for kind in ("commitment", "training", "fire_check"):
        entry_of(city, premises=premises, kind=kind, valid_until=None)
    entry_of(city, premises=premises, valid_until=local_today() - timedelta(days=1))
    standing = standings([premises])[premises.id]
    assert standing.lacks == ["responsible", "extinguishers", "permit", "plan"]
    assert ([one.kind for one in standing.over], standing.state, standing.plan) == (["extinguishers"], "lacking", None)
    with clock_at(now() + timedelta(days=366)):
        assert "fire_check" in standings([premises])[premises.id].lacks, "of another year"
        assert "commitment" not in standings([premises])[premises.id].lacks
    with translation.override("zh-hans"):
        assert standing.lacks_words == "责任人、灭火器、消防行政许可、应急预案"
    assert standing_of_area(city.areas[COMMUNITY].id).lacks == ["duties", "training", "plan"]


def test_what_was_filed_with_premises_that_were_joined_stands_in_the_file_of_the_one_that_is_kept(
    city: TestCity,
) -> None:
    kept, gone = premises_of(city), premises_of(city, STREET)
    FileEntry.objects.filter(id=entry_of(city, premises=kept).id).update(premises_id=gone.id)
    assert not standings([kept])[kept.id].holds
    merge(SYSTEM, PREMISES, uuid=uuid4(), kept_id=kept.id, gone_id=gone.id)
    assert [one.kind for one in standings([kept])[kept.id].holds] == ["extinguishers"]


def test_the_page_of_a_file_shows_it_to_who_may_see_it(city: TestCity) -> None:
    premises = premises_of(city)
    entry = entry_of(city, premises=premises, who="supervisor")
    assert (entry.area_id, entry.level, entry.premises_name) == (premises.area_id, "premises", "长河市场")
    for address in (
        reverse("safety:file-premises", args=[premises.id]),
        reverse("safety:file-area", args=[premises.area_id]),
    ):
        page = signed_in(Client(), User.objects.get(id=city.access["worker"].user_id)).get(address)
        assert page.status_code == 200
        assert ("灭火器" in page.content.decode()) == ("premises" in address)
        assert "缺：" in page.content.decode()
        assert signed_in(Client(), city.users["other_worker"]).get(address).status_code == 404


def test_what_is_needed_are_things_that_can_be_filed() -> None:
    known = {*EntryKind.values, "plan", "responsible"}
    assert known >= {code for kind in BY_KIND for code in needed_of(kind)}
    assert known >= {*needed_at("street"), *needed_at("community")}


class TestEntryForm(FormTests):
    good: ClassVar[Typed] = {
        "area": COMMUNITY, "kind": "training", "title": "消防培训", "valid_until": "2031-03-01", "note": "全员参加",
    }  # fmt: skip
    wrong: ClassVar = [
        ({"area": ""}, "area"), ({"kind": "x"}, "kind"), ({"kind": "other", "title": ""}, "title"), ({"valid_until": "soon"}, "valid_until"),
        ({"title": "长" * 81}, "title"),
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["worker"]

    def address(self, city: TestCity) -> str:
        return "/safety/entries/new/"

    def made(self) -> Iterable[Any]:
        return FileEntry.objects.values_list("kind", "title", "valid_until", "level", "keeper_id")

    def expected(self, city: TestCity) -> Any:
        return ("training", "消防培训", date(2031, 3, 1), "community", city.users["worker"].id)


class TestEntries(ListTests):
    shown = ENTRIES
    address = "/safety/entries/"
    most_statements = 9
    filters: ClassVar = [
        "?q=灭火 1", f"?area={COMMUNITY}", "?kind=training", "?level=street", "?over=1", "?kept=1", "?state=ending", "?waiting=1", "?mine=1",
        "?until_from=2031-01-01&until_to=2031-02-01",
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["supervisor"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        for number in range(count):
            who, area = ("worker", COMMUNITY) if number % 2 else ("supervisor", STREET)
            day = (date(2031, 1, 9), None, local_today() - timedelta(days=3))[number % 3]
            kind = "training" if number % 4 == 0 else "alarm"
            item = entry_of(city, who, area=city.areas[area], title=f"灭火 {number // 2}", kind=kind, valid_until=day)
            if day and number % 3 == 2:
                TestFileEntry().attempt(city, "SYSTEM", item, "remind", Given())


class TestFiles(ListTests):
    shown = FILES
    address = "/safety/files/"
    most_statements = 13
    filters: ClassVar = ["?q=长河 1", f"?area={COMMUNITY}", "?kind=shop"]

    def who(self, city: TestCity) -> Access:
        return city.access["supervisor"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        before = Premises.objects.count()
        for number in range(before, before + count):
            kind, area = (("shop", COMMUNITY), ("market", STREET))[number % 2]
            columns = {"name": f"长河 {number // 2}", "kind": kind, **({"responsible": "周立"} if number % 3 else {})}
            row = PlacedRow(code=f"F-{number}", lon=115.005, lat=30.005, area_id=city.areas[area].id, columns=columns)
            add_premises(SYSTEM, [row], source="test")
            if number % 3 == 0:
                entry_of(city, "supervisor", premises=Premises.objects.get(code=f"F-{number}"))
