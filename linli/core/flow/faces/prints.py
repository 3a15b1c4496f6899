"""An item on paper: what it is about, and a box for each part of its way with the words, the signature and the day of who did it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from linli.core.access.public import Access, access_on, unit_title
from linli.core.desk.public import pdf_answer
from linli.core.flow.reading import Entry, entries, timeline_of
from linli.core.platform.public import moment_words

if TYPE_CHECKING:
    from linli.core.flow.faces.item_pages import ItemPages, Text

SHORT = 16  # characters of a value that stands beside another


@dataclass(frozen=True, slots=True)
class Table:
    """A table below the form, such as to whom something was circulated."""

    title: Text
    head: Sequence[Text]
    rows: Sequence[Sequence[str]]


def no_tables(_item: Any, _access: Access) -> list[Table]:
    """For prints of the form alone."""
    return []


def no_facts(_item: Any, _access: Access) -> list[tuple[Text, Any]]:
    """For items whose facts say all."""
    return []


@dataclass(frozen=True, kw_only=True)
class Print:
    """How an item is printed.

    title    of the sheet, such as 请假单
    boxes    each with its title and the actions whose words and signatures stand in it, in the order of the sheet
    number   the number of the item, upper right
    above    facts that a page says in its heading and not among its facts
    texts    long texts of the item below the boxes, each with its title
    tables   what stands below the form
    """

    title: Text
    boxes: Sequence[tuple[Text, tuple[str, ...]]]
    number: Callable[[Any], str] = lambda _item: ""
    above: Callable[[Any, Access], Sequence[tuple[Text, Any]]] = no_facts
    texts: Sequence[tuple[Text, Callable[[Any], str]]] = ()
    tables: Callable[[Any, Access], Sequence[Table]] = no_tables


def show(pages: ItemPages, printed: Print, request: HttpRequest, item_id: int) -> HttpResponse:
    """The sheet of one item as a PDF."""
    item, access = pages.item(request, item_id), access_on(request)
    name = " ".join(part for part in (str(printed.title), printed.number(item)) if part)
    return pdf_answer("flow/item.typ", sheet(pages, printed, item, access), name=name)


def sheet(pages: ItemPages, printed: Print, item: Any, access: Access) -> dict[str, Any]:
    """What the template shows, as text: words of people stay as they wrote them."""
    flow = pages.flow
    above = [[str(label), _plain(value)] for label, value in printed.above(item, access)]
    timeline = entries(timeline_of(flow.tables, flow.key_of(item.id)), [])
    return {
        "title": str(printed.title),
        "number": printed.number(item),
        "unit": unit_title(getattr(item, "unit_id", None)) or "",
        "fields": [*above, *_pairs([(str(label), _plain(value)) for label, value in pages.facts(item, access)])],
        "boxes": [
            {"title": str(title), "entries": [_signed(one) for one in timeline if one.event.action in actions]}
            for title, actions in printed.boxes
        ],
        "texts": [[str(title), text(item)] for title, text in printed.texts],
        "tables": [
            {
                "title": str(one.title),
                "head": [str(words) for words in one.head],
                "rows": [list(row) for row in one.rows],
            }
            for one in printed.tables(item, access)
        ],
    }


def _plain(value: Any) -> str:
    """A fact as text. Only what is HTML already loses its tags: what people wrote keeps every sign."""
    return unescape(strip_tags(value)) if isinstance(value, SafeString) else str(value or "")


def _pairs(facts: Sequence[tuple[str, str]]) -> list[list[str]]:
    """The rows of the form: two short facts beside one another, a long one alone."""
    rows: list[list[str]] = []
    for label, value in facts:
        short = len(value) <= SHORT
        if short and rows and len(rows[-1]) == 2 and len(rows[-1][1]) <= SHORT:
            rows[-1] += [label, value]
        else:
            rows.append([label, value])
    return rows


def _signed(entry: Entry) -> dict[str, str]:
    return {"words": entry.note, "who": entry.who, "at": moment_words(entry.event.at, with_year=True)}
