"""The dialogs of actions: what they propose, and what they say when something is missing."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.city import TestCity
from tests.web.staff import signed_in
from tests.web.test_case_pages import do_url, form


@pytest.mark.parametrize(
    ("who", "state", "action", "said"),
    [
        ("handler", "handling", "hand_over", {"note": "请写明处置情况。", "photo": "请加一张照片作为凭证。"}),
        ("handler", "handling", "ask_extension", {"reason": "请写明理由。", "amount": "请写明需要延长多少。"}),
        ("acceptance", "reported", "split", {"note": "请写明第二个问题。"}),
        ("supervisor", "handling", "supervise", {"note": "请写明要求。"}),
    ],
)
def test_a_dialog_sent_empty_says_all_that_is_missing_at_once(
    city: TestCity, who: str, state: str, action: str, said: dict[str, str]
) -> None:
    case = city.bring_to(state)
    page = signed_in(city, who).post(do_url(case, action), form(case)).content.decode()
    for name, sentence in said.items():
        assert f'id="{action}-{name}_error"><span>{sentence}' in page
    assert page.count('class="field__error"') == len(said)


def test_a_request_for_more_time_is_decided_with_what_was_asked_in_the_field(city: TestCity) -> None:
    case = city.bring_to("handling")
    city.do("handler", case, "ask_extension", reason="等待备件", amount=Decimal("0.5"))
    client = signed_in(city, "dispatcher")
    page = client.get(do_url(case, "grant_extension")).content.decode()
    assert re.search(r'name="amount" [^>]*value="0.5"', page)
    assert "<span>工作日</span>" in page
    shown = client.get(reverse("case", args=[case.id])).content.decode()
    assert "增加 4 工作时" in shown
    assert "+4 工作时" in shown


def test_the_unit_that_the_rules_propose_is_chosen_and_no_empty_entry_stands_beside_it(city: TestCity) -> None:
    page = signed_in(city, "dispatcher").get(do_url(city.bring_to("filed"), "dispatch")).content.decode()
    (choices,) = re.findall(r'<select [^>]*id="dispatch-unit".*?</select>', page, re.S)
    assert " selected" in choices
    assert 'value=""' not in choices


def test_a_long_note_shows_its_beginning_and_unfolds(city: TestCity) -> None:
    case = city.bring_to("handling")
    city.do("dispatcher", case, "urge", note="请尽快处理。")
    page = signed_in(city, "dispatcher").get(reverse("case", args=[case.id])).content.decode()
    assert 'class="fold"' not in page
    city.do("dispatcher", case, "urge", note="居民多次来电反映夜间噪声。" * 30)
    page = signed_in(city, "dispatcher").get(reverse("case", args=[case.id])).content.decode()
    (fold,) = re.findall(r'<details class="fold">.*?</details>', page, re.S)
    assert "展开全文" in fold
    assert "居民多次来电反映夜间噪声。" * 30 in fold
