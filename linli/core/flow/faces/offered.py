"""Which flows are shown, and by which forms their items begin: what the API's routes are made from.

Filled when the addresses of the departments are read, so it is asked when all of them are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured

from linli.core.access.public import Access
from linli.core.desk.public import DeskForm
from linli.core.flow.faces.item_pages import ItemPages
from linli.core.platform.public import Actor

Begin = Callable[[Actor, Access, UUID, dict[str, Any]], Any]


@dataclass(frozen=True)
class Beginning:
    """A form by which an item begins: `begin` makes it, who holds `permission` somewhere may open it (empty: the staff)."""

    pages: ItemPages
    form: type[DeskForm]
    begin: Begin
    permission: str
    action: str


_pages: dict[str, ItemPages] = {}
_beginnings: dict[tuple[str, str], Beginning] = {}


def offer_pages(pages: ItemPages) -> None:
    """The pages of a flow have addresses."""
    _pages[pages.flow.code] = pages


def offer_beginning(pages: ItemPages, form: type[DeskForm], begin: Begin, permission: str, action: str) -> None:
    """Items of a flow begin by this form; `action` is that of its address, by default the first that the table has.

    Raises ImproperlyConfigured for an action that begins nothing, and for a second form under the same.
    """
    able = [row.action for row in pages.flow.transitions if not row.state and row.who != ("system",)]
    key = (pages.flow.code, action or next(iter(able), ""))
    if key[1] not in able or (key in _beginnings and _beginnings[key].begin is not begin):
        raise ImproperlyConfigured(f"{key[1]!r} of {pages.flow!r} begins no item, or by another form already.")
    _beginnings[key] = Beginning(pages, form, begin, permission, key[1])


def offered() -> list[ItemPages]:
    """The pages of every flow that has some, by its code."""
    return [_pages[code] for code in sorted(_pages)]


def beginnings(code: str) -> list[Beginning]:
    """The forms by which items of a flow begin."""
    return [one for (flow, _action), one in sorted(_beginnings.items(), key=lambda pair: pair[0]) if flow == code]
