"""People and stories of the demo city: enough of them, placed where things are, and silent about persons."""

import csv
import random
import re
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

import linli
from linli.demo.city import City
from linli.demo.city.people import UNITS, UNSTAFFED_GRIDS, PeopleNames, generate_staff
from linli.demo.city.remarks import GROUPS, Group
from linli.demo.city.stories import REPORTS, STORIES, Places, draw_story
from linli.demo.city.story_texts import CLOSINGS, OPENINGS, VARIANTS
from linli.demo.city.subjects import SUBJECTS
from tests.demo.fitting import fits_the_picture, foreign_words

ANCHOR = date(2026, 11, 22)
# What linli has no place for must not come in through the demo either.
LEFT_OUT = re.compile(
    "民族|宗教|信教|政治|上访|信访|精神病|吸毒|艾滋|前科|刑满|重点人|外地人|流动人口|乞讨|怀孕|计生|身份证|长相|衣着"
)


def test_there_are_at_least_120_different_report_texts_each_with_one_place() -> None:
    told = [story.text for story in STORIES]
    assert len(set(told)) == len(told) >= 120
    assert all(text.count("{place}") == 1 and text.endswith("。") for text in told)
    assert {story.photo_subject for story in STORIES} - {None} == set(SUBJECTS) - {"orderly"}
    assert {story.group for story in STORIES} == set(GROUPS)


def test_every_word_and_picture_fits_every_category_that_it_may_stand_at() -> None:
    named = {}
    for path in (Path(linli.__file__).parent / "core/catalogue/standards").glob("*.csv"):
        with path.open(encoding="utf-8") as file:
            named |= {
                (row["kind"], row["major_code"], row["minor_code"]): row["minor_name"] for row in csv.DictReader(file)
            }
    wrong = []
    for key, (name, _texts) in REPORTS.items():
        words = [text for field in fields(Group) if field.name != "photo" for text in getattr(GROUPS[name], field.name)]
        wrong += [(named[key], text) for text in words if foreign_words(named[key], text)]
        if not fits_the_picture(named[key], GROUPS[name].photo or "orderly"):
            wrong.append((named[key], GROUPS[name].photo or "orderly"))
    assert wrong == []


@pytest.mark.parametrize(
    ("category", "words", "subject"),
    [
        ("路灯", "垃圾已清运，地面冲洗两遍。", "litter"),
        ("暴露垃圾", "灯罩已换，当晚亮灯。", "broken_lamp"),
        ("污水井盖异常", "枝叶修剪完毕。", "orderly"),
        ("噪声扰民", "井盖已换新。", "manhole"),
    ],
)
def test_words_and_pictures_of_another_thing_are_found(category: str, words: str, subject: str) -> None:
    assert foreign_words(category, words)
    assert not fits_the_picture(category, subject)


def test_category_keys_have_the_form_of_the_catalogue() -> None:
    for kind, major, minor in REPORTS:
        assert kind in {"component", "matter"}
        assert re.fullmatch(r"\d{2}", major)
        assert re.fullmatch(r"\d{3}", minor)


def test_nothing_is_said_about_who_somebody_is() -> None:
    steps = [
        getattr(group, field.name) for group in GROUPS.values() for field in fields(Group) if field.name != "photo"
    ]
    assert all(step and all(text.endswith("。") for text in step) for step in steps)
    further = [text for step in steps for text in step]
    further += [text for texts in (*CLOSINGS.values(), *OPENINGS.values(), *VARIANTS) for text in texts]
    everything = further + [story.text for story in STORIES]
    assert [text for text in everything if LEFT_OUT.search(text)] == []
    assert [text for text in everything if "！" in text or "请注意" in text] == []


def test_one_story_is_told_in_many_ways_and_seldom_begins_with_the_place() -> None:
    story = next(one for one in STORIES if "七八袋" in one.text)
    told = [story.told_at("望江大道18号门前", source, random.Random(n)) for n in range(100) for source in OPENINGS]
    assert len(set(told)) > 100
    assert sum(text.startswith("望江大道") for text in told) < 0.3 * len(told)
    assert any("望江大道18号门前" not in text for text in told)
    assert all("{" not in text and "。。" not in text and "，，" not in text for text in told)


def test_a_place_is_told_by_a_road_compound_or_shop_of_the_city(city: City) -> None:
    places, rng = Places(city), random.Random(3)
    known = {one.name for one in (*city.roads, *city.compounds, *city.premises) if one.name}
    for component in rng.sample(city.components, 300):
        phrase = places.phrase(component.point, rng)
        assert any(name in phrase for name in known), phrase
        assert "滨江北路与滨江南路" not in phrase


def test_stories_drawn_with_one_seed_are_the_same() -> None:
    one, other = random.Random(5), random.Random(5)
    assert [draw_story(one) for _ in range(50)] == [draw_story(other) for _ in range(50)]


def test_every_grid_but_two_has_a_worker_and_every_community_a_head(city: City) -> None:
    staff = generate_staff(city, ANCHOR)
    workers = [person.grid_code for person in staff if person.post == "grid_worker"]
    assert len(workers) == len(set(workers)) == len(city.grids) - UNSTAFFED_GRIDS
    assert {p.community_code for p in staff if p.post == "grid_head"} == {c.code for c in city.communities}
    assert {p.unit_key for p in staff if p.post == "department_handler"} == {unit.key for unit in UNITS[1:]}
    assert len({person.name for person in staff}) == len(staff)
    assert all(person.since < ANCHOR for person in staff)
    assert generate_staff(city, ANCHOR) == staff


def test_the_pool_of_names_ends_with_a_sentence_instead_of_a_loop() -> None:
    names = PeopleNames(random.Random(1))
    given = {names.take() for _ in range(8000)}
    assert len(given) == 8000
    with pytest.raises(ValueError, match="pool of names is used up"):
        names.take()
