"""Search in Chinese, tried on a real FTS5 table beside a plain reading of what a query means."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.lib.bigrams import QueryToken, answers, fts5_query, index_text, lexemes, query_clauses, tsquery_text

TEXTS = [
    "社区网格员上报暴露垃圾",
    "垃圾桶破损，在人民路3号楼前",
    "路灯不亮",
    "B2-301 漏水 Water leak",
    "𠮷野家门口𠀀𠀁油烟",
    "电梯故障😀",
    "Ｗａｔｅｒ　ｍｅｔｅｒ 水表",
    "naïve café ЖКХ",
    "圾垃",
    "网",
    "",
    "\x00，。！",
]


class Shelf:
    """An FTS5 table of texts."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self.database = sqlite3.connect(":memory:")
        self.database.execute("CREATE VIRTUAL TABLE shelf USING fts5(tokens, tokenize='unicode61')")
        rows = [(number, index_text(text)) for number, text in enumerate(texts)]
        self.database.executemany("INSERT INTO shelf (rowid, tokens) VALUES (?, ?)", rows)

    def find(self, question: str) -> list[str]:
        clauses = query_clauses(question)
        if not clauses:
            return []
        query = "SELECT rowid FROM shelf WHERE shelf MATCH ? ORDER BY rowid"
        return [self.texts[number] for (number,) in self.database.execute(query, [fts5_query(clauses)])]


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    opened = Shelf(TEXTS)
    yield opened
    opened.database.close()


def meant(text: str, question: str) -> bool:
    """What PostgreSQL does with array_to_tsvector(lexemes(text)) @@ tsquery: all are there, or begin one."""
    clauses, words = query_clauses(question), lexemes(text)
    return bool(clauses) and all(
        any(
            word.startswith(token.text) if token.is_prefix else word == token.text for token in clause for word in words
        )
        for clause in clauses
    )


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("垃圾", [TEXTS[0], TEXTS[1]]),
        ("圾垃", ["圾垃"]),
        ("垃圾桶", [TEXTS[1]]),
        ("网", [TEXTS[0], "网"]),
        ("圾", [TEXTS[0], TEXTS[1], "圾垃"]),
        ("损", [TEXTS[1]]),
        ("网格 垃圾", [TEXTS[0]]),
        ("3号", [TEXTS[1]]),
        ("人民路 3", [TEXTS[1]]),
        ("water", [TEXTS[3], TEXTS[6]]),
        ("WATER 漏水", [TEXTS[3]]),
        ("wat", []),
        ("b2", [TEXTS[3]]),
        ("Ｂ２", [TEXTS[3]]),
        ("𠮷", [TEXTS[4]]),
        ("𠀀𠀁", [TEXTS[4]]),
        ("𠀁𠀀", []),
        ("😀", [TEXTS[5]]),
        ("😁", []),
        ("cafe", []),
        ("café", [TEXTS[7]]),
        ("cafe\u0301", [TEXTS[7]]),
        ("жкх", [TEXTS[7]]),
        ("漏 垃圾", []),
        ("", []),
        ("，。\x00\ud800", []),
    ],
)
def test_a_question_finds_the_texts_that_hold_it(shelf: Shelf, question: str, found: list[str]) -> None:
    assert shelf.find(question) == found
    assert [text for text in TEXTS if meant(text, question)] == found


@pytest.mark.parametrize(
    "question", ['"', "垃圾* OR 网", "a' | b", "NEAR(x y)", "tokens:垃圾", "w*", "' ; DROP TABLE shelf --"]
)
def test_no_question_is_syntax_to_either_database(shelf: Shelf, question: str) -> None:
    assert shelf.find(question) == [text for text in TEXTS if meant(text, question)]
    token = r"'[0-9a-z]+'(:\*)?"
    clause = rf"({token}|\({token} \| {token}\))"
    assert re.fullmatch(rf"{clause}( & {clause})*", tsquery_text(query_clauses(question) or [[QueryToken("w", False)]]))


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [("沙发床垫", "一张床垫和旧沙发", True), ("旧沙发床垫", "床垫，还有旧沙发", True), ("沙发床垫", "沙发", False), ("路灯坏", "路灯很坏", False),
     ("路口垃圾桶", "垃圾桶在路口", True), ("路口垃圾桶", "路口有垃圾", False), ("沙发床垫", "沙滩床垫", False)],
)  # fmt: skip
def test_two_words_written_together_are_found_apart(question: str, text: str, found: bool) -> None:
    assert meant(text, question) is found
    assert (Shelf([text]).find(question) == [text]) is found


MIXED = st.text(st.sampled_from("网格垃圾人ab1 ，𠀀😀éя\u0301\u200d") | st.characters())


@given(st.lists(MIXED, min_size=1, max_size=5), MIXED)
def test_both_databases_find_the_same_and_so_does_who_looks_through_the_tokens(texts: list[str], question: str) -> None:
    shelf = Shelf(texts)
    found = [text for text in texts if meant(text, question)]
    assert shelf.find(question) == found
    clauses = query_clauses(question)
    assert [text for text in texts if clauses and answers(index_text(text), clauses)] == found
    shelf.database.close()


@given(MIXED, st.data())
def test_every_part_of_a_text_cut_at_words_finds_it(text: str, data: st.DataObject) -> None:
    words = text.split()
    if words:
        start = data.draw(st.integers(0, len(words) - 1))
        end = data.draw(st.integers(start + 1, len(words)))
        part = " ".join(words[start:end])
        assert not query_clauses(part) or meant(text, part)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1), st.data())
def test_every_piece_of_a_chinese_text_finds_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert meant(text, text[start:end])


@given(st.text())
def test_tokens_are_ascii_letters_and_digits_that_no_tokenizer_changes(text: str) -> None:
    tokens = index_text(text).split(" ") if index_text(text) else []
    assert all(re.fullmatch(r"[cwx][0-9a-z]{1,240}", token) for token in tokens)
    assert lexemes(text) == sorted(set(tokens))
    shelf = Shelf([text])
    shelf.database.execute("CREATE VIRTUAL TABLE terms USING fts5vocab('shelf', 'row')")
    kept = [term for (term,) in shelf.database.execute("SELECT term FROM terms ORDER BY term")]
    shelf.database.close()
    assert kept == lexemes(text)


def test_tokens_of_different_kinds_never_meet() -> None:
    # The digits that stand for é, 网 and 😀 are words that somebody can type.
    for text in ("é", "网", "😀", "网格"):
        digits = lexemes(text)[-1][1:]
        assert not meant(digits, text)
        assert not meant(text, digits)


@pytest.mark.parametrize(("text", "question"), [("㎒", "mhz"), ("İ", "i\u0307"), ("①㈱", "1"), ("ﬁne", "FINE")])
def test_forms_of_a_letter_count_as_the_letter(text: str, question: str) -> None:
    assert meant(text, question)


def test_very_long_words_are_cut_alike_in_index_and_query(shelf: Shelf) -> None:
    long_word = "x" * 5000
    assert meant(long_word, long_word)
    assert max(map(len, lexemes("я" * 5000 + " " + long_word))) <= 241


def test_asking_for_nothing_is_refused_before_the_database_does() -> None:
    with pytest.raises(ValueError, match="without clauses"):
        fts5_query([])
    with pytest.raises(ValueError, match="without clauses"):
        tsquery_text([])
