"""Forms as files on pages: answers by table sent back, XLSForm in and out, and what happens with files that are none."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.core.access.public import Access
from linli.core.forms.public import AnswerSheet, Form, SheetState, answers_of, make_form, publish_form, read
from linli.lib.tables import open_table
from tests.access_table import signed_in
from tests.city import STREET, TestCity

from .documents import KEPT, form, question, var
from .test_xlsform import workbook

HEADINGS = ["问题 sign*", "问题 a", "问题 b"]
DOCUMENT = form(
    question("text", "sign", required=True),
    question("number", "a", least=1),
    question("number", "b", relevant={">": [var("a"), 3]}),
    question("photo", "front", required=True),
)


def made_by(access: Access, document: dict[str, Any]) -> Form:
    """A published form of somebody."""
    made = make_form(access.actor(), access=access, uuid=uuid4(), document=document)
    publish_form(access.actor(), access=access, form_id=made.id)
    return made


def filled(rows: Sequence[Sequence[object]], headings: Sequence[str] = HEADINGS, digest: str = "") -> bytes:
    """A workbook as it comes back."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("登记")
    for line, row in enumerate([headings, *rows]):
        sheet.write_row(line, 0, row)
    hidden = book.add_worksheet("linli")
    for line, row in enumerate(
        [["what", "value", "name"], ["form", digest or read(DOCUMENT).digest], ["sheet", "", "登记"]]
    ):
        hidden.write_row(line, 0, row)
    book.close()
    return out.getvalue()


def sent(client: Client, address: str, content: bytes, name: str = "答卷.xlsx", **typed: str) -> HttpResponse:
    """What becomes of a file that is sent, after the redirect if there is one."""
    data = {"file": SimpleUploadedFile(name, content), "effect_id": str(uuid4()), **typed}
    return client.post(address, data, follow=True)  # type: ignore[return-value]


def all_given() -> list[dict[str, Any]]:
    """The answers that were handed in, in order."""
    return [answers_of(one) for one in AnswerSheet.objects.filter(state=SheetState.SENT).order_by("id")]


def test_answers_come_by_table_once_however_often_the_file_is_sent(city: TestCity) -> None:
    made = made_by(city.access["leader"], DOCUMENT)
    client, address = signed_in(Client(), city.users["worker"]), reverse("form-table", args=[made.id])
    book = client.get(reverse("form-table-file", args=[made.id]))
    assert open_table(io.BytesIO(book.content)).columns == tuple(HEADINGS)
    rows = [["老张", 5, 6], ["小李", "", ""], ["小李", "", ""]]
    assert "已提交 3 份。" in sent(client, address, filled(rows)).content.decode()
    assert all_given() == [{"sign": "老张", "a": 5, "b": 6}, {"sign": "小李"}, {"sign": "小李"}]
    again = sent(client, address, filled([*rows, ["王五", 1, ""]])).content.decode()
    assert "已提交 1 份。" in again
    assert "有 3 份以前已提交" in again
    assert len(all_given()) == 4
    assert "已提交 3 份。" in sent(client, address, filled(rows), anew="on").content.decode()
    assert len(all_given()) == 7


def test_faults_are_told_by_row_and_the_good_ones_or_nothing_are_taken(city: TestCity) -> None:
    made = made_by(city.access["leader"], DOCUMENT)
    client, address = signed_in(Client(), city.users["worker"]), reverse("form-table", args=[made.id])
    rows = [["老张", 5, 6], ["", 2, ""], ["小李", "很多", ""]]
    refused = sent(client, address, filled(rows))
    shown = refused.content.decode()
    assert refused.status_code == 422
    for words in ("尚未提交", ">3</td>", ">4</td>", "很多", "1 份可用，2 行有问题"):
        assert words in shown
    assert all_given() == []
    assert "有 2 行存在问题，没有提交。" in sent(client, address, filled(rows), take_good="on").content.decode()
    assert all_given() == [{"sign": "老张", "a": 5, "b": 6}]


