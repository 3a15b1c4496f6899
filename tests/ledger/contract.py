"""The tests that every ledger inherits: its list, who may do what, history, days of the past, disputes, joining, the API, the trail.

A department's test module makes a class of `LedgerContract` and says by hand what is expected:

    class TestPremises(LedgerContract):
        ledger = PREMISES
        MAY = {"view": {"worker", …}, "change": {…}, "verify": {…}, "merge": {…}, "retire": {…}, "reveal": {…}}
        FILTERS = ["?kind=school"]                                # for each filter of its own, an address that leaves some rows
        def values(self, number): …                                # values of the fields, those of no two numbers alike
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.core.access.public import Access
from linli.core.desk.public import List
from linli.core.ledger.public import (
    Ledger,
    New,
    Said,
    add,
    change,
    decide,
    held_true,
    holds,
    list_of,
    merge,
    move,
    retire,
    text_in,
    text_of,
    undo_merge,
    verify,
)
from linli.core.people.models import Reveal
from linli.core.platform.models import AuditRecord
from linli.core.platform.public import (
    SYSTEM,
    BadInput,
    Refusal,
    clock_at,
    day_start,
    forget_all,
    local_today,
    now,
)
from linli.core.platform.public import verify as verify_trail
from tests.access_table import NOBODY, PEOPLE, WHO, Entry, signed_in, taken_back
from tests.api.caller import by_token
from tests.city import COMMUNITY, SECOND_COMMUNITY, TestCity
from tests.desk.inherited import ListTests, browser

RIGHTS = {
    "change": "change", "move": "change", "verify": "verify", "decide": "verify", "retire": "retire", "restore": "retire", "reveal": "reveal",
}  # fmt: skip


class LedgerContract(ListTests):
    """See above."""

    ledger: ClassVar[Ledger]
    MAY: ClassVar[Mapping[str, set[str]]]
    FILTERS: ClassVar[list[str]] = []
    OTHERS: ClassVar[str] = "other_worker"  # sees the list and none of the records in COMMUNITY
    most_statements = 12

    # What a subclass says.

    def values(self, number: int) -> dict[str, Any]:
        """Values of the fields; those of no two numbers are alike in a field that is no choice."""
        raise NotImplementedError

    def typed(self, values: Mapping[str, Any]) -> dict[str, str]:
        """The values as a form sends them."""
        return {name: text_of(value) for name, value in values.items() if value is not None}

    def columns(self, city: TestCity, number: int) -> dict[str, Any]:
        """Columns that are not kept, such as whom a record is about."""
        return {}

    def settled(self, city: TestCity) -> None:
        """What has to be there before records can be added."""

    # What is done with it.

    def made(self, city: TestCity, number: int = 0, on: date | None = None, **more: Any) -> Any:
        """A record in the community of `worker`."""
        said = Said("import", on or local_today(), **more)
        place = {"lon": 115.005, "lat": 30.005} if self.ledger.is_placed else {}
        new = New(
            city.areas[COMMUNITY].id, self.values(number), f"T{number:04d}", columns=self.columns(city, number), **place
        )
        return add(SYSTEM, self.ledger, new, said)

    def fresh(self, record: Any) -> Any:
        """The record as it stands in the database."""
        return self.ledger.model._default_manager.get(id=record.id)

    def plain(self) -> str:
        """A field whose values differ from number to number."""
        first, second = self.values(0), self.values(1)
        return next(
            name
            for name in first
            if first[name] != second[name] and not self.ledger.column(self.ledger.by_name[name]).choices
        )

    def known(self, record: Any) -> dict[str, list[tuple[str, str]]]:
        """What holds of each field: text and state of the value and of what stands beside it."""
        held = holds(self.ledger, [record.id]).get(record.id, {})
        return {
            name: [(text_in(row) or "", row.state) for row in (one.row, *one.beside) if row is not None]
            for name, one in sorted(held.items())
        }

    def by_action(self, who: str, action: str) -> bool:
        """Whether somebody may do an action."""
        return who in self.MAY[action]

    def reader(self) -> str:
        """Somebody who may do everything."""
        return min(set.intersection(*(set(people) for people in self.MAY.values())) & set(PEOPLE))

    # The list.

    @property
    def shown(self) -> List[Any]:  # type: ignore[override]
        return list_of(self.ledger.code)

    @property
    def address(self) -> str:  # type: ignore[override]
        return reverse(self.ledger.code)

    @property
    def filters(self) -> list[str]:  # type: ignore[override]
        return ["?q=T0001", f"?area={COMMUNITY}", "?disputed=1", "?old=1", "?use=retired", *self.FILTERS]

    def who(self, city: TestCity) -> Access:
        return city.access["supervisor"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access[self.OTHERS]

    def grow(self, city: TestCity, count: int) -> None:
        self.settled(city)
        begun = self.ledger.model._default_manager.count()
        for number in range(begun, begun + count):
            old = number % 3 == 0
            record = self.made(city, number, on=local_today() - timedelta(days=4000 if old else 1))
            if number % 3 == 1:
                said = Said("resident", local_today(), beside=True)
                change(SYSTEM, self.ledger, record.id, {self.plain(): self.values(number + 500)[self.plain()]}, said)
            if number % 4 == 2:
                retire(SYSTEM, self.ledger, record.id)
        elsewhere = New(
            city.areas[SECOND_COMMUNITY].id,
            self.values(900 + begun),
            f"E{begun}",
            columns=self.columns(city, 900 + begun),
        )
        add(SYSTEM, self.ledger, elsewhere, Said("import", local_today() - timedelta(days=1)))

    # Who may.

    def test_the_routes_answer_everybody_as_they_stand(self, city: TestCity) -> None:
        self.settled(city)
        wrong = []
        for entry in rows_of_ledger(city, self):
            for who in WHO:
                with taken_back():
                    client = Client(raise_request_exception=False)
                    if who != NOBODY:
                        signed_in(client, city.users[who])
                    response = entry.ask(client)
                    if response.streaming:
                        b"".join(response)  # type: ignore[arg-type]  # closes the file
                    status = response.status_code
                if status != entry.expected[who]:
                    wrong.append(f"{entry.method} {entry.route} by {who}: {status}, not {entry.expected[who]}")
        assert wrong == [], "\n" + "\n".join(wrong)

    # What is said.

    def test_a_record_begins_with_all_values_their_source_and_their_day(self, city: TestCity) -> None:
        self.settled(city)
        on = local_today() - timedelta(days=3)
        record = self.made(city, on=on)
        held = holds(self.ledger, [record.id])[record.id]
        wanted = {name: text for name, text in self.texts(0).items() if text}
        assert {name: text_in(one.row) for name, one in held.items()} == wanted
        assert {(one.row.state, one.row.source, one.row.stated_on) for one in held.values()} == {
            ("reported", "import", on)
        }
        fresh = self.fresh(record)
        assert {name: text_of(getattr(fresh, name)) for name in wanted} == wanted

    def texts(self, number: int) -> dict[str, str]:
        """The values of a number as the history holds them."""
        return {name: text_of(value) for name, value in self.values(number).items()}

    def test_a_change_typed_into_the_dialog_arrives_once_and_what_was_before_stays_known(self, city: TestCity) -> None:
        self.settled(city)
        yesterday = now() - timedelta(days=1)
        with clock_at(yesterday):
            record = self.made(city)
        who, name = self.reader(), self.plain()
        form = {
            "effect_id": str(uuid4()), "seen_seq": "1", "source": "worker", "stated_on": local_today().isoformat(),
            **self.typed(self.values(0)), name: self.typed(self.values(1))[name],
        }  # fmt: skip
        address, client = reverse(f"{self.ledger.code}-do", args=[record.id, "change"]), browser(city.access[who])
        first, again = client.post(address, form), client.post(address, form)
        assert (first.status_code, again.status_code) == (302, 302), first.content.decode()
        assert self.fresh(record).seq == 2
        assert self.known(record)[name] == [(self.texts(1)[name], "verified")]
        then = holds(self.ledger, [record.id], known_before=day_start(local_today()))[record.id][name]
        assert text_in(then.row) == self.texts(0)[name]
        page = client.get(
            reverse(f"{self.ledger.code}-record", args=[record.id]),
            {"on": (local_today() - timedelta(days=1)).isoformat()},
        )
        assert page.status_code == 200

    def test_what_is_reported_does_not_replace_what_was_verified_later_and_somebody_decides(
        self, city: TestCity
    ) -> None:
        self.settled(city)
        record, name = self.made(city, on=local_today() - timedelta(days=9)), self.plain()
        verify(SYSTEM, self.ledger, record.id, Said("worker", local_today() - timedelta(days=2)), names=[name])
        new = self.values(1)[name]
        done = change(SYSTEM, self.ledger, record.id, {name: new}, Said("resident", local_today() - timedelta(days=4)))
        assert done.beside == (name,)
        assert self.known(record)[name] == [(self.texts(0)[name], "verified"), (self.texts(1)[name], "disputed")]
        assert self.fresh(record).disputes == 1
        # Said once more it stands there once.
        assert change(SYSTEM, self.ledger, record.id, {name: new}, Said("resident", local_today())).same == (name,)
        beside = holds(self.ledger, [record.id])[record.id][name].beside
        decide(SYSTEM, self.ledger, record.id, name, beside[0].id, Said("inspection", local_today()))
        assert self.known(record)[name] == [(self.texts(1)[name], "verified")]
        assert self.fresh(record).disputes == 0
        assert text_of(getattr(self.fresh(record), name)) == self.texts(1)[name]

    def test_what_is_learnt_late_counts_for_its_own_day(self, city: TestCity) -> None:
        self.settled(city)
        today, name = local_today(), self.plain()
        record = self.made(city, on=today - timedelta(days=2))
        change(
            SYSTEM, self.ledger, record.id, {name: self.values(1)[name]}, Said("department", today - timedelta(days=9))
        )
        assert self.known(record)[name][0][0] == self.texts(0)[name]
        then = held_true(self.ledger, [record.id], today - timedelta(days=5))[record.id]
        assert text_in(then[name].row) == self.texts(1)[name]
        assert set(then) == {name}

    def test_days_of_the_past_are_one_statement_however_many_records(self, city: TestCity) -> None:
        self.settled(city)
        ids = [self.made(city, number).id for number in range(7)]
        for asked in (
            lambda some: holds(self.ledger, some, known_before=now()),
            lambda some: held_true(self.ledger, some, local_today()),
        ):
            for some in (ids[:1], ids):
                with CaptureQueriesContext(connection) as seen:
                    assert set(asked(some)) == set(some)
                assert len(seen) == 1

    def test_the_page_of_a_record_asks_the_same_however_many_records_there_are(self, city: TestCity) -> None:
        self.settled(city)
        record, client = self.made(city), browser(self.who(city))
        address, counts = reverse(f"{self.ledger.code}-record", args=[record.id]), []
        for more in (0, 9):
            for number in range(1, more + 1):
                self.made(city, number)
            client.get(address)
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            counts.append(len(seen))
        assert counts[0] == counts[1]
        assert counts[0] <= 18

    def test_what_is_sealed_is_nowhere_shown_whole_until_it_is_revealed_for_a_purpose(self, city: TestCity) -> None:
        sealed = [one.name for one in self.ledger.kept if self.ledger.is_sealed(one)]
        if not sealed:
            pytest.skip("nothing of it is sealed")
        self.settled(city)
        record, who = self.made(city), self.reader()
        change(SYSTEM, self.ledger, record.id, {sealed[0]: self.values(1)[sealed[0]]}, Said("resident", local_today()))
        secrets = {str(self.values(n)[name]) for n in (0, 1) for name in sealed}
        client, supervisor = browser(city.access[who]), browser(self.who(city))
        pages = [
            client.get(reverse(f"{self.ledger.code}-record", args=[record.id])),
            client.get(reverse(f"{self.ledger.code}-do", args=[record.id, "change"])),
            client.get(reverse(f"{self.ledger.code}-do", args=[record.id, "verify"])),
            client.get(self.address),
            client.get("/search/", {"q": str(self.values(0)[self.ledger.named[0]])}),
            by_token(city, who).get(f"/ledgers/{self.ledger.code}/{record.id}"),
            by_token(city, who).get(f"/ledgers/{self.ledger.code}"),
            supervisor.post(f"{self.address}export/", {"effect_id": str(uuid4()), "format": "csv", "reason": "核对"}),
        ]
        for page in pages:
            words = (b"".join(page.streaming_content) if page.streaming else page.content).decode()  # type: ignore[arg-type,attr-defined]
            assert page.status_code == 200
            assert not [secret for secret in secrets if secret in words]
        action = f"{self.ledger.code}.reveal"
        assert not AuditRecord.objects.filter(action=action).exists()
        address = reverse(f"{self.ledger.code}-do", args=[record.id, "reveal"])
        form = {"effect_id": str(uuid4()), "seen_seq": "2"}
        assert client.post(address, {**form, "purpose": "curiosity"}).status_code == 422
        for looks in (1, 2):  # the same form again is another look
            shown = client.post(address, {**form, "purpose": "visit"})
            assert str(self.values(1)[sealed[0]]) in shown.content.decode()
            assert shown.headers["Cache-Control"] == "no-store"
            assert AuditRecord.objects.filter(action=action).count() == looks
        assert {(one.item_kind, one.item_id, one.purpose) for one in Reveal.objects.all()} == {
            (self.ledger.code, record.id, "visit")
        }

    def test_who_was_slower_is_told_and_changes_nothing(self, city: TestCity) -> None:
        self.settled(city)
        record, who, name = self.made(city), self.reader(), self.plain()
        change(SYSTEM, self.ledger, record.id, {name: self.values(1)[name]}, Said("department", local_today()))
        form = {
            "effect_id": str(uuid4()), "seen_seq": "1", "source": "worker", "stated_on": local_today().isoformat(),
            **self.typed(self.values(0)), name: self.typed(self.values(2))[name],
        }  # fmt: skip
        answer = browser(city.access[who]).post(reverse(f"{self.ledger.code}-do", args=[record.id, "change"]), form)
        assert answer.status_code == 409
        assert self.known(record)[name] == [(self.texts(1)[name], "reported")]

    def test_what_was_filed_in_the_wrong_area_is_moved_with_its_history(self, city: TestCity) -> None:
        self.settled(city)
        record, client = self.made(city), browser(self.who(city))
        there = city.areas[SECOND_COMMUNITY].id
        may = self.who(city).may_in_area(self.ledger.permission("change"), there)
        address = reverse(f"{self.ledger.code}-do", args=[record.id, "move"])
        form = {"effect_id": str(uuid4()), "seen_seq": str(record.seq), "area": SECOND_COMMUNITY}
        assert client.post(address, form).status_code == (302 if may else 403)
        if not may:
            move(SYSTEM, self.ledger, record.id, there)
        move(SYSTEM, self.ledger, record.id, there)  # twice is once
        fresh = self.fresh(record)
        assert (fresh.area_id, fresh.seq) == (there, record.seq + 1)
        assert not list(verify_trail())
        with pytest.raises(BadInput):
            move(SYSTEM, self.ledger, record.id, city.areas["990102001001"].id)
        self.ledger.model._default_manager.filter(id=record.id).update(area_id=city.areas[COMMUNITY].id)
        assert list(verify_trail())

    def test_a_sealed_value_is_emptied_by_saying_that_there_is_none(self, city: TestCity) -> None:
        if not self.ledger.of_person:
            pytest.skip("nothing of it is sealed")
        self.settled(city)
        record, who = self.made(city), self.reader()
        first, *rest = [kept.name for kept in self.ledger.of_person.values()]
        form = {
            "effect_id": str(uuid4()), "seen_seq": str(record.seq), "source": "worker", "stated_on": local_today().isoformat(),
            **self.typed(self.values(0)), **dict.fromkeys([first, *rest], ""), f"none_of_{first}": "on",
        }  # fmt: skip
        answer = browser(city.access[who]).post(reverse(f"{self.ledger.code}-do", args=[record.id, "change"]), form)
        assert answer.status_code == 302
        fresh = self.fresh(record)
        assert [getattr(fresh, name) for name in (first, *rest)] == [None, *(self.values(0)[name] for name in rest)]

    # Joining.

    def state_of(self, record: Any) -> tuple[Any, ...]:
        """All that a person sees of a record."""
        fresh = self.fresh(record)
        columns = tuple(text_of(getattr(fresh, one.name)) for one in self.ledger.kept)
        held = holds(self.ledger, [record.id]).get(record.id, {})
        days = tuple(
            (name, one.row.stated_on, one.row.source, one.row.state) for name, one in sorted(held.items()) if one.row
        )
        return columns, self.known(record), days, fresh.verify_by, fresh.disputes, fresh.merged_into_id

    def test_two_that_are_joined_and_taken_apart_are_as_they_were_with_both_histories(self, city: TestCity) -> None:
        self.settled(city)
        kept, gone = self.made(city, 0), self.made(city, 1)
        before = self.state_of(kept), self.state_of(gone)
        rows = self.ledger.values._default_manager.filter(ledger=self.ledger.code)
        history = list(rows.order_by("id").values_list("id", "digest"))
        name = self.plain()
        done = merge(SYSTEM, self.ledger, uuid=uuid4(), kept_id=kept.id, gone_id=gone.id, takes=[name])
        assert self.fresh(gone).merged_into_id == kept.id
        assert self.known(kept)[name][0][0] == self.texts(1)[name]
        page = browser(self.who(city)).get(reverse(f"{self.ledger.code}-record", args=[gone.id]))
        assert page["Location"].endswith(f"/{kept.id}/")
        assert gone.id not in self.every_id(self.who(city))
        undo_merge(SYSTEM, self.ledger, done.id)
        undo_merge(SYSTEM, self.ledger, done.id)
        assert (self.state_of(kept), self.state_of(gone)) == before
        assert list(rows.order_by("id").values_list("id", "digest"))[: len(history)] == history
        assert not list(verify_trail())

    # The API.

    def test_the_api_reads_changes_and_verifies_as_the_page_does(self, city: TestCity) -> None:
        self.settled(city)
        record, who, name = self.made(city), self.reader(), self.plain()
        caller, path = by_token(city, who), f"/ledgers/{self.ledger.code}/{record.id}"
        told = caller.get(path).json()  # type: ignore[attr-defined]
        assert (told["code"], told["seq"], {one["state"] for one in told["fields"]} - {""}) == (
            record.code,
            1,
            {"reported"},
        )
        key = str(uuid4())
        sent = {name: self.typed(self.values(1))[name], "source": "worker", "seen_seq": 1}
        first, again = caller.post(f"{path}/change", sent, key=key), caller.post(f"{path}/change", sent, key=key)
        assert (first.status_code, again.status_code) == (201, 200), first.content.decode()
        assert first.json() == {"id": record.id, "seq": 2, "taken": [name], "beside": [], "same": []}  # type: ignore[attr-defined]
        late = {**sent, name: self.typed(self.values(2))[name]}
        assert caller.post(f"{path}/change", late).status_code == 409
        assert caller.post(f"{path}/change", {"source": "worker"}).status_code == 422
        others = {one: state for one, state in self.known(record).items() if one != name}
        assert {state for states in others.values() for _text, state in states} == {"reported"}
        assert caller.post(f"{path}/verify", {"fields": [next(iter(others))]}).status_code == 201
        yesterday = (local_today() - timedelta(days=1)).isoformat()
        then = caller.get(path, known=yesterday).json()["fields"]  # type: ignore[attr-defined]
        assert {one["value"] for one in then} == {""}
        assert caller.get(path, known="morgen").status_code == 422

    # The trail.

    @pytest.mark.parametrize("seed", range(3))
    def test_a_random_life_keeps_the_rules_and_the_trail(self, city: TestCity, seed: int) -> None:
        self.settled(city)
        random, instant = Random(seed), now() - timedelta(days=400)
        with clock_at(instant):
            records = [self.made(city, number, on=local_today() - timedelta(days=5)) for number in range(3)]
        for step in range(30):
            instant += timedelta(days=random.randint(0, 12))
            with clock_at(instant):
                try:
                    self.something(random, records, step)
                except Refusal:
                    forget_all()
                for record in records:
                    self.check(record)
        assert not list(verify_trail())

    def something(self, random: Random, records: list[Any], step: int) -> None:
        """One thing that can happen to a record."""
        record, name = random.choice(records), random.choice(sorted(self.values(0)))
        said = Said(
            random.choice(["worker", "resident", "import"]), local_today() - timedelta(days=random.randint(0, 20)),
            verified=random.random() < 0.3, beside=random.random() < 0.2,
        )  # fmt: skip
        what = random.random()
        if what < 0.55:
            change(SYSTEM, self.ledger, record.id, {name: self.values(10 + step)[name]}, said)
        elif what < 0.7:
            verify(SYSTEM, self.ledger, record.id, said)
        elif what < 0.8:
            rows = [row for one in holds(self.ledger, [record.id]).get(record.id, {}).values() for row in one.beside]
            if rows:
                decide(SYSTEM, self.ledger, record.id, rows[0].field, rows[0].id, Said("worker", local_today()))
        elif what < 0.9:
            retire(SYSTEM, self.ledger, record.id, back=random.random() < 0.5)
        else:
            other = random.choice(records)
            takes = [name] if random.random() < 0.5 else []
            done = merge(SYSTEM, self.ledger, uuid=uuid4(), kept_id=record.id, gone_id=other.id, takes=takes)
            if random.random() < 0.7:
                undo_merge(SYSTEM, self.ledger, done.id)

    def check(self, record: Any) -> None:
        """What must hold after every step."""
        fresh, held = self.fresh(record), holds(self.ledger, [record.id]).get(record.id, {})
        for kept in self.ledger.kept:
            row = held[kept.name].row if kept.name in held else None
            assert text_of(getattr(fresh, kept.name)) == (text_in(row) or ""), kept.name
        assert fresh.disputes == sum(len(one.beside) for one in held.values())

    @pytest.mark.parametrize("what", ["column", "history", "gone"])
    def test_a_value_changed_behind_its_back_is_found(self, city: TestCity, what: str) -> None:
        self.settled(city)
        record, name = self.made(city), self.ledger.named[0] if self.ledger.named else self.plain()
        assert not list(verify_trail())
        rows = self.ledger.values._default_manager.filter(ledger=self.ledger.code, record_id=record.id, field=name)
        if what == "column":
            self.ledger.model._default_manager.filter(id=record.id).update(**{name: self.values(3)[name]})
        elif what == "history":
            rows.update(value="anders", sealed=None)
        else:
            rows.delete()
        assert list(verify_trail())


def routes_of(ledger: Ledger) -> set[str]:
    """The names of the routes that are tried for a ledger by its contract."""
    code = ledger.code
    pages = {
        code,
        *(f"{code}-{one}" for one in ("export", "views", "view-drop", "bulk", "new", "record", "do", "merge", "undo")),
    }
    api = {f"api:ledger-{code}", f"api:ledger-{code}-record"}
    return pages | api | {f"api:ledger-{code}-{one}" for one in ("add", "change", "verify")}


def rows_of_ledger(city: TestCity, contract: LedgerContract) -> Iterator[Entry]:
    """The rows of the access table that the pages and routes of a ledger have, derived from its contract."""
    from tests.api.access_table import post
    from tests.desk.access_rows import rows_of as rows_of_list

    ledger, may, code = contract.ledger, contract.MAY, contract.ledger.code
    record = contract.made(city)
    holders = {
        action: {who for who in PEOPLE if city.access[who].may(ledger.permission(action))}
        for action in ("view", "change", "verify", "merge")
    }

    def stand(right: str, done: int, *, strange: int = 404, nobody: int = 302) -> dict[str, int]:
        """Who may gets `done`, who sees it 403, who may only open the list `strange`, everybody else 403."""
        found = {
            who: done
            if who in may[right] & may["view"]
            else 403
            if who in may["view"]
            else strange
            if who in holders["view"]
            else 403
            for who in PEOPLE
        }
        return found | {NOBODY: nobody}

    def get(name: str, *args: Any) -> Any:
        return lambda client: client.get(reverse(name, args=args))

    def asking(address: str) -> Any:
        return lambda client: client.get(address)

    exporters = {who for who in holders["view"] if city.access[who].may("desk.export")}
    yield from rows_of_list(
        contract.shown, "", tuple(holders["view"]), tuple(exporters), {"verify": tuple(holders["verify"])}
    )
    yield Entry(
        f"{code}-new",
        "GET",
        get(f"{code}-new"),
        {who: 200 if who in holders["change"] else 403 for who in PEOPLE} | {NOBODY: 302},
    )
    yield Entry(f"{code}-record", "GET", get(f"{code}-record", record.id), stand("view", 200))
    for action, right in RIGHTS.items():
        if action != "reveal" or ledger.of_person:
            address = f"{reverse(f'{code}-do', args=[record.id, action])}?field={contract.plain()}"
            yield Entry(f"{code}-do", "GET", asking(address), stand(right, 200), action)
    joins = {
        who: 200 if who in may["merge"] & may["view"] else 404 if who in holders["merge"] else 403 for who in PEOPLE
    }
    yield Entry(f"{code}-merge", "GET", get(f"{code}-merge", record.id), joins | {NOBODY: 302})
    yield Entry(
        f"{code}-undo", "GET", get(f"{code}-undo", record.id, 1), dict.fromkeys(WHO, 302)
    )  # whoever comes by GET is led to the page, which asks
    read = stand("view", 200, nobody=401)
    yield Entry(f"api:ledger-{code}-record", "GET", get(f"api:ledger-{code}-record", record.id), read)
    lists = {who: 200 if who in holders["view"] else 403 for who in PEOPLE} | {NOBODY: 401}
    yield Entry(f"api:ledger-{code}", "GET", get(f"api:ledger-{code}"), lists)
    name = contract.plain()
    sent = {name: contract.typed(contract.values(1))[name], "source": "department"}
    yield Entry(
        f"api:ledger-{code}-change",
        "POST",
        post(f"ledger-{code}-change", sent, record.id),
        stand("change", 201, nobody=401),
    )
    yield Entry(
        f"api:ledger-{code}-verify",
        "POST",
        post(f"ledger-{code}-verify", {}, record.id),
        stand("verify", 201, nobody=401),
    )
