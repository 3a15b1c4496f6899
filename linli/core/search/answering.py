"""The answer of the one search: by kind, each only what the person may see, each with a bounded count."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from linli.core.access.public import Access
from linli.core.platform.public import AskedKind, Found, IndexedKind, SearchKind, title_in
from linli.core.search.finding import find_indexed, unanswered
from linli.core.search.indexing import catch_up
from linli.core.search.kinds import kinds


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found of one kind: the best, how many at least (`more` when there are others), and where all of them stand."""

    kind: SearchKind
    title: str
    hits: list[Found]
    count: int
    more: bool
    more_url: str


def answer(access: Access, words: str, most: int, *, counted: int | None = None, on_map: bool = False) -> list[Answer]:
    """What the words find: at most `most` of each kind, counted up to `counted` (default: `most`); kinds without any are left out.

    One statement for each kind at most, and one for all small kinds, so that those without any are not asked one by one.
    """
    catch_up()
    counted = max(most, counted or 0)
    found = []
    theirs = [kind for kind in kinds(on_map=on_map) if access.may(kind.permission)]
    empty = unanswered(theirs, words)
    for kind in theirs:
        hits = find(kind, access, words, counted + 1) if kind.code not in empty else []
        if hits:
            url = f"{reverse(kind.more)}?{urlencode({'q': words})}" if kind.more and len(hits) > most else ""
            found.append(
                Answer(kind, title_in(kind.titles), hits[:most], min(len(hits), counted), len(hits) > counted, url)
            )
    return found


def find(kind: SearchKind, access: Access, words: str, most: int) -> list[Found]:
    """What the words find of one kind."""
    if isinstance(kind, IndexedKind):
        return find_indexed(kind, access, words, most)
    if isinstance(kind, AskedKind):
        return list(kind.find(access, words, most))[:most]
    raise TypeError(f"The search kind {kind.code!r} neither is indexed nor finds by itself.")
