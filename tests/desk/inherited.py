"""Tests that a form or a list of the desk inherits: `class TestPlanForm(FormTests): …`, `class TestPeople(ListTests): …`.

A subclass names what is its own; what every form and list must do is asked here, through HTTP.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.core.access.public import Access, User
from linli.core.desk.public import List
from linli.core.platform.public import forget_all
from tests.access_table import signed_in
from tests.city import TestCity

Typed = dict[str, Any]


def browser(access: Access) -> Client:
    """A browser in which the person of an Access is signed in."""
    return signed_in(Client(), User.objects.get(id=access.user_id))


class FormTests:
    """What every form does: what was typed arrives, a wrong field is named and nothing happens, twice acts once, and who
    may not open the page cannot send it."""

    good: ClassVar[Typed]  # what is typed, without the number of the effect
    wrong: ClassVar[
        list[tuple[Typed, str]]
    ]  # what is changed to something wrong, and the field that is named ("" for none)

    def who(self, city: TestCity) -> Access:
        """Who sends the form."""
        raise NotImplementedError

    def address(self, city: TestCity) -> str:
        """Where it is sent."""
        raise NotImplementedError

    def made(self) -> Iterable[Any]:
        """The rows that the form makes, as plain values that can be compared."""
        raise NotImplementedError

    def expected(self, city: TestCity) -> Any:
        """The one of `made` that `good` makes."""
        raise NotImplementedError

    def stranger(self, city: TestCity) -> Access | None:
        """Somebody who may not open the page; None where every member of the staff may."""
        return city.access["handler"]

    def send(self, city: TestCity, **changed: Any) -> Any:
        """Sends the form, as a fresh effect unless told otherwise."""
        return browser(self.who(city)).post(self.address(city), {"effect_id": str(uuid4()), **self.good, **changed})

    def test_what_was_typed_arrived_and_the_form_sent_twice_acts_once(self, city: TestCity) -> None:
        address, client, before = self.address(city), browser(self.who(city)), list(self.made())
        form = {"effect_id": str(uuid4()), **self.good}
        first, again = client.post(address, form), client.post(address, form)
        assert (first.status_code, again.status_code) == (302, 302), first.content.decode()
        assert first["Location"] == again["Location"]
        now = list(self.made())
        assert len(now) == len(before) + 1
        assert self.expected(city) in now

    def test_one_number_for_other_content_is_refused(self, city: TestCity) -> None:
        address, client = self.address(city), browser(self.who(city))
        form = {"effect_id": str(uuid4()), **self.good}
        client.post(address, form)
        before = list(self.made())
        name, words = next((name, words) for name, words in self.good.items() if isinstance(words, str) and words)
        other = client.post(address, form | {name: f"{words}二"})
        assert other.status_code in (409, 422)
        assert list(self.made()) == before

    def test_a_wrong_field_is_named_and_keeps_what_was_typed(self, city: TestCity) -> None:
        assert self.wrong
        self.address(city)
        before = list(self.made())
        for changed, field in self.wrong:
            answer = self.send(city, **changed)
            page = answer.content.decode()
            assert answer.status_code in (409, 422), (changed, answer.status_code)
            assert 'role="alert"' in page
            assert "autofocus" in page
            if field:
                assert f'{field}_error"' in page, (changed, field)
            if field:
                assert f'-{field}"' in page or f'#id_{field}"' in page, (
                    "what is to be mended does not lead to the field"
                )
        assert list(self.made()) == before

    def test_a_form_without_its_number_does_nothing_and_gets_one(self, city: TestCity) -> None:
        self.address(city)
        before = list(self.made())
        answer = self.send(city, effect_id="no number")
        assert answer.status_code == 422
        assert list(self.made()) == before

    def test_who_may_not_open_the_page_cannot_send_it(self, city: TestCity) -> None:
        address, before = self.address(city), list(self.made())
        stranger = self.stranger(city)
        client = browser(stranger) if stranger is not None else Client()
        answer = client.post(address, {"effect_id": str(uuid4()), **self.good})
        assert answer.status_code in ((403, 404) if stranger is not None else (302,))
        assert list(self.made()) == before


class ListTests:
    """What every list does: each sort and filter pages through all rows once, the export is the list, not mine is not there,
    and what it asks of the database stays flat while rows grow."""

    shown: ClassVar[List[Any]]
    address: ClassVar[str]
    most_statements: ClassVar[int]
    filters: ClassVar[list[str]] = []  # addresses such as "?state=open", each of which leaves some rows and not all

    def who(self, city: TestCity) -> Access:
        """Who looks at the list."""
        raise NotImplementedError

    def somebody_else(self, city: TestCity) -> Access:
        """Who may open the list and sees none of the rows of `who`."""
        raise NotImplementedError

    def grow(self, city: TestCity, count: int) -> None:
        """Adds rows that `who` sees; some without the values that may lack."""
        raise NotImplementedError

    def walk(self, access: Access, count: int = 3, **given: str) -> list[int]:
        """The ids of all pages, one after the other, through the method that page, API and export share."""
        asked, found = self.shown.asked(given, access), []
        for _page in range(500):
            page = self.shown.page(access, asked, count)
            assert len(page.rows) <= count
            found += [self.shown.id_of(row) for row in page.rows]
            if not page.next_cursor:
                return found
            asked.cursor = page.next_cursor
        raise AssertionError("the pages do not end")

    def every_id(self, access: Access) -> set[int]:
        """The ids of all rows of the person."""
        return set(self.shown.rows(access).values_list("id", flat=True))

    def test_every_sort_pages_through_all_rows_once(self, city: TestCity) -> None:
        self.grow(city, 11)
        access = self.who(city)
        wanted, tried = self.every_id(access), 0
        assert len(wanted) >= 11
        for column in self.shown.columns:
            for key in (column.code, f"-{column.code}") if column.sort else ():
                found = self.walk(access, sort=key)
                assert (len(found), set(found)) == (len(wanted), wanted), key
                tried += 1
        assert sorted(self.walk(access)) == sorted(wanted)
        assert tried or not any(column.sort for column in self.shown.columns)

    def test_every_filter_leaves_some_rows_pages_through_them_once_and_can_be_taken_off(self, city: TestCity) -> None:
        self.grow(city, 11)
        access, client = self.who(city), browser(self.who(city))
        everything, tried = self.every_id(access), set()
        for query in self.filters:
            given = dict(part.split("=", 1) for part in query.lstrip("?").split("&"))
            found = self.walk(access, **given)
            assert len(found) == len(set(found)), query
            assert set(found) < everything, f"{query} leaves everything"
            assert found, f"{query} leaves nothing"
            page = client.get(self.address, given)
            assert page.status_code == 200
            assert "chip--on" in page.content.decode() or 'aria-current="true"' in page.content.decode() or "q" in given
            tried |= set(given)
        untried = {one.code for one in self.shown.filters} - {name.removesuffix("_from") for name in tried}
        assert not untried, f"no address of `filters` tries {untried}"

    def test_an_address_that_means_nothing_shows_the_list_and_says_so(self, city: TestCity) -> None:
        self.grow(city, 2)
        client = browser(self.who(city))
        for one in self.shown.filters:
            if one.kind != "words":
                page = client.get(self.address, {one.code: "no such \x00 thing²"})
                assert page.status_code == 200
                assert "notice--amber" in page.content.decode(), one.code
        for cursor in ("x", "²", "MTIz", "bnVsbA", "WyJpZCIsMSwtMV0", "W" * 5000):
            assert client.get(self.address, {"cursor": cursor, "sort": "no such"}).status_code == 200

    def test_the_export_is_the_list(self, city: TestCity) -> None:
        if not self.shown.exported:
            pytest.skip("this list cannot be exported")
        self.grow(city, 7)
        access = self.exporter(city)
        client = browser(access)
        columns = [column for column in self.shown.columns if column.only != "page"]
        answer = client.post(f"{self.address}export/", {"effect_id": str(uuid4()), "format": "csv", "reason": "x"})
        assert answer.status_code == 200
        written = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
        lines = list(csv.reader(io.StringIO(written)))
        assert lines[0] == [str(column.title) for column in columns]
        assert len(lines) - 1 == len(self.every_id(access))
        with CaptureQueriesContext(connection):
            rows = list(self.shown.every_row(access, self.shown.asked({}, access), 4))
        assert [line[0].lstrip("'") for line in lines[1:]] == [str(columns[0].value(row) or "") for row in rows]
        assert browser(access).get(f"{self.address}export/").status_code == 302

    def exporter(self, city: TestCity) -> Access:
        """Who takes it out; may be another than who looks at it."""
        return self.who(city)

    def test_the_data_of_the_api_are_the_rows_of_the_page(self, city: TestCity) -> None:
        self.grow(city, 5)
        access, found, cursor = self.who(city), [], ""
        for _page in range(50):
            data = self.shown.data(access, {"cursor": cursor}, 2)
            found += [item["id"] for item in data["items"]]
            cursor = data["next"]
            if not cursor:
                break
        assert found == self.walk(access)

    def test_what_is_not_mine_is_not_there(self, city: TestCity) -> None:
        self.grow(city, 3)
        mine, other = self.every_id(self.who(city)), self.somebody_else(city)
        assert mine
        assert not mine & set(self.walk(other))
        for action in self.shown.bulk:
            if other.may(action.permission):
                form = {"effect_id": str(uuid4()), "ids": [str(min(mine))], "reason": "x"}
                page = browser(other).post(f"{self.address}bulk/{action.code}/", form).content.decode()
                assert "没有这一项" in page

    def test_what_the_page_asks_of_the_database_stays_flat_while_rows_grow(self, city: TestCity) -> None:
        self.grow(city, 3)
        few = self.statements(city)
        self.grow(city, 12)
        assert self.statements(city) == few
        assert few <= self.most_statements

    def statements(self, city: TestCity) -> int:
        """How many statements the page takes, besides those that every page of the frame takes."""
        client = browser(self.who(city))
        forget_all()
        client.get(self.address)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(self.address)
        assert page.status_code == 200
        return len(asked)

    def test_rows_open_by_keyboard_and_are_drawn_without_a_gap(self, city: TestCity) -> None:
        self.grow(city, 3)
        page = browser(self.who(city)).get(self.address).content.decode()
        assert "data-rows" in page
        assert self.shown.address is None or page.count('class="row-link"') == len(self.every_id(self.who(city)))


Walk = Callable[..., list[int]]
