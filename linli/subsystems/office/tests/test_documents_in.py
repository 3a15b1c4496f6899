"""Documents in: the flow with what every flow does, the register, the form, circulation, and the day by which one is answered."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from django.urls import reverse

from linli.core.access.public import Access, colleagues
from linli.core.flow.public import Given, Transition, begin_from, clock_word
from linli.core.inbox.public import waiting_for
from linli.core.platform.public import BadInput, Refusal, clock_at, local_day, local_time, now
from linli.subsystems.office.documents.flow_in import DOCUMENT_IN
from linli.subsystems.office.documents.pages_in import DOCUMENTS_IN
from linli.subsystems.office.documents.readers import Reader, readers_of
from linli.subsystems.office.models import DocumentIn
from tests.city import TestCity
from tests.desk.inherited import FormTests, ListTests, Typed, browser
from tests.flow.contract import FlowContract

DESK = {"acceptance", "all_roles"}
LEADERS = {"leader", "all_roles"}
HANDLERS = {"dispatcher"}
OPEN = {"registered", "proposed", "assigned", "answered"}


def document_of(city: TestCity, who: str = "acceptance", **more: Any) -> DocumentIn:
    """A document that `who` registers."""
    given = {
        "kind": "superior", "sender": "区住建局", "sender_number": "", "subject": "关于开展房屋安全排查的通知", "urgency": "plain", **more,
    }  # fmt: skip
    return begin_from(DOCUMENT_IN, city.access[who].actor(), given, access=city.access[who], uuid=uuid4())


def colleague(city: TestCity, who: str) -> Any:
    """The person as a chooser gives them."""
    return next(one for one in colleagues(city.access["leader"]) if one.user_id == city.users[who].id)


class TestDocumentIn(FlowContract):
    """A document in the register of the street's centre; the dispatcher deals with it, the verifier has to read it."""

    flow = DOCUMENT_IN
    LEADS = {
        "propose": ({"registered"}, "proposed"), "instruct": ({"proposed"}, "assigned"), "reassign": ({"assigned"}, "assigned"),
        "hand_back": ({"assigned"}, "proposed"), "answer": ({"assigned"}, "answered"), "put_by": ({"registered", "proposed"}, "filed"),
        "file": ({"answered"}, "filed"), "void": ({"registered"}, "void"), "circulate": (OPEN, None), "read": (OPEN, None),
        "take_off": (OPEN, None), "escalate": ({"registered", "proposed", "assigned"}, None),
    }  # fmt: skip
    MAY = {
        **dict.fromkeys(("propose", "put_by", "file", "void"), DESK), **dict.fromkeys(("instruct", "reassign"), LEADERS),
        **dict.fromkeys(("circulate", "take_off"), DESK | LEADERS), **dict.fromkeys(("hand_back", "answer"), HANDLERS),
        "read": {"verifier"}, "escalate": {"SYSTEM"},
    }  # fmt: skip

    def bring_to(self, city: TestCity, state: str) -> DocumentIn:
        item = document_of(city)
        propose, void = (
            ("acceptance", "propose", Given(note="拟请分管领导阅示")),
            ("acceptance", "void", Given(reason="重复")),
        )
        instruct = ("leader", "instruct", Given(values={"handler": colleague(city, "dispatcher")}))
        answer, file = ("dispatcher", "answer", Given(note="已排查")), ("acceptance", "file", Given(note="2026-1 卷"))
        steps: dict[str, list[tuple[str, str, Given]]] = {
            "registered": [], "proposed": [propose], "assigned": [propose, instruct], "answered": [propose, instruct, answer],
            "filed": [propose, instruct, answer, file], "void": [void],
        }  # fmt: skip
        for who, action, given in steps[state]:
            item = self.attempt(city, who, item, action, given)
        return self.circulated(city, item) if state in OPEN else item

    def circulated(self, city: TestCity, item: DocumentIn) -> DocumentIn:
        """Shown to the verifier."""
        return self.attempt(city, "acceptance", item, "circulate", self.readers(city, "verifier"))  # type: ignore[no-any-return]

    def readers(self, city: TestCity, *people: str) -> Given:
        return Given(values={"readers": tuple(colleague(city, who) for who in people)})

    def prepare(self, city: TestCity, item: DocumentIn, action: str) -> None:
        """What is filed has been read by all."""
        if action in ("file", "put_by") and item.state in OPEN:
            self.attempt(city, "verifier", item, "read", Given())

    def given(self, city: TestCity, item: DocumentIn, row: Transition) -> Given:
        verifier = Reader(city.users["verifier"].id, "Verifier", None)
        own = {
            "handler": colleague(city, "dispatcher"),
            "readers": (colleague(city, "supervisor"),),
            "unread": (verifier,),
        }
        words = {name: "说明" for name in row.needs if name not in own}
        return Given(**words, values={name: value for name, value in own.items() if name in row.needs})

    @pytest.mark.parametrize("seed", range(2))
    def test_a_random_walk_keeps_the_rules_and_the_trail(self, city: TestCity, seed: int) -> None:
        super().test_a_random_walk_keeps_the_rules_and_the_trail(city, seed)

    def test_who_has_a_part_in_it_sees_it_and_nobody_else(self, city: TestCity) -> None:
        item = self.bring_to(city, "assigned")
        seen = {who for who, access in city.access.items() if DOCUMENT_IN.visible(access).filter(id=item.id).exists()}
        assert seen == {"acceptance", "leader", "all_roles", "dispatcher", "verifier"}
        assert seen == {who for who, access in city.access.items() if DOCUMENT_IN.may_view(item, access)}

    def test_it_is_filed_only_when_all_have_read_it_or_were_taken_off(self, city: TestCity) -> None:
        item = self.attempt(city, "leader", self.bring_to(city, "answered"), "circulate", self.readers(city, "clerk"))
        with pytest.raises(Refusal, match=r"Clerk.*Verifier"):
            self.attempt(city, "acceptance", item, "file", Given())
        with clock_at(datetime(2026, 12, 1, 1, tzinfo=UTC)):
            self.attempt(city, "verifier", item, "read", Given(note="已阅"))
        assert [(one.name, one.read_at and local_day(one.read_at)) for one in readers_of(item)] == [
            ("Clerk", None), ("Verifier", date(2026, 12, 1)),
        ]  # fmt: skip
        with pytest.raises(Refusal):
            self.attempt(city, "verifier", item, "read", Given())
        self.attempt(city, "leader", item, "take_off", Given(values={"unread": (readers_of(item)[0],)}))
        assert self.attempt(city, "acceptance", item, "file", Given()).state == "filed"

    def test_nobody_is_asked_to_read_it_twice(self, city: TestCity) -> None:
        item = self.bring_to(city, "registered")
        with pytest.raises(BadInput) as refused:
            self.attempt(city, "leader", item, "circulate", self.readers(city, "verifier"))
        assert refused.value.field == "readers"
        self.attempt(city, "leader", item, "circulate", self.readers(city, "verifier", "clerk"))
        assert len(readers_of(item)) == 2

    def test_the_answer_is_due_by_the_end_of_the_day_that_the_sender_or_the_leader_named(self, city: TestCity) -> None:
        with clock_at(datetime(2026, 11, 30, 2, tzinfo=UTC)):
            item = document_of(city, due_day=date(2026, 12, 4))
            item = self.attempt(city, "acceptance", item, "propose", Given(note="拟请办理"))
            handler = {"handler": colleague(city, "dispatcher")}
            item = self.attempt(city, "leader", item, "instruct", Given(values=handler))
            assert (item.clock_stage, item.due_at and f"{local_time(item.due_at):%m-%d %H:%M}") == (
                "answer",
                "12-04 18:00",
            )
            assert clock_word(item, datetime(2026, 12, 3, 1, tzinfo=UTC)) == "on_time"
            assert clock_word(item, datetime(2026, 12, 4, 1, tzinfo=UTC)) == "amber"
            assert clock_word(item, datetime(2026, 12, 4, 16, tzinfo=UTC)) == "red"
            later = {**handler, "due_day": date(2026, 12, 11)}
            item = self.attempt(city, "leader", item, "reassign", Given(values=later))
            assert item.due_at is not None
            assert (item.due_day, f"{local_time(item.due_at):%m-%d}") == (date(2026, 12, 11), "12-11")
            without = document_of(city)
            without = self.attempt(city, "acceptance", without, "propose", Given(note="拟请办理"))
            assert self.attempt(city, "leader", without, "instruct", Given(values=handler)).due_at is None

    def test_how_urgent_it_is_says_how_long_the_desk_has(self, city: TestCity) -> None:
        with clock_at(datetime(2026, 11, 30, 1, tzinfo=UTC)):  # nine o'clock on a Monday; an hour of the day is over
            due = [document_of(city, urgency=one).due_at for one in ("plain", "urgent", "very_urgent")]
        assert [f"{local_time(one):%d %H:%M}" for one in due if one] == ["01 09:00", "30 15:00", "30 10:00"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"sender_date": date(2126, 1, 1)}, "sender_date"),
        ({"due_day": date(2020, 1, 1)}, "due_day"),
        ({"sender_number": "住建〔2026〕7号"}, "sender_number"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_takes_no_number(
    city: TestCity, changed: dict[str, Any], field: str
) -> None:
    first = document_of(city, sender_number="住建〔2026〕7号")
    with pytest.raises(BadInput) as refused:
        document_of(city, **changed)
    assert refused.value.field == field
    TestDocumentIn().attempt(city, "acceptance", first, "void", Given(reason="登错"))
    again = document_of(city, sender_number="住建〔2026〕7号")
    assert (first.number, again.number) == (1, 2)


def test_who_has_to_read_it_finds_it_in_the_inbox_until_they_have(city: TestCity) -> None:
    item = TestDocumentIn().bring_to(city, "registered")
    verifier = city.access["verifier"]
    assert [one.url for one in waiting_for(verifier, now(), kind="document_in").rows] == [
        f"/office/documents/in/{item.id}/"
    ]
    TestDocumentIn().attempt(city, "verifier", item, "read", Given())
    assert waiting_for(verifier, now(), kind="document_in").rows == []


def test_the_page_shows_who_has_not_read_it_and_leads_to_an_answer(city: TestCity) -> None:
    item = TestDocumentIn().bring_to(city, "assigned")
    page = browser(city.access["dispatcher"]).get(f"/office/documents/in/{item.id}/").content.decode()
    assert "Verifier" in page
    assert "未阅" in page
    answer = f"{reverse('office:new-document-out')}?answers={item.id}"
    assert answer in page
    form = browser(city.access["dispatcher"]).get(answer).content.decode()
    assert f'<option value="{item.id}" selected>' in form


class TestDocumentsIn(ListTests):
    shown = DOCUMENTS_IN
    address = "/office/documents/in/"
    most_statements = 13
    filters: ClassVar = [
        "?q=收[2026]1", "?waiting=1", "?mine=1", "?state=proposed", "?kind=peer", "?urgency=urgent", "?sender=区城管局", "?year=2025",
        "?received_from=DAY&received_to=DAY",
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["acceptance"]

    def exporter(self, city: TestCity) -> Access:
        return city.access["leader"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def walk(self, access: Access, count: int = 3, **given: str) -> list[int]:
        given = {name: words.replace("DAY", f"{local_day(now()):%Y-%m-%d}") for name, words in given.items()}
        return super().walk(access, count, **given)

    def grow(self, city: TestCity, count: int) -> None:
        for number in range(count):
            more = {"kind": "peer", "urgency": "urgent"} if number % 3 == 1 else {}
            sender = "区城管局" if number % 2 else "区住建局"
            with clock_at(datetime(2025, 12, 31, 15, 59, tzinfo=UTC) if number % 5 == 0 else now()):
                item = document_of(city, "acceptance" if number % 4 else "other_acceptance", sender=sender, **more)
                if number % 4 == 0:  # another street's; only circulated
                    TestDocumentIn().attempt(
                        city, "other_acceptance", item, "circulate", TestDocumentIn().readers(city, "acceptance")
                    )
                if number % 4 == 1:
                    TestDocumentIn().attempt(city, "acceptance", item, "propose", Given(note="拟请办理"))
                    TestDocumentIn().circulated(city, item)


class TestDocumentInForm(FormTests):
    good: ClassVar[Typed] = {
        "kind": "peer", "sender": "区城管局", "sender_number": "城管函〔2026〕3号", "sender_date": "2026-03-02", "subject": "商请协助的函",
        "urgency": "urgent", "due_day": "2099-03-02", "note": "清理占道", "photos": "",
    }  # fmt: skip
    wrong: ClassVar = [
        ({"kind": "x"}, "kind"), ({"sender": " "}, "sender"), ({"subject": ""}, "subject"), ({"subject": "长" * 201}, "subject"),
        ({"urgency": "x"}, "urgency"), ({"sender_date": "2099-01-01"}, "sender_date"), ({"due_day": "2020-01-01"}, "due_day"),
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["acceptance"]

    def address(self, city: TestCity) -> str:
        return "/office/documents/in/new/"

    def made(self) -> list[Any]:
        return list(
            DocumentIn.objects.values_list("kind", "sender", "sender_number", "subject", "urgency", "due_day", "state")
        )

    def expected(self, city: TestCity) -> Any:
        return ("peer", "区城管局", "城管函〔2026〕3号", "商请协助的函", "urgent", date(2099, 3, 2), "registered")
