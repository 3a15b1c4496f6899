"""What residents read: a month as it was published, exact, without any person; it stays, whatever happens to the account."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from linli.core.access.public import User
from linli.core.areas.public import Area
from linli.core.platform.public import bump, clock_at, verify
from linli.subsystems.office.accounts.ledger import reverse_entry, show
from linli.subsystems.office.accounts.public_pages import PRINTS
from linli.subsystems.office.models import Booking, BookMonth, PublishedMonth
from tests.city import COMMUNITY, SECOND_COMMUNITY, TestCity
from tests.desk.inherited import browser

from .account_people import (
    FEBRUARY,
    JANUARY,
    at,
    book_of,
    check,
    entry_of,
    month_of,
    published_january,
    step,
    with_people,
)

PAGE = f"/community-accounts/{COMMUNITY}/2026-01/"


@pytest.fixture
def city(city: TestCity) -> TestCity:
    return with_people(city)


def text(address: str, language: str = "zh-hans") -> str:
    """The words of a page as somebody without account reads it."""
    answer = Client(headers={"accept-language": language}).get(address)
    assert answer.status_code == 200, address
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))


def test_a_resident_reads_the_month_in_both_languages(city: TestCity) -> None:
    published_january(city)
    chinese, english = text(PAGE), text(PAGE, "en")
    for words in (
        "柳荫社区2026年1月收支公开",
        "月初结余 1,000.00",
        "本月收入 300.00",
        "本月支出 12.50",
        "月末结余 1,287.50",
        "更换楼道灯",
        "−12.50",
    ):
        assert words in chinese, words
    for words in ("Liuyin", "January 2026", "Gain of common property 300.00", "Left 1,287.50", "Account checker"):
        assert words in english, words
    assert "2026年1月" in text(f"/community-accounts/{COMMUNITY}/")
    assert "望江街道" in text("/community-accounts/")
    assert "community-accounts" in Client().get("/").content.decode()


def test_no_person_stands_in_what_is_public(city: TestCity) -> None:
    published_january(city)
    content = PublishedMonth.objects.get().content
    everything = content + text(PAGE) + text(PAGE, "en") + Client().get(f"{PAGE[:-1]}.csv").content.decode("utf-8-sig")
    people = list(User.objects.exclude(display_name="Leader").values_list("display_name", flat=True))
    assert len(people) > 10
    assert not [name for name in people if name in everything]
    assert "王某某" not in everything, "words for the office went out"
    assert json.loads(content)["checked_by"] == [
        {"en": "柳荫社区居委会 · Account checker", "zh-hans": "柳荫社区居委会 · 居务监督员"}
    ]


def test_only_published_months_are_there(city: TestCity) -> None:
    with clock_at(at(1, 20)):
        book_of(city)
    for address in (
        PAGE,
        f"{PAGE[:-1]}.csv",
        f"{PAGE[:-1]}.pdf",
        f"/community-accounts/{COMMUNITY}/",
        f"/community-accounts/{COMMUNITY}/2026-13/",
    ):
        assert Client().get(address).status_code == 404, address
    assert "还没有公开的账目" in text("/community-accounts/")


def test_what_was_published_stays_as_it_was_and_a_correction_comes_later(city: TestCity) -> None:
    book = published_january(city)
    before, files = text(PAGE), Client().get(f"{PAGE[:-1]}.csv").content
    with clock_at(at(2, 5)):
        access = city.access["bookkeeper"]
        wrong = Booking.objects.get(purpose="repair")
        counter = reverse_entry(access.actor(), access=access, uuid=uuid4(), booking_id=wrong.id, reason="记重了")
        check(city, counter)
        show(city.access["leader"].actor(), access=city.access["leader"], book_id=book.id, shown="sums")
    # Whatever becomes of names, people and even the rows behind it.
    Area.objects.filter(code=COMMUNITY).update(name="改了名的社区")
    bump("areas")
    User.objects.filter(username="checker").update(display_name="Somebody else")
    assert text(PAGE).replace(" ", "") == before.replace(" ", "")
    assert Client().get(f"{PAGE[:-1]}.csv").content == files
    with clock_at(at(3, 3)):
        february = month_of(book, FEBRUARY)
        step(city, february, "close", "leader")
        step(city, february, "publish", "leader")
    content = json.loads(PublishedMonth.objects.get(first_day=FEBRUARY).content)
    assert (content["opening"], content["expense"][0]["amount"], content["closing"]) == ("1287.50", "-12.50", "1300.00")
    assert content["entries"] == []  # only sums were chosen meanwhile
    assert verify() == []


def test_a_counter_entry_says_what_it_reverses(city: TestCity) -> None:
    book = published_january(city)
    access = city.access["bookkeeper"]
    with clock_at(at(2, 5)):
        wrong = Booking.objects.get(purpose="repair")
        check(city, reverse_entry(access.actor(), access=access, uuid=uuid4(), booking_id=wrong.id, reason="记重了"))
    with clock_at(at(3, 3)):
        for action in ("close", "publish"):
            step(city, month_of(book, FEBRUARY), action)
    page = text(f"/community-accounts/{COMMUNITY}/2026-02/")
    assert "红冲 2026-01 第 2 笔" in page
    assert "+12.50" in page or "12.50" in page
    assert "记重了" not in page


def test_sums_alone_are_published_where_a_community_chose_so(city: TestCity) -> None:
    published_january(city, shown="sums")
    page = text(PAGE)
    assert "公共收益 300.00" in page
    assert "更换楼道灯" not in page
    rows = list(csv.reader(io.StringIO(Client().get(f"{PAGE[:-1]}.csv").content.decode("utf-8-sig"))))
    assert [row[2] for row in rows[2:-1]] == ["公共收益", "维修"]


def test_the_table_adds_up_and_no_cell_of_it_is_a_formula(city: TestCity) -> None:
    with clock_at(at(1, 20)):
        book = book_of(city)
        check(city, entry_of(city, book, date(2026, 1, 5), "300", "grant", public_words='=HYPERLINK("x")'))
    with clock_at(at(2, 3)):
        for action in ("close", "publish"):
            step(city, month_of(book, JANUARY), action)
    answer = Client().get(f"{PAGE[:-1]}.csv")
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["月份", "类型", "用途", "日期", "编号", "公开摘要", "金额（元）", "结余"]
    assert (rows[1][-1], rows[2][5:], rows[3][-1]) == ("1000.00", ['\'=HYPERLINK("x")', "300.00", "1300.00"], "1300.00")


@pytest.mark.skipif(not Path("/usr/share/fonts/opentype/noto").is_dir(), reason="needs fonts-noto-cjk")
def test_the_month_on_paper_and_an_address_gets_a_few(city: TestCity) -> None:
    published_january(city)
    answer = Client().get(f"{PAGE[:-1]}.pdf")
    pages = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).replace(" ", "")
    assert all(words in pages for words in ("柳荫社区收支公开", "2026年1月", "1,287.50", "更换楼道灯", "居务监督员"))
    assert "−12.50" in pages
    client = Client()
    for _one in range(PRINTS - 1):
        assert client.get(f"/community-accounts/{COMMUNITY}/2026-01.pdf").status_code == 200
    assert client.get(f"/community-accounts/{COMMUNITY}/2026-01.pdf").status_code == 429


def test_a_page_costs_a_few_statements_however_long_the_account_is(city: TestCity) -> None:
    published_january(city)
    row = PublishedMonth.objects.get()
    for month in range(1, 100):
        PublishedMonth.objects.create(
            area_code=COMMUNITY if month % 2 else SECOND_COMMUNITY, first_day=date(2010 + month // 12, month % 12 + 1, 1), content=row.content,
            published_at=row.published_at,
        )  # fmt: skip
    for address, most in (
        (PAGE, 3),
        (f"{PAGE[:-1]}.csv", 1),
        (f"/community-accounts/{COMMUNITY}/", 1),
        ("/community-accounts/", 1),
    ):
        client = Client()
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        assert len(asked) <= most, (address, [one["sql"] for one in asked])


def test_the_office_sees_beforehand_what_residents_will_read(city: TestCity) -> None:
    with clock_at(at(1, 20)):
        book = book_of(city)
        check(city, entry_of(city, book, date(2026, 1, 6)))
    with clock_at(at(2, 3)):
        month = step(city, month_of(book, JANUARY), "close")
        page = browser(city.access["leader"]).get(f"/office/accounts/months/{month.id}/").content.decode()
        preview = page.partition('id="public-title"')[2]
        assert "更换楼道灯" in preview
        assert "王某某" not in preview.partition("</section>")[0]
        step(city, month, "publish", "leader")
    assert BookMonth.objects.get(id=month.id).state == "published"
