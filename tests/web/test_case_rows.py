"""Rows of lists: what is urgent comes first among equals, the matter without its place, one measure of lateness, photos, reopened cases."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from linli.core.cases.public import Case, CaseFile, CaseFilter, list_cases
from linli.core.cases.reading.words import left_words, matter
from linli.core.flow.public import clock_said
from linli.core.platform.public import clock_at
from tests.city import TestCity
from tests.web.staff import signed_in

MONDAY_NOON = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai


def test_among_cases_due_at_the_same_moment_the_urgent_come_first_on_every_page(city: TestCity) -> None:
    with clock_at(MONDAY_NOON):
        made = [city.report(words=f"第 {n} 处", urgency="urgent" if n % 3 == 2 else "normal").id for n in range(9)]
        wanted = CaseFilter(mine=True, order="due")
        seen: list[int] = []
        cursor = ""
        for _page in range(9):
            page = list_cases(city.access["acceptance"], wanted, cursor=cursor, rows_per_page=2)
            seen += [row.id for row in page.rows]
            cursor = page.next_cursor
            if not cursor:
                break
    urgent = [made[2], made[5], made[8]]
    assert seen == [*urgent, *(one for one in made if one not in urgent)]


@pytest.mark.parametrize(
    ("description", "address", "said"),
    [
        (
            "解放路与北苑路路口西侧沥青路面塌陷，大车经过震动很大。",
            "解放路与北苑路路口西侧",
            "沥青路面塌陷，大车经过震动很大。",
        ),
        ("江城路口，路灯不亮", "江城路口", "路灯不亮"),
        ("路灯不亮", "江城路口", "路灯不亮"),
        ("江城路口", "江城路口", "江城路口"),
        ("路灯不亮", "", "路灯不亮"),
    ],
)
def test_the_matter_does_not_begin_with_its_place(description: str, address: str, said: str) -> None:
    assert matter(Case(description=description, address=address)) == said


@pytest.mark.parametrize(
    ("minutes", "at", "left"),
    [
        (38, "今天 12:38", "还剩 38 分钟"),
        (5 * 60, "今天 17:00", "还剩 5 小时"),
        (-14 * 60, "昨天 22:00", "超时 14 小时"),
        (22 * 60, "明天 10:00", "还剩 22 小时"),
        (4 * 1440, "周五 12:00", "还剩 4 天"),
        (-3 * 1440, "11月27日 12:00", "超时 3 天"),
        (9 * 1440, "12月9日 12:00", "还剩 9 天"),
    ],
)
def test_lateness_is_told_by_the_clock_on_the_wall_whatever_the_limit_counts_in(
    minutes: int, at: str, left: str
) -> None:
    for unit in ("urgent_hour", "work_hour", "work_day", "calendar_day"):
        case = Case(
            due_at=MONDAY_NOON + timedelta(minutes=minutes), clock_state="running", state="handling", clock_stage="handle",
            limit_unit=unit,
        )  # fmt: skip
        with translation.override("zh-hans"), clock_at(MONDAY_NOON):
            assert clock_said(case, MONDAY_NOON).due_at == at
            assert left_words(case, MONDAY_NOON) == left


def test_a_row_shows_its_photo_and_why_it_was_taken_up_again(city: TestCity) -> None:
    case = city.bring_to("closed")
    city.do("supervisor", case, "reopen", reason="第二天又堆满了")
    other = city.report(words="没有照片")
    client = signed_in(city, "dispatcher")
    page = client.get(reverse("cases")).content.decode()
    rows = [row for row in re.findall(r"(?s)<tr.*?</tr>", page) if "data-case" in row]
    cells = {int(re.findall(r'data-case="(\d+)"', row)[0]): row for row in rows}
    file = CaseFile.objects.filter(case_id=case.id).earliest("id")
    assert f'src="{reverse("case-file", args=[file.id, "thumb"])}"' in cells[case.id]
    assert "重办" in cells[case.id]
    assert "第二天又堆满了" in cells[case.id]
    assert "<img" not in cells[other.id]


def test_a_row_shows_no_photo_whose_time_is_over(city: TestCity) -> None:
    both = city.report(files=(city.photo("report"), city.photo("report")))
    gone = city.report(files=(city.photo("report"),))
    first, second = CaseFile.objects.filter(case_id=both.id).order_by("id")
    CaseFile.objects.filter(id=first.id).update(stored_file_id=None)
    CaseFile.objects.filter(case_id=gone.id).update(stored_file_id=None)
    page = signed_in(city, "acceptance").get(reverse("cases")).content.decode()
    thumbs = re.findall(r"files/(\d+)/thumb", page)
    assert [int(one) for one in thumbs] == [second.id]


def test_photos_and_reasons_of_a_page_cost_two_statements_however_many_rows(city: TestCity) -> None:
    def statements() -> int:
        client.get(reverse("cases"))
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("cases"))
        return len(caught)

    client = signed_in(city, "dispatcher")
    city.do("supervisor", city.bring_to("closed"), "reopen", reason="又坏了")
    few = statements()
    for _number in range(3):
        city.do("supervisor", city.bring_to("closed"), "reopen", reason="又坏了")
    assert statements() == few


def test_how_it_was_and_how_it_is_stand_side_by_side_on_the_case_and_where_it_is_judged(city: TestCity) -> None:
    case = city.bring_to("handling")
    case = city.do("handler", case, "hand_over", note="已清理", files=(city.photo("before"), city.photo("after")))
    city.do("verifier", case, "send_to_verify")
    client = signed_in(city, "verifier")
    for address in (reverse("case", args=[case.id]), reverse("case-action", args=[case.id, "verify_pass"])):
        page = client.get(address).content.decode()
        shown = page.split('class="photos before-after"')[1].split("</div>")[0]
        assert [role for role in ("处置前", "处置后") if f'alt="{role}"' in shown] == ["处置前", "处置后"]
