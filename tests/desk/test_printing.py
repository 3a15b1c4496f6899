"""A department prints: its template, the house's page around it, what people wrote as they wrote it."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation
from pypdf import PdfReader

from linli.core.desk import printing
from linli.core.desk.public import CannotPrint, pdf, pdf_answer
from linli.core.platform.public import clock_at
from linli.lib.typesetting import TemplateBroken

LEAVE = """#import "house.typ": *
#show: sheet.with(title: data.title)
#fields(data.fields)
#rows(data.head, data.days)
"""
DATA = {
    "title": "请假单",
    "fields": [["姓名", "张*三*"], ["事由", '#panic("x")']],
    "head": ["日期", "天数"],
    "days": [[f"2026-12-{day:02}", str(day)] for day in range(1, 60)],
}

pytestmark = pytest.mark.skipif(
    not Path("/usr/share/fonts/opentype/noto").is_dir(), reason="needs fonts-noto-cjk; `make test` installs it"
)


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A department with one template."""
    (tmp_path / "office").mkdir()
    (tmp_path / "office" / "leave.typ").write_text(LEAVE, encoding="utf-8")
    monkeypatch.setattr(printing, "get_app_template_dirs", lambda _name: (tmp_path,))
    return tmp_path


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def test_a_table_goes_over_pages_with_its_head_and_every_page_says_its_number() -> None:
    first, second = pages(pdf("office/leave.typ", DATA))
    assert all(words in first for words in ("请假单", "张*三*", '#panic("x")', "第 1 页，共 2 页", "日期"))
    assert all(words in second for words in ("日期", "天数", "第 2 页，共 2 页", "2026-12-59"))
    with translation.override("en"):
        assert "Page 2 of 2" in pages(pdf("office/leave.typ", DATA))[1]


def test_the_same_print_at_the_same_instant_is_the_same_file() -> None:
    with clock_at(datetime(2026, 11, 30, 0, 30, tzinfo=UTC)):
        assert pdf("office/leave.typ", DATA) == pdf("office/leave.typ", DATA)


def test_the_answer_is_shown_and_saved_under_a_chinese_name() -> None:
    answer = pdf_answer("office/leave.typ", DATA, name="请假单")
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "private, no-store")
    assert answer["Content-Disposition"] == "inline; filename*=utf-8''%E8%AF%B7%E5%81%87%E5%8D%95.pdf"
    assert answer.content.startswith(b"%PDF-")


def test_without_a_chinese_font_it_says_so_in_the_readers_language(
    monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    monkeypatch.setattr(printing, "FONT_FOLDERS", ())
    with translation.override("zh-hans"), pytest.raises(CannotPrint, match=r"没有找到中文字体.*fonts-noto-cjk"):
        pdf("office/leave.typ", DATA)
    with translation.override("en"), pytest.raises(CannotPrint, match="No font with Chinese characters"):
        pdf("office/leave.typ", DATA)


def test_a_template_that_is_not_there_is_named(office: Path) -> None:
    with pytest.raises(TemplateBroken, match=r"office/purchase\.typ"):
        pdf("office/purchase.typ", DATA)
    with pytest.raises(TemplateBroken, match="no plain name"):
        pdf("office/leave.typ", DATA, pictures={"../x.png": b""})
