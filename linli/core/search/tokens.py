"""By which tokens a thing is found, and which a question asks for; plain [0-9a-z] like those of `linli/lib/bigrams.py`.

    c… w… x…   pairs of characters and words of everything declared (linli/lib/bigrams.py)
    e…         a whole name or code, hashed: what is called exactly so stands first
    p…         the initials of a name from each of its characters on: 北苑小区 -> byxq yxq xq q
    y…         its pinyin from each of its characters on
    b… r…      a code from its beginning, and from its end backwards
    k… a…      the kind, and each area that the thing was filed under

Of p, y, b and r the two characters after the letter stand for the kind: they are asked by prefix, so that a part of a name is found as
well as its beginning, and a prefix is looked for among the tokens of its own kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256

from linli.lib.bigrams import QueryToken, fts5_query, index_text, query_clauses, tsquery_text
from linli.lib.names_by_pinyin import spellings
from linli.lib.pinyin_keys import folded_name

VERSION = 1  # another one has everything indexed anew
LONGEST_NAME, LONGEST_CODE = 24, 40
FEWEST_INITIALS, FEWEST_LETTERS, FEWEST_OF_CODE = 2, 3, 3
Clauses = Sequence[tuple[QueryToken, ...]]


def tokens_of(kind: str, names: Iterable[str], codes: Iterable[str], text: Iterable[str], areas: Iterable[int]) -> str:
    """All tokens of one thing, each once, joined by spaces."""
    names, codes = [one for one in names if one], [one for one in codes if one]
    found = dict.fromkeys([kind_token(kind), *(f"a{area}" for area in areas)])
    for words in (*names, *codes, *text):
        found.update(dict.fromkeys(index_text(words or "").split()))
    for name in names:
        found.update(dict.fromkeys(_of_name(name, kind)))
    for code in codes:
        found.update(dict.fromkeys(_of_code(code, kind)))
    return " ".join(found)


def _of_name(name: str, kind: str) -> Iterable[str]:
    folded, mark = folded_name(name), _mark(kind)
    yield _whole(folded)
    for syllables in spellings(folded[:LONGEST_NAME]):
        for first in range(len(syllables)):
            rest = syllables[first:]
            initials, full = "".join(one[0] for one in rest), "".join(rest)
            if initials.isascii():
                yield f"p{mark}{initials}"
            if full.isascii():
                yield f"y{mark}{full}"


def _of_code(code: str, kind: str) -> Iterable[str]:
    yield _whole(folded_name(code))
    plain, mark = _plain(code), _mark(kind)
    if plain:
        yield f"b{mark}{plain[:LONGEST_CODE]}"
        yield f"r{mark}{plain[::-1][:LONGEST_CODE]}"


@lru_cache(maxsize=256)
def _mark(kind: str) -> str:
    """Two letters of a kind: what is asked by prefix is looked for among the tokens of that kind."""
    return sha256(kind.encode()).hexdigest()[:2]


def kind_token(kind: str) -> str:
    """The token that all things of a kind have."""
    return "k" + kind.replace("_", "")


def _plain(code: str) -> str:
    """The ASCII letters and digits of a code, as it is typed."""
    return "".join(one for one in code.lower() if one.isascii() and one.isalnum())


def _whole(folded: str) -> str:
    return "e" + sha256(folded.encode("utf-8", "replace")).hexdigest()[:16]


def asked(kind: str, words: str) -> list[Clauses]:
    """The ways to answer a question by things of a kind, of which one is enough; empty when nothing in it can be searched."""
    ways: list[Clauses] = []
    mark = _mark(kind)
    if clauses := query_clauses(words):
        ways.append(clauses)
    folded = folded_name(words)
    if folded.isascii() and folded.isalnum():
        if len(folded) >= FEWEST_INITIALS:
            ways.append([(QueryToken(f"p{mark}{folded}", is_prefix=True),)])
        if len(folded) >= FEWEST_LETTERS:
            ways.append([(QueryToken(f"y{mark}{folded}", is_prefix=True),)])
    plain = _plain(words)
    if len(plain) >= FEWEST_OF_CODE and words.isascii():
        beginning, end = (
            QueryToken(f"b{mark}{plain}", is_prefix=True),
            QueryToken(f"r{mark}{plain[::-1]}", is_prefix=True),
        )
        ways.append([(beginning, end)])
    return ways


def asked_whole(words: str) -> list[Clauses]:
    """The way to what is called exactly so."""
    folded = folded_name(words)
    return [[(QueryToken(_whole(folded), is_prefix=False),)]] if folded else []


def as_query(kind: str, ways: Sequence[Clauses], areas: Sequence[int] | None, vendor: str) -> str:
    """The question in the language of the database: a thing of this kind, in one of the areas, answered in one of the ways."""
    gate: list[tuple[QueryToken, ...]] = [(QueryToken(kind_token(kind), is_prefix=False),)]
    if areas is not None:
        gate.append(tuple(QueryToken(f"a{area}", is_prefix=False) for area in areas))
    said, both, either = (tsquery_text, " & ", " | ") if vendor == "postgresql" else (fts5_query, " AND ", " OR ")
    return said(gate) + both + "(" + either.join(f"({said(way)})" for way in ways) + ")"


def either(queries: Sequence[str], vendor: str) -> str:
    """One of several questions of `as_query`, as one."""
    return (" | " if vendor == "postgresql" else " OR ").join(f"({one})" for one in queries)
