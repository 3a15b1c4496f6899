"""Text that people typed: what stays, what falls out, what is refused."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.lib import text
from linli.lib.text import TextError, clean_phone, clean_text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  路灯不亮。 \n", "路灯不亮。"),
        ("a\r\nb\rc\x85d\u2028e", "a\nb\nc\nd\ne"),
        ("一 \u3000\n二", "一\n二"),
        ("a\tb", "a b"),
        ("nul\x00 bell\x07 esc\x1b[31m", "nul bell esc[31m"),
        ("e\u0301", "é"),
        ("abc\u202etxt.exe\u2069", "abctxt.exe"),
        ("\ufeff开头", "开头"),
        ("👨\u200d👩\u200d👧 𠀀 𰻝", "👨\u200d👩\u200d👧 𠀀 𰻝"),
        ("全角ＡＢＣ　空格", "全角ＡＢＣ　空格"),
        ("\ufdd0\uffff\U0010fffff", "f"),
        ("\x00\x01", ""),
    ],
)
def test_text_keeps_what_can_be_seen(raw: str, clean: str) -> None:
    assert clean_text(raw, max_chars=100) == clean


def test_a_field_of_one_line_gets_spaces_for_line_breaks() -> None:
    assert clean_text("A座\r\n3号", max_chars=10, lines=False) == "A座 3号"


@given(st.text(), st.booleans())
def test_text_that_is_clean_at_a_glance_would_come_through_the_long_way_unchanged(raw: str, lines: bool) -> None:
    try:
        slowly = text._cleaned(raw, lines=lines)
    except TextError:
        with pytest.raises(TextError):
            clean_text(raw, max_chars=10_000, lines=lines)
    else:
        assert clean_text(raw, max_chars=10_000, lines=lines) == slowly


@given(st.text(st.characters(codec="utf-8")), st.booleans())
def test_cleaning_twice_changes_nothing_and_leaves_no_control_characters(raw: str, lines: bool) -> None:
    clean = clean_text(raw, max_chars=10_000, lines=lines)
    assert clean_text(clean, max_chars=10_000, lines=lines) == clean
    assert unicodedata.is_normalized("NFC", clean)
    left = {character for character in clean if unicodedata.category(character) == "Cc"}
    assert left <= ({"\n"} if lines else set())


def test_half_a_character_is_refused_with_its_place() -> None:
    with pytest.raises(TextError, match="character 3 of the text is broken in half"):
        clean_text("路灯\ud83d", max_chars=10)


def test_length_counts_characters_of_every_plane_alike_after_cleaning() -> None:
    assert clean_text(" 𠀀😀é\x00 ", max_chars=3) == "𠀀😀é"
    with pytest.raises(TextError) as refusal:
        clean_text("𠀀😀éx", max_chars=3)
    assert str(refusal.value) == "the text has 4 characters, 1 more than the 3 that fit; shorten it"
    assert refusal.value.sentence.params == {"given": 4, "over": 1, "most": 3}


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("", ""),
        (" 139 0000 0000 ", "139 0000 0000"),
        ("１３９－００", "139-00"),
        ("（027）8765", "(027)8765"),
        ("+86 139", "+86 139"),
    ],
)
def test_a_telephone_number_is_kept_as_it_was_written(raw: str, kept: str) -> None:
    assert clean_phone(raw) == clean_phone(clean_phone(raw)) == kept


@pytest.mark.parametrize("raw", ["13800abc", "电话", "<b>1</b>", "()", "-", "1" * 21, "13٣"])
def test_letters_are_no_telephone_number(raw: str) -> None:
    with pytest.raises(TextError):
        clean_phone(raw)
