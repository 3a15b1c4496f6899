"""Finds things in the index, each kind through the gate of its owner in the same statement.

Whatever is called exactly as asked stands first, then the newest. The work for a kind is bounded however common the words are: at most
MOST_CANDIDATES of what answers (SQLite: MOST_IN_ORDER) are held against the gate, the newest of them where there are more. Where rows lie in areas, those of
the person's areas only are candidates, so nothing is lost behind what they may not see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from linli.core.access.public import Access
from linli.core.areas.public import area_tree
from linli.core.platform.public import Found, IndexedKind, SearchKind, ask
from linli.core.search.indexing import catch_up
from linli.core.search.kinds import indexed_kinds
from linli.core.search.tokens import Clauses, as_query, asked, asked_whole, either

LEVELS_OF_ROWS, MOST_AREAS = ("district", "street", "community"), 200
MOST_CANDIDATES, NEWEST, ENOUGH, MOST_WHOLE = 2000, 4000, 100, 50
MOST_IN_ORDER = 500  # SQLite gives the newest first without sorting, so fewer do
_MATCH_POSTGRESQL = "lexemes @@ %s::tsquery"
_MATCH_SQLITE = "id IN (SELECT rowid FROM search_words WHERE search_words MATCH %s)"
_KINDS = "SELECT DISTINCT kind FROM search_searchentry WHERE {match}"
_ALL = "SELECT item_id FROM search_searchentry WHERE {match}"
# The newest first, by the index of the rows (their limit keeps PostgreSQL from asking the index of words for all); that of words only
# when these are not enough.
_CANDIDATES_POSTGRESQL = f"""
WITH newest AS MATERIALIZED (
  SELECT item_id FROM (
    SELECT item_id, lexemes FROM search_searchentry WHERE kind = %s ORDER BY item_id DESC LIMIT {NEWEST}) AS near
  WHERE {_MATCH_POSTGRESQL} ORDER BY item_id DESC LIMIT {ENOUGH}
), older AS MATERIALIZED (
  SELECT item_id FROM search_searchentry
  WHERE {_MATCH_POSTGRESQL} AND (SELECT count(*) FROM newest) < {ENOUGH} LIMIT {MOST_CANDIDATES}
), whole AS MATERIALIZED (SELECT item_id FROM search_searchentry WHERE {_MATCH_POSTGRESQL} LIMIT {MOST_WHOLE})
SELECT item_id FROM newest UNION SELECT item_id FROM older UNION SELECT item_id FROM whole
"""  # noqa: S608 - our own words
_CANDIDATES_SQLITE = f"""
SELECT item_id FROM search_searchentry WHERE id IN (
  SELECT rowid FROM search_words WHERE search_words MATCH %s ORDER BY rowid DESC LIMIT {MOST_IN_ORDER})
UNION SELECT item_id FROM search_searchentry WHERE id IN (
  SELECT rowid FROM search_words WHERE search_words MATCH %s LIMIT {MOST_WHOLE})
"""  # noqa: S608 - our own words


def find_indexed(kind: IndexedKind, access: Access, words: str, most: int) -> list[Found]:
    """What the words find of a kind, at most so many, in one statement."""
    ways, areas = asked(kind.code, words), _areas(kind, access)
    if not ways or areas == []:
        return []
    rows = kind.rows(access)
    inside, given = _candidates(kind, ways, words, areas)
    column = f"{kind.model._meta.db_table}.id"
    # As an array PostgreSQL takes them for few, and looks each up; else it may read a table of a hundred thousand rows for a hundred of them.
    few = f"({column} = ANY(ARRAY({inside})))" if connection.vendor == "postgresql" else f"({column} IN ({inside}))"
    rows = rows.filter(RawSQL(few, given, BooleanField()))  # noqa: S611 - our own words
    whole = as_query(kind.code, asked_whole(words), areas, connection.vendor)
    called_so = RawSQL(f"({column} IN ({_all()} LIMIT {MOST_WHOLE}))", [whole], BooleanField())  # noqa: S611 - our own words
    return [kind.shown(row) for row in rows.annotate(called_so=called_so).order_by("-called_so", "-id")[:most]]


def unanswered(kinds: Iterable[SearchKind], words: str) -> frozenset[str]:
    """The codes of those of these kinds in whose index nothing answers the words, whoever asks: one small statement instead of one
    for each of them. Kinds found by area are not among them, since their tables are large and common words answer in most of them."""
    small = [kind for kind in kinds if isinstance(kind, IndexedKind) and not kind.by_area]
    queries = [
        as_query(kind.code, ways, None, connection.vendor) for kind in small if (ways := asked(kind.code, words))
    ]
    there = ask(_with_match(_KINDS), [either(queries, connection.vendor)]) if queries else []
    return frozenset(kind.code for kind in small) - {code for (code,) in there}


def _candidates(kind: IndexedKind, ways: list[Clauses], words: str, areas: list[int] | None) -> tuple[str, list[Any]]:
    wanted = as_query(kind.code, ways, areas, connection.vendor)
    if not kind.by_area:
        return _all(), [wanted]
    whole = as_query(kind.code, asked_whole(words), areas, connection.vendor)
    if connection.vendor == "postgresql":
        return _CANDIDATES_POSTGRESQL, [kind.code, wanted, wanted, whole]
    return _CANDIDATES_SQLITE, [wanted, whole]


def _all() -> str:
    return _with_match(_ALL)


def _with_match(statement: str) -> str:
    return statement.format(match=_MATCH_POSTGRESQL if connection.vendor == "postgresql" else _MATCH_SQLITE)


def _areas(kind: IndexedKind, access: Access) -> list[int] | None:
    """The areas whose tokens all rows have that the person may see, of the kinds where areas decide; None for no such bound."""
    if not kind.by_area:
        return None
    tree, wanted = area_tree(), []
    for top in access.tops_with(kind.permission):
        node = tree.nodes[top]
        if node.parent_id is None:
            return None
        wanted += [top] if node.level in LEVELS_OF_ROWS else sorted(tree.subtree(top))
    return wanted if len(wanted) <= MOST_AREAS else None


def words_of(code: str) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    """For the filter of a list (desk's WordsFilter): the rows of a kind that the words find, as the one search finds them."""

    def find(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        ways = asked(code, words)
        if not ways:
            return rows.none()
        catch_up()
        wanted = as_query(indexed_kinds()[code].code, ways, None, connection.vendor)
        return rows.filter(id__in=RawSQL(_all(), [wanted]))  # noqa: S611 - our own words

    return find
