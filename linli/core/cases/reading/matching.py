"""Which cases are meant by what somebody types or quotes: words of the report, a number, a grid, a street.

The list, the search page and merging all ask `search`. Which of them a person may see is decided elsewhere; this only narrows.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from linli.algorithms.tracking import TrackingNumberError, parse_tracking_number
from linli.core.areas.public import area_tree
from linli.core.cases.models import Case
from linli.core.grids.public import main_layer
from linli.core.platform.public import ask, local_today
from linli.lib.bigrams import fts5_query, query_clauses, tsquery_text
from linli.lib.pinyin_keys import folded_name

NUMBER_DIGITS = 20
RUNNING_DIGITS = 6
FEWEST_DIGITS = 2
# The end of a number is looked for among those of the last year, which people still quote; a whole number always.
QUOTED_DAYS = 366
MOST_GRIDS = 50
NEWEST = 2000


def search(
    rows: QuerySet[Case], words: str, *, are_rare: bool = False, hits: Sequence[int] | None = None
) -> QuerySet[Case]:
    """The rows that hold all the words, or whose number, tracking number, grid or area is what the words say; the same on both databases.

    A tracking number counts only whole: it is the reporter's key, which a caller reads out. Every way is an index. Of words that
    `are_rare` PostgreSQL reads the index first, together with that of `rows`: reading back from the newest case until enough have
    words that are common each but never stand together would go through the whole table, and so would reading every case of the
    city with words that are common there for the few of a quiet district. `hits` are the cases with the words where those are known.
    """
    with_words = _words(words) if hits is None else _known(hits)
    few = [*with_words, *_number(words), *_tracking(words)]
    if are_rare and connection.vendor == "postgresql":
        few = _together(rows, few)
    ways = [*few, *_place(words)]
    if not ways:
        return rows.none()
    where = " OR ".join(sql for sql, _given in ways)
    return rows.extra(where=[f"({where})"], params=[value for _sql, given in ways for value in given])  # noqa: S610 - our own words


def newest_with(words: str) -> tuple[str, list[Any]] | None:
    """A condition that holds the newest NEWEST cases with all the words, as SQL; None when there is nothing to search. Costs the same
    however common the words are, so it is asked before all cases with them are."""
    clauses = query_clauses(words)
    if not clauses:
        return None
    if connection.vendor == "postgresql":
        newest = f"cases_case.id > (SELECT max(id) FROM cases_case) - {NEWEST}"  # noqa: S608 - our own words
        return f"{newest} AND to_tsvector('simple', cases_case.search_tokens) @@ %s::tsquery", [tsquery_text(clauses)]
    newest = f"SELECT rowid FROM cases_search WHERE cases_search MATCH %s ORDER BY rowid DESC LIMIT {NEWEST}"  # noqa: S608 - our own words
    return f"cases_case.id IN ({newest})", [fts5_query(clauses)]


def are_common(words: str) -> bool:
    """Whether NEWEST cases or more have all the words, where that is cheap to know: on SQLite, whose index counts no further."""
    clauses = query_clauses(words)
    if not clauses or connection.vendor == "postgresql":
        return False
    newest = f"SELECT rowid FROM cases_search WHERE cases_search MATCH %s ORDER BY rowid DESC LIMIT {NEWEST}"  # noqa: S608 - our own words
    ((found,),) = ask(f"SELECT count(*) FROM ({newest})", [fts5_query(clauses)])  # noqa: S608 - our own words
    return bool(found == NEWEST)


def _together(rows: QuerySet[Case], ways: list[tuple[str, list[Any]]]) -> list[tuple[str, list[Any]]]:
    """Several ways as one, each found among `rows` by its own index before any case is read; joined by OR PostgreSQL may read the whole
    table for them."""
    found, given = [], list[Any]()
    for sql, values in ways:
        with suppress(EmptyResultSet):
            one, its = rows.extra(where=[sql], params=values).order_by().values("id").query.sql_with_params()  # noqa: S610 - our own words
            found.append(one)
            given += its
    if not found:
        return []
    inside = f"WITH hit AS MATERIALIZED ({' UNION ALL '.join(found)}) SELECT id FROM hit"  # noqa: S608 - our own words
    return [(f"cases_case.id IN ({inside})", given)]


def _words(words: str) -> list[tuple[str, list[Any]]]:
    clauses = query_clauses(words)
    if not clauses:
        return []
    if connection.vendor == "postgresql":
        return [("to_tsvector('simple', cases_case.search_tokens) @@ %s::tsquery", [tsquery_text(clauses)])]
    return [("cases_case.id IN (SELECT rowid FROM cases_search WHERE cases_search MATCH %s)", [fts5_query(clauses)])]


def _known(hits: Sequence[int]) -> list[tuple[str, list[Any]]]:
    return [(f"cases_case.id IN ({', '.join(['%s'] * len(hits))})", list(hits))] if hits else []


def _number(words: str) -> list[tuple[str, list[Any]]]:
    numbers = quoted_numbers(words, local_today())
    if not numbers:
        return []
    # The index leaves out cases without a number; saying so lets both databases take it for a long list, too.
    marks = ", ".join(["%s"] * len(numbers))
    return [(f"(NOT (cases_case.number = '') AND cases_case.number IN ({marks}))", list(numbers))]


def quoted_numbers(words: str, today: date) -> list[str]:
    """The case numbers that end with the digits typed: the whole number, or those of this city's districts in the last year.

    Written as linli.algorithms.codes.CaseNumber writes them; a thousand and more are made here for one question.
    """
    digits = "".join(character for character in words if character not in " -")
    if not digits.isascii() or not digits.isdigit() or not FEWEST_DIGITS <= len(digits) <= NUMBER_DIGITS:
        return []
    if len(digits) == NUMBER_DIGITS:
        return [digits]
    running = int(digits[-RUNNING_DIGITS:])
    if not running:
        return []
    homes = {node.home_district for node in area_tree().nodes.values()}
    areas = sorted({"".join(one for one in home if one.isdigit())[:6].ljust(6, "0") for home in homes})
    made = [f"{area}{day}{running:06d}" for area in areas for day in _last_days(today)]
    return [number for number in made if number.endswith(digits)]


@lru_cache(maxsize=2)
def _last_days(today: date) -> list[str]:
    return [f"{today - timedelta(days=before):%Y%m%d}" for before in range(QUOTED_DAYS)]


def _tracking(words: str) -> list[tuple[str, list[Any]]]:
    try:
        return [("cases_case.tracking = %s", [parse_tracking_number(words)])]
    except TrackingNumberError:
        return []


def _place(words: str) -> list[tuple[str, list[Any]]]:
    asked = folded_name(words)
    if not asked:
        return []
    layer = main_layer()
    grids = [
        node.id
        for node in (layer.nodes.values() if layer else ())
        if asked in (folded_name(node.name), node.code.lower()) or asked in map(folded_name, node.names.values())
    ][:MOST_GRIDS]
    found: list[tuple[str, list[Any]]] = []
    if grids:
        found.append((f"cases_case.grid_id IN ({', '.join(['%s'] * len(grids))})", list(grids)))
    for node in area_tree().nodes.values():
        named = asked == folded_name(node.name) or asked in map(folded_name, node.names.values())
        if named and node.level in ("street", "community"):
            found.append((f"cases_case.{node.level}_id = %s", [node.id]))
    return found[:10]