def test_moved_columns_are_found_lost_ones_named_and_another_version_is_said(city: TestCity) -> None:
    made = made_by(city.access["leader"], DOCUMENT)
    client, address = signed_in(Client(), city.users["worker"]), reverse("form-table", args=[made.id])
    moved = filled([[6, "老张", 5]], [HEADINGS[2], HEADINGS[0], HEADINGS[1]])
    assert "已提交 1 份。" in sent(client, address, moved).content.decode()
    assert all_given() == [{"sign": "老张", "a": 5, "b": 6}]
    lost = sent(client, address, filled([["老张", 5, 6]], ["招牌", *HEADINGS[1:]], digest="0" * 64))
    shown = lost.content.decode()
    assert lost.status_code == 422
    for words in ("“问题 sign”", "“招牌”", "另一版"):
        assert words in shown
    assert len(all_given()) == 1


def test_a_formula_of_a_sheet_is_its_result_and_never_one_of_ours(city: TestCity) -> None:
    marked = form(
        question("text", "sign", label='=cmd|"/c calc"!A1<b>招牌</b>'), question("number", "a", label="@SUM(1)")
    )
    made = made_by(city.access["leader"], marked)
    client = signed_in(Client(), city.users["worker"])
    book = client.get(reverse("form-table-file", args=[made.id])).content
    given = signed_in(Client(), city.users["leader"]).get(reverse("form-xlsform", args=[made.id])).content
    for content in (book, given):
        packed = zipfile.ZipFile(io.BytesIO(content))
        sheets = [packed.read(name).decode() for name in packed.namelist() if name.startswith("xl/worksheets/")]
        assert not any("<f>" in one for one in sheets)
    table = reverse("form-table", args=[made.id])
    answers = filled([["=1+2", 4]], list(open_table(io.BytesIO(book)).columns), digest=read(marked).digest)
    assert "已提交 1 份。" in sent(client, table, answers).content.decode()


def test_markup_in_texts_is_shown_as_text_on_every_page(city: TestCity) -> None:
    bad = "<script>alert(1)</script>"
    marked = form(
        question("text", "sign", label=bad, hint=bad, fact="grid.sign"),
        question("one", "kind", label=bad, choices=[{"code": "<b>", "label": bad}]),
        question("note", "said", label=bad, relevant={"==": [var("kind"), None]}),
        question("number", "n", label=bad, constraint={">": [var("n"), 1]}, message=bad, unit="<i>"),
        {"type": "group", "name": "g", "label": bad, "hint": bad, "items": [question("calculated", "c", label=bad, calculate={"+": [1, 1]})]},
        {"type": "repeat", "name": "r", "label": bad, "row": bad, "items": [question("number", "m", label=bad)]},
        titles={"zh-hans": bad}, intro=bad,
    )  # fmt: skip
    made = made_by(city.access["leader"], marked)
    worker, leader = signed_in(Client(), city.users["worker"]), signed_in(Client(), city.users["leader"])
    begun = worker.post(reverse("form-begin", args=[made.id]), {"effect_id": str(uuid4())}, follow=True)
    key = AnswerSheet.objects.get().id
    pages = [begun, *(worker.get(reverse(name, args=args)) for name, args in [
        ("forms", []), ("form-begin", [made.id]), ("form-table", [made.id]), ("sheet", [key]), ("sheet-whole", [key]),
        ("sheet-step", [key, "kind"]), ("sheet-step", [key, "r"]),
    ])]  # fmt: skip
    designing = [
        ("form-designs", []),
        ("form-design", [made.id]),
        ("form-question", [made.id, 1]),
        ("form-json", [made.id]),
    ]
    pages += [leader.get(reverse(name, args=args)) for name, args in designing]
    for one in pages:
        assert one.status_code == 200
        assert bad not in one.content.decode()
        assert "<b>" not in one.content.decode().replace("<b>0</b>", "")
    assert "&lt;script&gt;" in pages[5].content.decode()


