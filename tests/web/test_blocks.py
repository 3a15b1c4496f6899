"""The house style's template tags say with words and shapes what they say with colour."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from linli.core.cases.public import State
from linli.core.desk.marks import CLOCK_WORDS, STATE_PHASES

SHEET = (Path(__file__).resolve().parents[2] / "frontend" / "src" / "icons.svg").read_text("utf-8")
NOW = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)  # 14:05 in Shanghai


def render(source: str, **values: object) -> str:
    with translation.override("zh-hans"):
        return Template("{% load blocks %}" + source).render(Context(values))


@pytest.mark.parametrize("state", CLOCK_WORDS)
def test_each_clock_state_has_a_word_and_a_shape_of_its_own(state: str) -> None:
    badge = render("{% clock state %}", state=state)
    assert f"clock--{state}" in badge
    assert re.sub(r"<[^>]+>", "", badge).strip()
    assert f'id="clock-{state}"' in SHEET


def test_the_five_clock_words_differ() -> None:
    with translation.override("zh-hans"):
        assert sorted(str(word) for word in CLOCK_WORDS.values()) == ["将到期", "已办结", "已暂停", "已超时", "时限内"]


def test_a_clock_with_its_own_words_still_says_the_state_to_who_listens() -> None:
    badge = render('{% clock "amber" words %}', words="还剩 <3> 工作时")
    assert '<span class="only-heard">将到期</span>' in badge
    assert "还剩 &lt;3&gt; 工作时" in badge


def test_an_unknown_clock_state_is_refused() -> None:
    with pytest.raises(LookupError, match="purple"):
        render('{% clock "purple" %}')


def test_every_case_state_has_a_shape_of_its_own() -> None:
    assert set(STATE_PHASES) == set(State.values)
    shapes = [re.search(rf'<symbol id="state-{name}"[^>]*>(.*?)</symbol>', SHEET) for name in STATE_PHASES]
    assert len({shape.group(1) for shape in shapes if shape}) == 14


def test_a_form_gets_a_new_effect_uuid_and_keeps_an_old_one() -> None:
    first, second = (re.findall(r'value="([^"]+)"', render("{% effect_id %}"))[0] for _ in range(2))
    assert uuid.UUID(first).version == 4
    assert first != second
    assert f'value="{first}"' in render("{% effect_id old %}", old=first)


def test_map_settings_are_json_in_an_attribute() -> None:
    title = "“甲”'<乙>\""
    tag = render("{% map_settings base='' title=title pick=True center=center %}", title=title, center=(120.5, 30.25))
    found = re.fullmatch(r' data-map="([^"]*)"', tag)
    assert found
    assert json.loads(unescape(found[1])) == {"base": "", "title": title, "pick": True, "center": [120.5, 30.25]}


@pytest.mark.parametrize(
    ("ago", "shown"),
    [
        (timedelta(seconds=59), "刚刚"),
        (timedelta(minutes=1), "1 分钟前"),
        (timedelta(minutes=59, seconds=59), "59 分钟前"),
        (timedelta(hours=2), "2 小时前"),
        (timedelta(days=1), "11月20日 14:05"),
        (timedelta(days=365), "2025年11月21日 14:05"),
        (timedelta(days=-1), "11月22日 14:05"),
    ],
)
def test_a_moment_is_relative_under_a_day_and_a_date_otherwise(ago: timedelta, shown: str) -> None:
    tag = render("{% moment when now %}", when=NOW - ago, now=NOW)
    assert f">{shown}</time>" in tag
    assert datetime.fromisoformat(re.findall('datetime="([^"]*)"', tag)[0]) == NOW - ago


def test_moments_in_a_column_have_one_form() -> None:
    shown = [
        render("{% moment when now exact=True %}", when=NOW - ago, now=NOW)
        for ago in (timedelta(seconds=5), timedelta(hours=2), timedelta(days=1))
    ]
    assert [re.sub("<[^>]*>", "", tag) for tag in shown] == ["11月21日 14:04", "11月21日 12:05", "11月20日 14:05"]


def test_no_moment_is_a_dash() -> None:
    assert render("{% moment when %}", when=None) == "—"


class Report(forms.Form):
    text = forms.CharField(label="什么情况", help_text="写清楚")
    phone = forms.CharField(label="电话", required=False)


def test_a_wrong_field_names_its_error_to_who_listens() -> None:
    markup = render("{% field form.text %}", form=Report({"text": ""}))
    assert 'aria-invalid="true"' in markup
    assert 'aria-describedby="id_text_error id_text_help"' in markup
    assert 'id="id_text_error"' in markup
    assert 'id="id_text_help"' in markup
    assert "可不填" not in markup


def test_a_field_that_may_stay_empty_says_so() -> None:
    assert "（可不填）" in render("{% field form.phone %}", form=Report())
