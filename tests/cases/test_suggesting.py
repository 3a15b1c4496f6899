"""Suggested categories: from everyday words at once, from what was filed after a night; nothing personal stays."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from linli.algorithms.suggestion import unpack
from linli.core.cases.public import Case, lately_chosen
from linli.core.cases.reading.words import category_title, filed_words
from linli.core.cases.tasks import learn_categories
from linli.core.catalogue.models import FiledHistory
from linli.core.catalogue.public import catalogue, find_categories, suggest_categories
from linli.core.catalogue.services import national_rows
from linli.core.platform.public import SYSTEM, write
from linli.core.platform.writing import versions
from tests.city import STREET, TestCity

# How people say it, and the category that an acceptance desk would take.
SAID = {
    "垃圾": "暴露垃圾", "路口有一堆垃圾": "暴露垃圾", "垃圾堆": "暴露垃圾", "rubbish": "暴露垃圾", "沙发": "废弃家具设备", "丢了": "污水井盖",
    "井盖": "污水井盖", "路灯不亮": "路灯", "漏水": "供水器", "noise": "噪声扰民", "pothole": "道路破损", "楼道里堆满纸箱": "乱堆杂物",
    "电动车停在消防通道": "占用消防通道", "半夜施工太吵": "施工扰民", "狗没拴绳子": "公园秩序", "小区门口车乱停": "机动车乱停放",
    "路面有个大坑": "道路破损", "墙上贴满小广告": "非法小广告", "红绿灯坏了": "交通信号灯", "电梯困人": "公用电梯", "占道卖水果": "无照经营游商",
    "a sofa and a mattress": "废弃家具设备", "The street lamps are broken": "路灯", "dead cat": "动物尸体", "树倒了挡住路": "行道树",
    "abandoned car": "废弃车辆", "共享单车": "共享单车乱象", "化粪池满了": "化粪池", "下雪路滑": "道路积雪、结冰", "graffiti": "建筑物外立面污损",
}  # fmt: skip


def filed(city: TestCity, words: str, category: str, **columns: object) -> Case:
    case = city.report(words=words, category=None, **columns)  # type: ignore[arg-type]
    return city.do("acceptance", case, "file", category_id=city.category(category).id)


def trained() -> None:
    with write(SYSTEM) as work:
        learn_categories(work, {})


@pytest.mark.parametrize(("words", "category"), SAID.items())
def test_what_people_say_leads_to_the_category_at_once(city: TestCity, words: str, category: str) -> None:
    assert suggest_categories(words)[0].name == category
    assert category in [node.name for node in find_categories(words, 3)]


def test_three_are_suggested_and_a_thing_and_its_fault_count_once(city: TestCity) -> None:
    found = [node.name.removesuffix("异常") for node in suggest_categories("路灯坏了")]
    assert len(found) == len(set(found)) == 3


def test_nothing_is_suggested_for_no_words_and_for_words_that_mean_nothing(city: TestCity) -> None:
    assert suggest_categories("") == suggest_categories("13800138000 鑫鑫") == []


def test_what_was_filed_here_is_suggested_after_the_night(city: TestCity) -> None:
    assert "沿街晾挂" not in [node.name for node in suggest_categories("挂起了彩条")]
    for number in range(6):
        filed(city, f"{number}号门前挂起了彩条", "沿街晾挂", grid=number % 3, source="hotline")
    trained()
    assert suggest_categories("挂起了彩条")[0].name == "沿街晾挂"


def test_a_name_that_one_grid_repeats_and_what_was_erased_are_not_learned(city: TestCity) -> None:
    for number in range(6):
        filed(city, "王小明家门口有垃圾，电话13800138000", "暴露垃圾", source="hotline")
        filed(city, "楼下污水横流", "乱倒乱排污水、废水", grid=number % 3, source="hotline")
    trained()
    known = unpack(bytes(FiledHistory.objects.get().packed)).counts
    assert "污水" in known
    assert not [gram for gram in known if "王" in gram or "小明" in gram or re.search(r"\d", gram)]
    Case.objects.update(description="", search_tokens="")
    trained()
    row = FiledHistory.objects.get()
    assert (row.version, row.cases, unpack(bytes(row.packed)).counts) == (2, 0, {})


def test_what_was_rejected_or_merged_teaches_nothing(city: TestCity) -> None:
    for number in range(6):
        case = filed(city, "挂起了彩条", "沿街晾挂", grid=number % 3, source="hotline")
        city.do("acceptance", case, "void", reason="试")
    trained()
    assert FiledHistory.objects.get().cases == 0


def test_a_history_of_another_release_does_not_stop_the_everyday_words(city: TestCity) -> None:
    trained()
    FiledHistory.objects.update(packed=b"another form")
    versions.forget_all()
    assert suggest_categories("沙发")[0].name == "废弃家具设备"


def test_suggesting_asks_no_database(city: TestCity, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    suggest_categories("垃圾")
    with django_assert_num_queries(0):
        suggest_categories("路口有一堆垃圾", street_id=city.areas[STREET].id)


def test_the_last_five_that_somebody_filed_under(
    city: TestCity, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    names = ["暴露垃圾", "道路破损", "暴露垃圾", "噪声扰民", "露天烧烤", "废弃车辆", "动物尸体"]
    for name in names:
        filed(city, "看看", name)
    with django_assert_num_queries(1):
        assert [node.name for node in lately_chosen(city.users["acceptance"].id)] == names[:1:-1]
    assert lately_chosen(city.users["dispatcher"].id) == []


def test_every_national_category_has_an_english_name_of_its_own() -> None:
    rows = national_rows()
    han = re.compile(r"[\u2e80-\u9fff]")
    for row in rows:
        shown = [row.names["en"], row.major_names["en"]]
        shown += [
            text for condition in row.conditions for text in (condition.texts["en"], condition.closing_texts["en"])
        ]
        assert not [text for text in shown if not text or han.search(text)], row.name
    assert len(rows) == len({row.names["en"] for row in rows}) == 403


def test_an_english_reader_sees_no_chinese_category(city: TestCity) -> None:
    case = filed(city, "垃圾", "暴露垃圾")
    with override("en"):
        shown = [text for node in catalogue().categories.values() if node.standard.startswith("GB/T")
                 for text in (node.title, node.major_title, *(one.title for one in node.conditions))]  # fmt: skip
        shown += [category_title(case), *filed_words(case)]
        assert not [text for text in shown if re.search(r"[\u2e80-\u9fff]", text)]
    with override("zh-hans"):
        assert category_title(case) == "暴露垃圾"
        assert filed_words(case)[0] == "发现暴露垃圾的"


def test_a_name_counts_before_what_people_call_it(city: TestCity) -> None:
    assert find_categories("暴露垃圾")[0].name == "暴露垃圾"
    assert find_categories("street lamp")[0].name == "路灯"
    assert find_categories("ljx")[0].name == "垃圾箱"
    assert len(find_categories("", limit=7)) == 7
