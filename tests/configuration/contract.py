"""What every table of configuration promises, as tests that each table inherits: `class TestRouting(TableContract)` with two rows and a bad one.

What was typed arrives, a bad field is named, twice acts once, undo restores exactly, the trail verifies, what is not mine is not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.access.public import Access, Role, User, access_of, create_user, grant_scope
from linli.core.configuration.models import ConfigChange
from linli.core.configuration.public import (
    ConfigTable,
    begin_change,
    draft_rows,
    holding,
    look_anew,
    put_in_force,
    tables,
    undo,
)
from linli.core.platform.public import SYSTEM, Refusal, clock_at, local_today, now, verify
from tests.access_table import signed_in
from tests.city import BUILT_AT, CITY, PASSWORD, TestCity

LATER = BUILT_AT + timedelta(days=3, hours=4)


class AtATable:
    """An administrator of the city at the table `code`."""

    code: str
    user: User

    @pytest.fixture
    def when(self) -> Iterator[None]:
        with clock_at(LATER):
            yield

    @pytest.fixture
    def boss(self, city: TestCity, when: None) -> Access:
        """An administrator of the whole city."""
        user = create_user(
            SYSTEM, username="boss", display_name="市管理员", unit=city.units["city_centre"], password=PASSWORD
        )
        grant_scope(SYSTEM, user=user, role=Role.objects.get(code="administrator"), area=city.areas[CITY], unit=None)
        found = access_of(user.id)
        assert found is not None
        self.user = user
        return found[0]

    @property
    def table(self) -> ConfigTable:
        return tables()[self.code]

    def make(
        self, boss: Access, *rows: dict[str, Any], ended: tuple[str, ...] = (), put: bool = True, on: Any = None
    ) -> ConfigChange:
        actor = boss.actor()
        change = begin_change(
            actor, access=boss, uuid=uuid4(), table=self.table, origin="hand", reason="会议纪要第三条"
        )
        read = [self.table.read(row) for row in rows]
        draft_rows(actor, access=boss, change=change, table=self.table, rows=read, ended=ended)
        return put_in_force(actor, access=boss, change_id=change.id, on=on) if put else change

    def holds(self) -> dict[str, Any]:
        return holding(self.table.timelines(), now())


class TableContract(AtATable):
    """`row(city)` is one as a program sends it, `other(city)` the same key with other values (None: a key is all there is), `bad` a field
    and a value that it cannot take."""

    bad: tuple[str, Any]

    def row(self, city: TestCity) -> dict[str, Any]:
        raise NotImplementedError

    def other(self, city: TestCity) -> dict[str, Any] | None:
        raise NotImplementedError

    def test_what_was_sent_arrives_and_undoing_restores_what_held(self, city: TestCity, boss: Access) -> None:
        before = self.holds()
        row = self.table.read(self.row(city))
        change = self.make(boss, self.row(city))
        assert self.holds() == {**before, self.table.key_of(row): row}
        assert self.table.sentence(row)
        undo(boss.actor(), access=boss, change_id=change.id)
        assert self.holds() == before
        assert verify() == []

    def test_a_row_that_is_altered_is_what_it_was_after_undoing_it_later(self, city: TestCity, boss: Access) -> None:
        self.make(boss, self.row(city))
        held = self.holds()
        key, other = self.table.key_of(self.table.read(self.row(city))), self.other(city)
        with clock_at(LATER + timedelta(days=2)):
            change = self.make(boss, *([other] if other else []), ended=() if other else (key,))
            assert self.holds().get(key) == (self.table.read(other) if other else None)
        with clock_at(LATER + timedelta(days=4)):
            undo(boss.actor(), access=boss, change_id=change.id)
            assert self.holds() == held
            assert verify() == []

    def test_what_is_announced_begins_by_itself_and_leaves_no_trace_when_taken_back(
        self, city: TestCity, boss: Access
    ) -> None:
        if self.table.dates == "none":
            pytest.skip("rows without a beginning are not announced")
        before = dict(self.table.timelines())
        key = self.table.key_of(self.table.read(self.row(city)))
        change = self.make(boss, self.row(city), on=local_today() + timedelta(days=5))
        assert self.holds() == holding(before, now())
        with clock_at(LATER + timedelta(days=6)):
            assert self.holds()[key] == self.table.read(self.row(city))
        undo(boss.actor(), access=boss, change_id=change.id)
        assert self.table.timelines() == before
        assert verify() == []

    def test_of_two_at_the_same_row_the_later_one_is_told(self, city: TestCity, boss: Access) -> None:
        slow = self.make(boss, self.row(city), put=False)
        self.make(boss, self.row(city))
        with pytest.raises(Refusal, match=boss.display_name):
            put_in_force(boss.actor(), access=boss, change_id=slow.id)
        look_anew(boss.actor(), access=boss, change_id=slow.id)
        put_in_force(boss.actor(), access=boss, change_id=slow.id)

    def test_what_another_change_stands_on_is_not_undone(self, city: TestCity, boss: Access) -> None:
        first = self.make(boss, self.row(city))
        with clock_at(LATER + timedelta(hours=1)):
            key, other = self.table.key_of(self.table.read(self.row(city))), self.other(city)
            second = self.make(boss, *([other] if other else []), ended=() if other else (key,))
            held = self.holds()
            with pytest.raises(Refusal, match=str(second.id)):
                undo(boss.actor(), access=boss, change_id=first.id)
            assert self.holds() == held

    def test_by_api_twice_is_once_and_a_bad_field_is_named(self, city: TestCity, boss: Access) -> None:
        client, key = signed_in(Client(), self.user), str(uuid4())
        address = reverse("api:configuration-changes", args=[self.code])

        def post(body: dict[str, Any], key: str = key) -> Any:
            return client.post(address, body, content_type="application/json", headers={"Idempotency-Key": key})

        body = {"rows": [self.row(city)], "reason": "会议纪要", "put": True}
        first, again = post(body), post(body)
        assert (first.status_code, again.status_code) == (201, 200), first.content
        assert first.json() == again.json()
        assert ConfigChange.objects.count() == 1
        name, value = self.bad
        held = self.holds()
        refused = post({**body, "rows": [{**self.row(city), name: value}]}, str(uuid4()))
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == f"rows.0.{name}", refused.json()
        assert self.holds() == held

    def test_by_hand_it_becomes_a_draft_that_is_put_in_force_once(self, city: TestCity, boss: Access) -> None:
        client, row = signed_in(Client(), self.user), self.table.read(self.row(city))
        page = client.post(
            reverse("configuration-edit", args=[self.code]), {"effect_id": str(uuid4()), **self.typed(row)}
        )
        assert page.status_code == 302, page.content.decode()[-3000:]
        change = ConfigChange.objects.get()
        assert self.holds().get(self.table.key_of(row)) != row
        shown = client.get(page["Location"]).content.decode()
        assert self.table.sentence(row).split("（")[0] in shown.replace("&#x27;", "'")
        form = {"effect_id": str(uuid4()), "reason": "会议纪要", "seq": str(change.seq)}
        for _time in range(2):
            assert client.post(reverse("configuration-put", args=[change.id]), form).status_code == 302
        assert self.holds()[self.table.key_of(row)] == row
        for name, of in (
            ("configuration-table", [self.code]),
            ("configuration-change", [change.id]),
            ("configuration", []),
        ):
            assert client.get(reverse(name, args=of)).status_code == 200
        there = client.get(reverse("configuration-row", args=[self.code]), {"key": self.table.key_of(row)})
        assert "会议纪要" in there.content.decode()

    def typed(self, row: dict[str, Any]) -> dict[str, Any]:
        """A row as a form sends it."""
        sent: dict[str, Any] = {}
        for one in self.table.fields:
            value = row[one.code]
            if one.kind == "rows":
                sent |= {
                    f"{one.code}-{place}-{code}": cell
                    for place, line in enumerate(value)
                    for code, cell in line.items()
                }
            elif one.kind == "yes":
                sent |= {one.code: "on"} if value else {}
            elif value is not None:
                sent[one.code] = value
        return sent

    def test_who_holds_no_right_over_the_city_sees_no_change_of_it(self, city: TestCity, boss: Access) -> None:
        change = self.make(boss, self.row(city), put=False)
        for who, status in (("administrator", 403), ("worker", 404)):
            client = signed_in(Client(), city.users[who])
            made = client.post(
                reverse("api:configuration-put", args=[change.id]), {"seq": change.seq, "reason": "改"}, content_type="application/json",
                headers={"Idempotency-Key": str(uuid4())},
            )  # fmt: skip
            assert made.status_code == status
        change.refresh_from_db()
        assert change.state == "draft"
