"""The suggestion of classes from words: what it learns, what it must not keep, and that history outgrows the lexicon."""

from __future__ import annotations

import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.suggestion import History, ModelUnreadable, Suggester, Text, grams, learn, unpack

LEXICON = {
    "litter": ["暴露垃圾", "垃圾", "一堆垃圾", "rubbish"],
    "bin": ["垃圾箱", "垃圾桶", "bin"],
    "lamp": ["路灯", "路灯不亮", "street lamp"],
    "noise": ["噪声扰民", "太吵", "noise"],
}


def first(suggester: Suggester, words: str, place: str = "") -> str:
    return suggester.suggest(words, place=place)[0][0]


def test_grams_are_runs_of_one_to_three_characters_and_words_without_digits() -> None:
    assert grams("垃圾桶 13800138000") == ["垃圾桶", "垃圾", "圾桶", "垃", "圾", "桶"]
    assert grams("Lamps，lamp １２ the") == ["lamp"]
    assert grams("") == grams("12-34 …") == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [("垃圾", "litter"), ("路口有一堆垃圾", "litter"), ("垃圾桶倒了", "bin"), ("门前路灯不亮了", "lamp"), ("street lamps broken", "lamp"),
     ("RUBBISH everywhere", "litter"), ("半夜太吵了", "noise")],
)  # fmt: skip
def test_the_lexicon_alone_leads_somewhere(words: str, expected: str) -> None:
    assert first(Suggester(LEXICON), words) == expected


def test_words_that_nobody_knows_suggest_nothing() -> None:
    assert Suggester(LEXICON).suggest("xyz 鑫鑫 123") == []
    assert Suggester({}).suggest("垃圾") == []


def test_what_was_filed_before_outweighs_the_lexicon() -> None:
    filed = [Text("楼下太吵", "litter", voice=number, place="s1") for number in range(200)]
    assert first(Suggester(LEXICON), "楼下太吵") == "noise"
    assert first(Suggester(LEXICON, learn(filed)), "楼下") == "litter"


def test_a_gram_that_stands_everywhere_weighs_nothing() -> None:
    filed = [Text(f"路口{thing}", label, voice=number) for label, thing in
             (("litter", "甲乙"), ("bin", "丙丁"), ("lamp", "戊己"), ("noise", "庚辛")) for number in range(10)]  # fmt: skip
    suggester = Suggester(LEXICON, learn(filed))
    assert suggester.suggest("路口") == []
    assert first(suggester, "路口丙丁") == "bin"


@pytest.mark.parametrize(("texts", "voices", "kept"), [(5, 3, True), (4, 4, False), (40, 2, False)])
def test_what_few_say_is_not_kept(texts: int, voices: int, kept: bool) -> None:
    # A name that one neighbour writes forty times from two grids is not learned; digits never are.
    history = learn(Text("王小明 13800138000 又扔垃圾", "litter", voice=number % voices) for number in range(texts))
    assert ("王小明" in history.counts) is kept
    assert not any(character.isdigit() for gram in history.counts for character in gram)


def test_the_habits_of_a_place_decide_between_equals() -> None:
    lexicon = {"a": ["井盖"], "b": ["井盖"]}
    filed = [Text("供水", "a", number, "east") for number in range(30)]
    filed += [Text("供水", "b", number, "west") for number in range(30)]
    suggester = Suggester(lexicon, learn(filed))
    assert first(suggester, "井盖", "east") == "a"
    assert first(suggester, "井盖", "west") == "b"


def test_a_class_that_is_no_longer_in_force_is_not_suggested() -> None:
    filed = [Text("楼道堆物", "gone", voice=number) for number in range(50)]
    assert all(label != "gone" for label, _share in Suggester(LEXICON, learn(filed)).suggest("楼道堆物 垃圾"))


@given(
    st.lists(
        st.builds(Text, st.text(max_size=20), st.sampled_from(["a", "b"]), st.integers(0, 9), st.sampled_from("xy")),
        max_size=30,
    )
)
def test_packing_gives_the_history_back_and_the_order_of_texts_does_not_count(texts: list[Text]) -> None:
    history = learn(texts, min_texts=1, min_voices=1)
    assert unpack(history.packed()) == history
    assert learn(reversed(texts), min_texts=1, min_voices=1).packed() == history.packed()
    for label, share in Suggester({"a": ["甲"], "b": ["乙"]}, history).suggest("甲 x"):
        assert label in ("a", "b")
        assert 0 <= share <= 1


@pytest.mark.parametrize("packed", [b"", b"no", zlib.compress(b"{}"), zlib.compress(json.dumps({"form": 99}).encode())])
def test_bytes_of_another_form_are_refused(packed: bytes) -> None:
    with pytest.raises(ModelUnreadable):
        unpack(packed)
    assert unpack(History().packed()) == History()
