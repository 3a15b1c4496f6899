"""Suggested categories where they are chosen: dialogs of filing and splitting, the staff's and the residents' report."""

from __future__ import annotations

import re
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.core.cases.public import Case
from tests.city import COMMUNITY, TestCity
from tests.web.staff import signed_in

HAN = re.compile(r"[\u2e80-\u9fff]")


def page(response: object) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def groups(html: str) -> list[tuple[str, list[str]]]:
    """The titles of the groups with the categories in each."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for title, category in re.findall(r'choices__group">([^<]*)<|<strong>([^<]*)</strong>', html):
        if title:
            found.append((title, []))
        else:
            found[-1][1].append(category)
    return found


def test_the_dialog_of_filing_suggests_three_by_the_words_and_chooses_none(city: TestCity) -> None:
    case = city.report(words="路口有一堆垃圾", category=None)
    html = page(signed_in(city, "acceptance").get(reverse("case-action", args=[case.id, "file"])))
    own, suggested = groups(html)
    assert own == ("", [])
    assert (suggested[0], suggested[1][0], len(suggested[1])) == ("按描述推荐", "暴露垃圾", 3)
    assert not re.search(r'name="condition_id"[^>]* checked', html)


def test_what_the_reporter_chose_stands_first_and_is_the_only_one_chosen(city: TestCity) -> None:
    case = city.report(words="路口有一堆垃圾", category="噪声扰民")
    html = page(signed_in(city, "acceptance").get(reverse("case-action", args=[case.id, "file"])))
    own, suggested = groups(html)
    assert own[1] == ["噪声扰民"]
    assert "暴露垃圾" in suggested[1]
    assert len(re.findall(r'name="condition_id"[^>]* checked', html)) == 1


def test_what_one_used_lately_is_offered_below(city: TestCity) -> None:
    for name in ("露天烧烤", "暴露垃圾"):
        city.do("acceptance", city.report(category=None), "file", category_id=city.category(name).id)
    case = city.report(words="路口有一堆垃圾", category=None)
    html = page(signed_in(city, "acceptance").get(reverse("case-action", args=[case.id, "file"])))
    # What is suggested already is not said twice.
    assert groups(html)[-1] == ("你最近用过", ["露天烧烤"])


def test_a_second_problem_is_suggested_by_its_own_words(city: TestCity) -> None:
    case = city.report(words="路口有一堆垃圾", category=None)
    client = signed_in(city, "acceptance")
    dialog = page(client.get(reverse("case-action", args=[case.id, "split"])))
    assert groups(dialog) == [("", [])]
    found = page(client.post(reverse("category-search"), {"note": "旁边路灯也不亮"}))
    assert groups(found)[1][1][0] == "路灯"


def test_the_staffs_report_suggests_while_one_types_and_keeps_what_is_chosen(city: TestCity) -> None:
    client = signed_in(city, "worker")
    condition = city.category("路灯").conditions[0].id
    sent = {"description": "路口有一堆垃圾", "category_words": "", "condition_id": str(condition)}
    html = page(client.post(reverse("category-search"), sent))
    assert groups(html)[0] == ("", ["路灯"])
    assert groups(html)[1][1][0] == "暴露垃圾"
    html = page(client.post(reverse("category-search"), {**sent, "category_words": "沙发"}))
    assert [names[:2] for _title, names in groups(html)] == [["路灯", "废弃家具设备"]]


def test_a_case_that_one_may_not_see_suggests_nothing(city: TestCity) -> None:
    case = city.report(words="路口有一堆垃圾", category=None)
    for who, some in (("acceptance", True), ("other_acceptance", False)):
        html = page(signed_in(city, who).get(reverse("category-search"), {"case": str(case.id)}))
        assert bool(groups(html)[1:]) is some
    for odd in ("x", "-1", "9" * 40, "٣"):
        assert groups(page(signed_in(city, "acceptance").get(reverse("category-search"), {"case": odd}))) == [("", [])]


def test_an_english_reader_chooses_among_english_categories(city: TestCity) -> None:
    case = city.report(words="rubbish and a sofa", category=None)
    client = signed_in(city, "acceptance", "en")
    dialog = page(client.get(reverse("case-action", args=[case.id, "file"])))
    search = page(client.get(reverse("category-search"), {"category_words": "lamp"}))
    for html in (dialog, search):
        labels = re.findall(r'<label class="choice">.*?</label>', html, re.S)
        assert labels
        assert not [label for label in labels if HAN.search(label)]


def test_a_resident_is_offered_kinds_and_may_choose_one(client: Client, city: TestCity) -> None:
    html = page(
        client.post(reverse("public-kinds"), {"description": "路灯不亮"}, headers={"accept-language": "zh-hans"})
    )
    assert "路灯</span>" in html
    assert "checked" not in html
    category = city.category("路灯")
    sent = {"description": "路灯不亮", "area_code": COMMUNITY, "category": str(category.id), "effect_id": str(uuid4())}
    assert client.post(reverse("public-report"), sent).status_code == 302
    assert Case.objects.get().category_name == "路灯"


def test_a_residents_kind_stays_through_a_refusal_and_an_odd_one_is_refused(client: Client, city: TestCity) -> None:
    category = city.category("噪声扰民")
    sent = {"description": "路灯不亮", "category": str(category.id), "effect_id": str(uuid4())}
    refused = client.post(reverse("public-report"), sent)
    assert refused.status_code == 422
    assert re.search(rf'value="{category.id}" checked', page(refused))
    for odd in ("0", "x", "9" * 30, "٣"):
        answer = client.post(reverse("public-report"), {**sent, "area_code": COMMUNITY, "category": odd})
        assert answer.status_code == 422, odd
    assert not Case.objects.exists()


def test_kinds_are_bounded_for_strangers(client: Client, city: TestCity) -> None:
    for _time in range(240):
        client.post(reverse("public-kinds"), {"description": "灯"})
    assert client.post(reverse("public-kinds"), {"description": "灯"}).status_code == 429


def test_what_a_search_only_guesses_stands_below_what_the_words_name(city: TestCity) -> None:
    client = signed_in(city, "acceptance")

    def searched(words: str) -> list[tuple[str, list[str]]]:
        found = groups(page(client.get(reverse("category-search"), {"category_words": words})))
        return [(title, list(dict.fromkeys(names))) for title, names in found]

    assert searched("井盖丢了") == [("", ["污水井盖"]), ("可能是", ["供水井盖", "雨水井盖"])]
    assert searched("没有的词xyz") == [("", []), ("可能是", ["路灯"])]
    assert searched("bllj") == [("", ["暴露垃圾"])]
