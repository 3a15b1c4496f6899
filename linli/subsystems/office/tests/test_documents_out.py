"""Documents out: the flow with what every flow does, the register, the form; its number, and what it answers."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar
from uuid import uuid4

import pytest

from linli.core.access.public import Access
from linli.core.flow.public import FlowEvent, Given, Transition, begin_from
from linli.core.platform.public import NotAllowed, clock_at, local_day, now
from linli.subsystems.office.documents.flow_out import DOCUMENT_OUT
from linli.subsystems.office.documents.pages_out import DOCUMENTS_OUT
from linli.subsystems.office.models import DocumentIn, DocumentOut
from tests.city import BUILT_AT, TestCity
from tests.desk.inherited import FormTests, ListTests, Typed, browser
from tests.flow.contract import FlowContract

from . import test_documents_in as documents_in

DRAFTERS = {"worker"}
CHECK = {"acceptance", "leader", "all_roles"}
SIGN = {"leader", "all_roles"}
SEND = {"acceptance", "all_roles"}


def draft_of(city: TestCity, who: str = "worker", **more: Any) -> DocumentOut:
    """A letter that `who` drafts."""
    given = {
        "kind": "letter",
        "subject": "关于排查情况的复函",
        "addressee": "区住建局",
        "copies_to": "",
        "text": "现将情况函复如下。",
        **more,
    }
    return begin_from(DOCUMENT_OUT, city.access[who].actor(), given, access=city.access[who], uuid=uuid4())


class TestDocumentOut(FlowContract):
    """A letter that the worker of the first community drafted."""

    flow = DOCUMENT_OUT
    LEADS = {
        "revise": ({"drafted"}, None), "hand_in": ({"drafted"}, "checking"), "check": ({"checking"}, "signing"),
        "send_back": ({"checking"}, "drafted"), "sign": ({"signing"}, "signed"), "refuse": ({"signing"}, "drafted"),
        "send": ({"signed"}, "sent"), "file": ({"sent"}, "filed"), "withdraw": ({"drafted", "checking", "signing"}, "withdrawn"),
        "escalate": ({"checking", "signing", "signed"}, None),
    }  # fmt: skip
    MAY = {
        **dict.fromkeys(("revise", "hand_in", "withdraw"), DRAFTERS), **dict.fromkeys(("check", "send_back"), CHECK),
        **dict.fromkeys(("sign", "refuse"), SIGN), **dict.fromkeys(("send", "file"), SEND), "escalate": {"SYSTEM"},
    }  # fmt: skip
    WAY = (
        ("worker", "hand_in"),
        ("acceptance", "check"),
        ("leader", "sign"),
        ("acceptance", "send"),
        ("acceptance", "file"),
    )
    STEPS: ClassVar = {"drafted": 0, "checking": 1, "signing": 2, "signed": 3, "sent": 4, "filed": 5}

    def bring_to(self, city: TestCity, state: str) -> DocumentOut:
        return self.brought(city, draft_of(city), state)

    def brought(self, city: TestCity, item: DocumentOut, state: str) -> DocumentOut:
        """A draft in any state."""
        if state == "withdrawn":
            return self.attempt(city, "worker", item, "withdraw", Given())  # type: ignore[no-any-return]
        for who, action in self.WAY[: self.STEPS[state]]:
            item = self.attempt(city, who, item, action, Given())
        return item

    def given(self, city: TestCity, item: DocumentOut, row: Transition) -> Given:
        return Given(values={"text": "改"}) if row.action == "revise" else Given(**dict.fromkeys(row.needs, "说明"))

    def test_who_drafted_it_neither_checks_nor_signs_it(self, city: TestCity) -> None:
        mine = self.attempt(city, "leader", draft_of(city, "leader"), "hand_in", Given())
        for action, other in (("check", "acceptance"), ("sign", "all_roles")):
            with pytest.raises(NotAllowed) as refused:
                self.attempt(city, "leader", mine, action, Given())
            assert refused.value.code == "own_draft"
            mine = self.attempt(city, other, mine, action, Given())
        assert mine.state == "signed"

    def test_it_gets_its_number_when_it_is_signed_and_keeps_the_text_that_was(self, city: TestCity) -> None:
        item = self.bring_to(city, "signing")
        assert (item.number, item.reference) == (None, "")
        item = self.attempt(city, "leader", item, "sign", Given())
        assert item.reference == f"函〔{local_day(now()).year}〕1号"
        assert item.unit_id == city.units["community_office"].id
        signed = FlowEvent.objects.get(flow="document_out", item_id=item.id, action="sign").facts
        text = "关于排查情况的复函\n区住建局\n现将情况函复如下。"
        assert signed == {"reference": item.reference, "text_sha256": hashlib.sha256(text.encode()).hexdigest()}

    def test_what_was_refused_comes_back_to_who_drafted_it_and_is_changed(self, city: TestCity) -> None:
        item = self.attempt(city, "leader", self.bring_to(city, "signing"), "refuse", Given(reason="请补充数据"))
        changed = self.attempt(city, "worker", item, "revise", Given(values={"text": "新的正文", "subject": None}))
        assert (changed.text, changed.subject, changed.state) == ("新的正文", "关于排查情况的复函", "drafted")


def test_an_answer_and_what_it_answers_lead_to_one_another_for_who_sees_both(city: TestCity) -> None:
    asked = documents_in.TestDocumentIn().bring_to(city, "assigned")
    answer = draft_of(city, "dispatcher", answers=asked)
    assert answer.answers_id == asked.id
    there, back = f"/office/documents/in/{asked.id}/", f"/office/documents/out/{answer.id}/"
    for who, sees in (("dispatcher", True), ("leader", True), ("verifier", False)):
        page = browser(city.access[who])
        assert (back in page.get(there).content.decode()) is sees, who
        assert (page.get(back).status_code == 200) is sees, who
        if sees:
            assert f'href="{there}"' in page.get(back).content.decode()
    answer = TestDocumentOut().attempt(city, "dispatcher", answer, "withdraw", Given())
    assert back not in browser(city.access["dispatcher"]).get(there).content.decode()


class TestDocumentsOut(ListTests):
    shown = DOCUMENTS_OUT
    address = "/office/documents/out/"
    most_statements = 12
    filters: ClassVar = [
        "?q=函[2020]1", "?waiting=1", "?mine=1", "?state=signed", "?kind=report", "?addressee=区政府", "?year=2020",
        "?drafted_from=DAY&drafted_to=DAY",
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["leader"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def walk(self, access: Access, count: int = 3, **given: str) -> list[int]:
        given = {name: words.replace("DAY", f"{local_day(now()):%Y-%m-%d}") for name, words in given.items()}
        return super().walk(access, count, **given)

    def grow(self, city: TestCity, count: int) -> None:
        for number in range(count):
            more = {"kind": "report", "addressee": "区政府"} if number % 3 == 1 else {}
            with clock_at(BUILT_AT if number % 5 == 0 else now()):
                item = draft_of(city, "leader" if number % 4 == 2 else "worker", **more)
                if number % 5 == 0 and number % 4 != 2:
                    TestDocumentOut().brought(city, item, "signed")
                if number % 4 == 3:
                    TestDocumentOut().brought(city, item, "checking")


class TestDocumentOutForm(FormTests):
    good: ClassVar[Typed] = {
        "kind": "order", "subject": "关于做好防汛工作的通知", "addressee": "各社区", "copies_to": "区防汛办", "answers": "", "text": "请各社区……",
        "photos": "",
    }  # fmt: skip
    wrong: ClassVar = [
        ({"kind": "x"}, "kind"), ({"subject": " "}, "subject"), ({"addressee": ""}, "addressee"), ({"text": ""}, "text"),
        ({"answers": "987654"}, "answers"),
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["acceptance"]

    def address(self, city: TestCity) -> str:
        return "/office/documents/out/new/"

    def send(self, city: TestCity, **changed: Any) -> Any:
        if not DocumentIn.objects.exists():
            documents_in.TestDocumentIn().bring_to(city, "assigned")
        return super().send(city, **changed)

    def made(self) -> list[Any]:
        return list(DocumentOut.objects.values_list("kind", "subject", "addressee", "copies_to", "text", "state"))

    def expected(self, city: TestCity) -> Any:
        return ("order", "关于做好防汛工作的通知", "各社区", "区防汛办", "请各社区……", "drafted")

    def stranger(self, city: TestCity) -> None:
        """Every member of the staff may draft."""
