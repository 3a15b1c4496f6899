"""Finding category names by characters, pinyin and initials."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.lib.pinyin_keys import keys, matches, may_match, written

NAMES = [
    "暴露垃圾",
    "积存垃圾渣土",
    "垃圾桶",
    "道路破损",
    "银行网点",
    "重庆路牌",
    "绿化带",
    "女厕",
    "A座3号楼",
    "WiFi 基站",
    "供水井盖",
]


def found(query: str) -> list[str]:
    ranked = [(matches(query, name, keys(name)), name) for name in NAMES]
    return [name for rank, name in sorted((rank, name) for rank, name in ranked if rank is not None)]


def test_keys_are_pairs_of_pinyin_and_initials_with_the_likeliest_reading_first() -> None:
    assert keys("暴露垃圾").split(" ")[:2] == ["baolulaji", "bllj"]
    assert keys("重庆路牌").split(" ")[:2] == ["chongqinglupai", "cqlp"]
    assert keys("银行").split(" ")[:2] == ["yinhang", "yh"]
    assert keys("WiFi 基站（A-3）").split(" ")[:2] == ["wifijizhana3", "wifijza3"]
    assert keys("，") == ""


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("垃圾桶", ["垃圾桶"]),
        ("垃圾", ["垃圾桶", "暴露垃圾", "积存垃圾渣土"]),
        ("baolulaji", ["暴露垃圾"]),
        ("bao lu la ji", ["暴露垃圾"]),
        ("BLLJ", ["暴露垃圾"]),
        ("ｂｌｌｊ", ["暴露垃圾"]),
        ("bllj", ["暴露垃圾"]),
        ("laji", ["垃圾桶", "暴露垃圾", "积存垃圾渣土"]),
        ("lj", ["垃圾桶", "暴露垃圾", "积存垃圾渣土"]),
        ("lvhua", ["绿化带"]),
        ("luhua", ["绿化带"]),
        ("nvce", ["女厕"]),
        ("暴露 laji", ["暴露垃圾"]),
        ("暴露laji", ["暴露垃圾"]),
        ("垃圾 暴露", ["暴露垃圾"]),
        ("3hl", ["A座3号楼"]),
        ("azuo3", ["A座3号楼"]),
        ("wifi", ["WiFi 基站"]),
        ("没有", []),
        ("zzz", []),
        ("", []),
        ("  '", []),
    ],
)
def test_a_query_finds_the_names_it_means_best_first(query: str, names: list[str]) -> None:
    assert found(query) == names


@pytest.mark.parametrize(
    ("query", "rank"),
    [
        ("垃圾桶", 0),
        ("垃圾", 1),
        ("圾桶", 2),
        ("lajitong", 3),
        ("ljt", 3),
        ("laj", 4),
        ("lj", 5),
        ("jt", 6),
        ("jito", 7),
        ("j", None),
    ],
)
def test_nearer_matches_rank_higher(query: str, rank: int | None) -> None:
    assert matches(query, "垃圾桶", keys("垃圾桶")) == rank


def test_names_of_many_readings_stay_short() -> None:
    assert len(keys("和行长重乐单差还得都" * 3).split(" ")) <= 32


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_can_be_asked_for(query: str, name: str) -> None:
    rank = matches(query, name, keys(name))
    assert rank is None or 0 <= rank <= 7


@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True),
    st.one_of(
        st.text("暴露垃圾桶座号楼女厕A3wifinvceljjc Ｗ·'", min_size=1, max_size=6),
        st.sampled_from([word for name in NAMES for word in (name, name[1:3], *keys(name).split())]),
    ),
)
def test_a_name_that_answers_is_never_refused_at_a_glance(names: list[str], query: str) -> None:
    several = " ".join(keys(name) for name in names)
    fits = [matches(query, name, keys(name)) for name in names]
    if any(rank is not None for rank in fits):
        assert may_match(query, written(names, several))
    assert not may_match("鑫鑫", written(names, several))
