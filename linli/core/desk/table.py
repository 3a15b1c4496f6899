"""Draws a list: its head with the sorts, its rows, the chips and menus of its filters. One string each, no template a cell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access
from linli.core.desk.filters import Asked, Filter
from linli.core.desk.lists import Column, List, cell_text
from linli.core.desk.marks import esc, icon, menu, sheet, tick

NONE = cell_text(None)
OFF = gettext_lazy("Take this filter off")


def table(shown: List[Any], rows: Sequence[Any], asked: Asked, ticked: Collection[str] | None) -> SafeString:
    """The table of one page. `data-rows` gives it j, k and Enter. Unless `ticked` is None each row can be ticked; those whose
    ids it holds are."""
    columns = [column for column in shown.columns if column.only != "data"]
    choose = (
        f'<th scope="col" class="row-tick"><span class="only-heard">{esc(_("Choose"))}</span></th>'
        if ticked is not None
        else ""
    )
    head = choose + "".join(_head(shown, column, asked) for column in columns)
    draw = _row(shown, columns, ticked)
    body = "\n".join(map(draw, rows))
    return SafeString(
        f'<div class="table-box" data-rows><table class="table"><caption class="only-heard">{esc(shown.title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _head(shown: List[Any], column: Column[Any], asked: Asked) -> str:
    css, title = _css(column, phone=False), esc(column.title)
    if not column.sort:
        return f'<th scope="col"{css}>{title}</th>'
    on = asked.sort.code == column.code
    turned = f"-{column.code}" if on and not asked.sort.descending else column.code
    usual = shown.sorts[0].key
    said = f' aria-sort="{"descending" if asked.sort.descending else "ascending"}"' if on else ""
    mark = icon("chevron-down" if asked.sort.descending else "chevron-up", small=True) if on else ""
    address = esc(asked.with_(sort=None if turned == usual else turned))
    return f'<th scope="col"{css}{said}><a class="sort-link" href="{address}">{title}{mark}</a></th>'


def _css(column: Column[Any], *, phone: bool = True) -> str:
    names = [name for name in column.css.split() if phone or not name.startswith("card-")]
    return f' class="{" ".join(names)}"' if names else ""


def _row(shown: List[Any], columns: Sequence[Column[Any]], ticked: Collection[str] | None) -> Callable[[Any], str]:
    """A function that draws one row: what does not differ between rows is made here, once."""
    choose, address, id_of = esc(_("Choose")), shown.address, shown.id_of
    first, others = columns[0], [(column, _open(column), _open(column, " none")) for column in columns[1:]]

    def draw(row: Any) -> str:
        made = ["<tr>"]
        if ticked is not None:
            made.append(tick(id_of(row), ticked, f"{choose} {esc(first.value(row))}"))
        name = first.html(row) if first.html else cell_text(first.value(row))
        if address is not None:
            name = f'<a class="row-link" href="{esc(address(row))}">{name}</a>'
        note = f' <span class="soft">{esc(first.note(row))}</span>' if first.note else ""
        made.append(f'<td class="card-title {first.css}"><div class="clip">{name}{note}</div></td>')
        for column, opening, opening_of_none in others:
            drawn = column.html(row) if column.html else cell_text(column.value(row))
            note = f' <span class="soft">{esc(column.note(row))}</span>' if column.note else ""
            made.append(f"{opening_of_none if drawn == NONE else opening}{drawn}{note}</td>")
        made.append("</tr>")
        return "".join(made)

    return draw


def _open(column: Column[Any], more: str = "") -> str:
    """The beginning of a cell; `more` are classes that this one has besides, such as that it holds nothing."""
    label = "" if "card-plain" in column.css else f' data-label="{esc(column.title)}"'
    return f"<td{_css(replace(column, css=column.css + more))}{label}>"


def filter_bar(shown: List[Any], asked: Asked, access: Access) -> SafeString:
    """What is on as chips that take it off, a menu for each filter that is not, and on a phone, where a table has no head, one
    for the sorts."""
    made: list[str] = []
    for one in shown.filters:
        if one.code in asked.values and one.kind not in ("words", "switch"):
            words = esc(one.said(asked.values[one.code]))
            off = icon("x", label=str(OFF))
            made.append(f'<a class="chip chip--on" href="{esc(asked.with_(**{one.code: None}))}">{words} {off}</a>')
        elif one.kind == "switch":
            on = one.code in asked.values
            current = ' aria-current="true"' if on else ""
            address = esc(asked.with_(**{one.code: None if on else "1"}))
            made.append(f'<a class="chip" href="{address}"{current}>{esc(one.title)}</a>')
        elif one.kind == "days":
            made.append(_days_menu(one, asked))
        elif one.kind == "menu":
            made.append(_menu(one, asked, access))
    made.append(_sort_menu(shown, asked))
    return SafeString("".join(made))


def search_line(shown: List[Any], asked: Asked) -> SafeString:
    """The line to type words into, where the list has one."""
    return SafeString("".join(_search_line(one, asked) for one in shown.filters if one.kind == "words"))


def _hidden(asked: Asked, without: str) -> str:
    return "".join(
        f'<input type="hidden" name="{esc(key)}" value="{esc(value)}">'
        for key, value in asked.query.items()
        if key != without
    )


def _search_line(one: Filter[Any], asked: Asked) -> str:
    value = esc(asked.query.get(one.code, ""))
    return (
        f'<form class="search-line" method="get" role="search">{_hidden(asked, one.code)}'
        f'<input class="input" type="search" name="{one.code}" value="{value}" maxlength="100" aria-label="{esc(one.title)}"'
        f' placeholder="{esc(one.title)}"><button class="button">{icon("search")}{esc(_("Search"))}</button></form>'
    )


def _menu(one: Filter[Any], asked: Asked, access: Access) -> str:
    """A menu of links. What stays the same in their addresses is written once."""
    rest = urlencode({key: value for key, value in asked.query.items() if key != one.code})
    start = f"?{rest}&{one.code}=" if rest else f"?{one.code}="
    links = [(start + quote(choice.value), choice.words) for choice in one.choices(access)]
    return menu(one.title, links) if links else ""


def _sort_menu(shown: List[Any], asked: Asked) -> str:
    items = []
    for column in shown.columns:
        for key, mark in ((column.code, "chevron-up"), (f"-{column.code}", "chevron-down")) if column.sort else ():
            on = ' aria-current="true"' if key == asked.sort.key else ""
            address = esc(asked.with_(sort=None if key == shown.sorts[0].key else key))
            items.append(f'<a class="menu__item" href="{address}"{on}>{icon(mark)}{esc(column.title)}</a>')
    if not items:
        return ""
    content = f'<div class="menu__sheet menu__sheet--left menu__sheet--long">{"".join(items)}</div>'
    return sheet(_("Sort"), content, " list-sort")


def _days_menu(one: Filter[Any], asked: Asked) -> str:
    fields = "".join(
        f'<div class="field"><label class="field__label" for="{one.code}_{end}">{esc(words)}</label>'
        f'<input class="input" type="date" id="{one.code}_{end}" name="{one.code}_{end}"></div>'
        for end, words in (("from", _("From")), ("to", _("Until")))
    )
    return sheet(
        one.title,
        f'<form class="menu__sheet menu__sheet--left menu__form" method="get">{_hidden(asked, one.code)}{fields}'
        f'<div class="actions"><button class="button button--primary">{esc(_("Show"))}</button></div></form>',
    )
