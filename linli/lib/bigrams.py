"""Search in Chinese: text into tokens that PostgreSQL and SQLite treat alike.

Chinese has no spaces, most words have two characters, and neither the trigrams of pg_trgm nor those of FTS5 find a
word of two. So a run of Chinese, Japanese or Korean characters becomes its overlapping pairs (社区网格 -> 社区 区网
网格), everything else becomes words. Text is first folded: NFKC and lower case, so full-width and capital letters do
not matter.

Each token is plain [0-9a-z], which no tokenizer splits, folds or drops, whatever Unicode version it knows:

    c + 4 base-36 digits per character     one or two characters of a run
    w + the word                           a word in ASCII letters and digits
    x + 4 base-36 digits per character     a word with other letters, or a single symbol such as an emoji

The last character of each run is a token of its own as well, so every character begins some token of its run, and a
query of one character is a search by prefix. Words are found whole. A query asks for all its words, and of a run for every
character with a neighbour of it; where they stand does not count.

How to keep and ask:
    SQLite      fts5(…, tokenize='unicode61'), insert `index_text(text)`, ask `MATCH fts5_query(query_clauses(question))`
    PostgreSQL  `array_to_tsvector(lexemes(text))`, or `to_tsvector('simple', index_text(text))`, which gives the same
    lexemes; ask
                `@@ tsquery_text(query_clauses(question))::tsquery`
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

_BASE_36: Final = "0123456789abcdefghijklmnopqrstuvwxyz"

# Longer words are cut, in the index and in the query alike: a lexeme in PostgreSQL may have 2,046 bytes.
_LONGEST_WORD: Final = 60

# Runs written without spaces: radicals and marks, kana, bopomofo, Hangul, ideographs, private use (rare names in
# older Chinese systems), and planes 2 and 3 whole, so that ideographs newer than this Python's Unicode tables are
# found too.
_RUN_RANGES: Final = (
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3031, 0x3035),
    (0x3041, 0x318F),
    (0x31A0, 0x31BF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7AF),
    (0xE000, 0xFAFF),
    (0x1B000, 0x1B16F),
    (0x20000, 0x3FFFD),
    (0xF0000, 0x10FFFD),
)


class QueryToken(NamedTuple):
    """One token that a text must have; `is_prefix`: some token of the text must begin with it."""

    text: str
    is_prefix: bool


def index_text(text: str) -> str:
    """The tokens of a text in their order, joined by spaces; empty when nothing in it can be searched."""
    return " ".join(_index_tokens(text))


def lexemes(text: str) -> list[str]:
    """The different tokens of a text, sorted, for PostgreSQL's array_to_tsvector."""
    return sorted(set(_index_tokens(text)))


def query_clauses(question: str) -> list[tuple[QueryToken, ...]]:
    """What a text must have to answer the question: of each clause one token, each clause once; empty when the question holds
    nothing that can be searched.

    Each character of a run has to stand in the text together with a neighbour. So 沙发床垫 finds a text in which 沙发 and
    床垫 stand apart, and 旧沙发床垫 one with 旧沙发 and 床垫; three characters need both their pairs.
    """
    clauses: dict[tuple[QueryToken, ...], None] = {}
    for kind, piece in _pieces(question):
        if kind == "run" and len(piece) == 1:
            clauses[(QueryToken(_run_token(piece), is_prefix=True),)] = None
        elif kind == "run":
            pairs = [QueryToken(_run_token(pair), is_prefix=False) for pair in _pairs(piece)]
            # The first and the last character have one neighbour only.
            clauses[(pairs[0],)] = clauses[(pairs[-1],)] = None
            for before, after in pairwise(pairs):
                if pairs[0] not in (before, after) and pairs[-1] not in (before, after):
                    clauses[(before, after)] = None
        else:
            clauses[(QueryToken(_word_token(piece), is_prefix=False),)] = None
    return list(clauses)


def fts5_query(clauses: Sequence[Sequence[QueryToken]]) -> str:
    """The MATCH expression for SQLite FTS5. Raises ValueError for no clauses, which FTS5 could not parse."""
    each = [" OR ".join(f'"{token.text}"{"*" * token.is_prefix}' for token in clause) for clause in _some(clauses)]
    return " AND ".join(f"({one})" if " OR " in one else one for one in each)


def tsquery_text(clauses: Sequence[Sequence[QueryToken]]) -> str:
    """The text of a PostgreSQL tsquery (cast it with ::tsquery). Raises ValueError for no clauses, which would match
    nothing.
    """
    each = [" | ".join(f"'{token.text}'{':*' * token.is_prefix}" for token in clause) for clause in _some(clauses)]
    return " & ".join(f"({one})" if " | " in one else one for one in each)


def answers(tokens: str, clauses: Sequence[Sequence[QueryToken]]) -> bool:
    """Whether a text with these tokens (`index_text`) answers the question, as both databases would say."""
    padded = f" {tokens} "
    return all(
        any(f" {token.text}" in padded if token.is_prefix else f" {token.text} " in padded for token in clause)
        for clause in _some(clauses)
    )


def _some(clauses: Sequence[Sequence[QueryToken]]) -> Sequence[Sequence[QueryToken]]:
    if not clauses:
        raise ValueError("a query without clauses finds nothing; ask only when query_clauses() gave some")
    return clauses


def _index_tokens(text: str) -> Iterator[str]:
    for kind, piece in _pieces(text):
        if kind == "run":
            yield from map(_run_token, _pairs(piece))
            yield _run_token(piece[-1])
        else:
            yield _word_token(piece)


def _pairs(run: str) -> Iterator[str]:
    return map("".join, pairwise(run))


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """The folded text as runs, words and symbols; punctuation, spaces, controls (NUL too) and lone surrogates stand
    between.
    """
    kind, piece = "", ""
    # Lower case can undo the composed form (İ), so it is composed once more.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    for character in folded:
        found = _kind(character)
        if found == "mark":
            # A combining mark belongs to the word before it; elsewhere (after an emoji) it says nothing.
            piece += character if kind == "word" else ""
            continue
        if piece and (found != kind or kind == "symbol"):
            yield kind, piece
            piece = ""
        kind = found
        piece += character if found else ""
    if piece:
        yield kind, piece


@lru_cache(maxsize=8192)
def _kind(character: str) -> str:
    if character.isascii():
        return "word" if character.isalnum() else ""
    point = ord(character)
    if any(first <= point <= last for first, last in _RUN_RANGES):
        return "run"
    match unicodedata.category(character)[0]:
        case "L" | "N":
            return "word"
        case "M":
            return "mark"
        case "S":
            return "symbol"
    return ""


def _run_token(characters: str) -> str:
    return "c" + _in_base_36(characters)


def _word_token(word: str) -> str:
    word = word[:_LONGEST_WORD]
    return "w" + word if word.isascii() else "x" + _in_base_36(word)


def _in_base_36(characters: str) -> str:
    return "".join(map(_four_digits, characters))


@lru_cache(maxsize=8192)
def _four_digits(character: str) -> str:
    return "".join(_BASE_36[ord(character) // place % 36] for place in (46_656, 1_296, 36, 1))
