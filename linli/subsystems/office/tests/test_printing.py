"""What an office prints: slip, form, sheet and register, with what people wrote as they wrote it, and who signed when."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pypdf import PdfReader

from linli.core.flow.public import Given
from linli.core.platform.public import clock_at
from tests.city import TestCity
from tests.desk.inherited import browser

from . import test_approval, test_documents_in, test_documents_out, test_leave

pytestmark = pytest.mark.skipif(
    not Path("/usr/share/fonts/opentype/noto").is_dir(), reason="needs fonts-noto-cjk; `make test` installs it"
)
# What would be code in a template, and signs of markup; each has to come out as it went in.
NASTY = '#panic("x") *bold* _it_ $x^2$ \\ @ref <tag> = a `b` #eval("1")'
AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def printed(city: TestCity, who: str, address: str, **form: Any) -> str:
    """The words of the PDF at an address, without line breaks and blanks; a form is posted."""
    client = browser(city.access[who])
    answer = client.post(address, {"effect_id": str(uuid4()), **form}) if form else client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[arg-type]
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf"), content[:500]
    return plain("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def plain(words: str) -> str:
    """Without blanks, which a PDF sets as it likes."""
    return "".join(words.split())


def test_a_leave_slip_says_who_granted_it_when(city: TestCity) -> None:
    with clock_at(AT):
        leave = test_leave.leave_of(city, note=NASTY, stand_in_id=city.users["clerk"].id)
        test_leave.TestLeave().attempt(city, "leader", leave, "grant", Given(note="同意"))
    page = printed(city, "worker", f"/office/leave/{leave.id}/print/")
    for words in (
        "请假单",
        "Worker",
        "年休假",
        "2026年3月2日",
        NASTY,
        "同意",
        "Leader",
        "2026年3月2日09:30",
        "Clerk",
        "销假",
    ):
        assert plain(words) in page, words


def test_an_approval_says_what_it_costs_and_who_approved(city: TestCity) -> None:
    with clock_at(AT):
        item = test_approval.approval_of(city, subject=NASTY[:100], amount=Decimal("1380.50"))
        test_approval.TestApproval().attempt(city, "leader", item, "approve", Given(note="同意采购"))
    page = printed(city, "worker", f"/office/approvals/{item.id}/print/")
    for words in ("审批单", NASTY[:100], "1,380.50", "库存用完", "同意采购", "Leader", "执行情况"):
        assert plain(words) in page, words


def test_a_handling_sheet_shows_proposal_instruction_and_who_has_read_it(city: TestCity) -> None:
    with clock_at(AT):
        flow = test_documents_in.TestDocumentIn()
        item = flow.bring_to(city, "answered")
        flow.attempt(city, "verifier", item, "read", Given())
    page = printed(city, "leader", f"/office/documents/in/{item.id}/print/")
    for words in (
        "文件处理笺", "收〔2026〕1号", "关于开展房屋安全排查的通知", "区住建局", "拟请分管领导阅示", "Acceptance", "已排查", "Dispatcher", "传阅",
        "Verifier", "2026年3月2日09:30",
    ):  # fmt: skip
        assert plain(words) in page, words


def test_a_draft_is_printed_with_its_text(city: TestCity) -> None:
    item = test_documents_out.draft_of(city, text=f"第一段。\n\n{NASTY}")
    page = printed(city, "worker", f"/office/documents/out/{item.id}/print/")
    for words in ("发文稿纸", "关于排查情况的复函", "第一段。", NASTY, "签发"):
        assert plain(words) in page, words


def test_the_register_of_a_year_is_printed_as_the_list_is_narrowed(city: TestCity) -> None:
    for year in (2025, 2026):
        with clock_at(datetime(year, 3, 2, 1, tzinfo=UTC)):
            test_documents_in.document_of(city, subject=f"{NASTY} {year}", due_day=date(2026, 12, 1))
    page = printed(city, "leader", "/office/documents/in/export/?year=2026", format="pdf")
    assert plain("收文登记簿") in page
    assert plain(f"{NASTY} 2026") in page
    assert "收〔2025〕1号" not in page


def test_whoever_does_not_see_it_prints_nothing(city: TestCity) -> None:
    leave = test_leave.leave_of(city)
    assert browser(city.access["handler"]).get(f"/office/leave/{leave.id}/print/").status_code == 404