def bomb() -> bytes:
    """A workbook whose one sheet is a gigabyte of the same letter."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(filled([]))) as plain, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in plain.namelist():
            if name != "xl/worksheets/sheet1.xml":
                packed.writestr(name, plain.read(name))
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _megabyte in range(1000):
                sheet.write(b"a" * 1_000_000)
    return out.getvalue()


@pytest.mark.parametrize("page", ["form-table", "form-from-xlsform"])
@pytest.mark.parametrize(
    "content", [b"", b"\0" * 5000, b"PK\x03\x04 no more", bomb()], ids=["empty", "zeros", "torn", "bomb"]
)
def test_what_is_no_workbook_gets_a_sentence_and_nothing_is_written(city: TestCity, page: str, content: bytes) -> None:
    made = made_by(city.access["leader"], DOCUMENT)
    client = signed_in(Client(), city.users["leader"])
    address = reverse(page, args=[made.id] if page == "form-table" else [])
    refused = sent(client, address, content, area=STREET)
    assert refused.status_code == 422
    assert 'class="field__error"' in refused.content.decode()
    assert (AnswerSheet.objects.count(), Form.objects.filter(origin="").count()) == (0, 1)


def test_an_xlsform_becomes_a_form_when_it_says_what_for_and_its_remarks_stand_beside_it(city: TestCity) -> None:
    client, address = signed_in(Client(), city.users["leader"]), reverse("form-from-xlsform")
    survey = [
        {"type": "start", "name": "start", "label": ""},
        {"type": "text", "name": "sign", "label": "招牌"},
        {"type": "integer", "name": "rooms", "label": "房间"},
        {"type": "video", "name": "film", "label": "录像"},
    ]
    content = workbook(survey).getvalue()
    refused = sent(client, address, content, "商铺.xlsx", area=STREET)
    assert refused.status_code == 422
    assert "有 1 个问题可能涉及个人信息" in refused.content.decode()
    assert ">3</td>" in refused.content.decode()
    assert not Form.objects.filter(origin="").exists()
    given = {"area": STREET, "purpose": "掌握商铺", "data_class": "general", "keep_days": "30"}
    taken = sent(client, address, content, "商铺.xlsx", **given)
    made = Form.objects.get(origin="")
    assert (made.titles, made.state) == ({"zh-hans": "商铺"}, "draft")
    assert [one["name"] for one in made.draft["items"]] == ["sign", "rooms"]
    shown = taken.content.decode()
    assert "来源文件有" in shown
    assert all(name in shown for name in ("“start”", "“film”"))
    out = client.get(reverse("form-xlsform", args=[made.id]))
    names = [row["name"] for _line, row in open_table(io.BytesIO(out.content), sheet="survey").rows()]
    assert names == ["sign", "rooms"]
    access = city.access["leader"]
    publish_form(access.actor(), access=access, form_id=made.id)
    assert "来源文件有" not in client.get(reverse("form-design", args=[made.id])).content.decode()


@pytest.mark.parametrize(
    ("survey", "words"),
    [
        ([{"type": "integer", "name": f"q{one}", "label": "几"} for one in range(10_000)], "10000"),
        (
            [
                {"type": "calculate", "name": "one", "calculation": "${two} + 1"},
                {"type": "calculate", "name": "two", "calculation": "${one} + 1"},
                {"type": "integer", "name": "three", "label": "几"},
            ],
            "one",
        ),
    ],
    ids=["many", "ring"],
)
def test_a_file_that_is_no_form_is_refused_or_said_and_nothing_is_published(
    city: TestCity, survey: Any, words: str
) -> None:
    client = signed_in(Client(), city.users["leader"])
    answer = sent(client, reverse("form-from-xlsform"), workbook(survey).getvalue(), area=STREET)
    assert words in answer.content.decode()
    assert not Form.objects.filter(origin="", state="open").exists()


def test_a_document_comes_as_a_file_and_one_that_is_none_changes_nothing(city: TestCity) -> None:
    made = made_by(city.access["leader"], DOCUMENT)
    client, address = signed_in(Client(), city.users["leader"]), reverse("form-json", args=[made.id])
    many = form(*(question("number", f"q{one}") for one in range(10_000)))
    never = form(question("number", "a", relevant={"while": [True, 1]}))
    for content, status in (
        (b"{", 422),
        (b"[1]", 422),
        (b"[" * 300_000, 422),
        (b"\xff\xfe", 422),
        (b" " * 2_100_000, 422),
    ):
        refused = sent(client, address, content, "form.json")
        assert refused.status_code == status
        made.refresh_from_db()
        assert made.draft == DOCUMENT
    for document, words in ((many, "10000"), (never, "while")):
        told = sent(client, address, json.dumps(document).encode(), "form.json").content.decode()
        assert words in told
        refused = client.post(reverse("form-publish", args=[made.id]), {"effect_id": str(uuid4())})
        assert refused.status_code == 422
    made.refresh_from_db()
    assert made.versions.count() == 1
    assert KEPT["purpose"] in json.dumps(made.versions.get().document)
