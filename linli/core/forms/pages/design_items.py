"""The items of a document that is being designed, by their place in the flat order: found, put in, changed, moved, taken out.

A document may have faults while it is designed, so nothing here expects more than lists and objects. Every function gives a new
document and leaves the old one as it is.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, NamedTuple

Document = dict[str, Any]


class Placed(NamedTuple):
    """An item with its place in the flat order from 0, how deep it stands, and its place among its siblings."""

    place: int
    depth: int
    item: dict[str, Any]
    siblings: list[Any]
    at: int


def placed(document: Document) -> list[Placed]:
    """All items, each group before what it holds."""
    found: list[Placed] = []

    def walk(items: object, depth: int) -> None:
        if not isinstance(items, list) or depth > 5:
            return
        for at, one in enumerate(items):
            if isinstance(one, dict):
                found.append(Placed(len(found), depth, one, items, at))
                walk(one.get("items"), depth + 1)

    walk(document.get("items"), 0)
    return found


def put_in(document: Document, item: dict[str, Any], into: int | None) -> Document:
    """The document with one more item: at the end of the group at `into`, or of the form."""
    made = deepcopy(document)
    target = placed(made)[into].item if into is not None else made
    target.setdefault("items", []).append(item)
    return made


def changed(document: Document, place: int, item: dict[str, Any]) -> Document:
    """The document with another item at a place; what a group holds stays in it."""
    made = deepcopy(document)
    one = placed(made)[place]
    inside = {"items": one.item["items"]} if "items" in one.item and item.get("type") in ("group", "repeat") else {}
    one.siblings[one.at] = {**item, **inside}
    return made


def moved(document: Document, place: int, step: int) -> Document:
    """The document with an item one up (-1) or down (1) among its siblings; at the end of them nothing moves."""
    made = deepcopy(document)
    one = placed(made)[place]
    other = one.at + step
    if 0 <= other < len(one.siblings):
        one.siblings[one.at], one.siblings[other] = one.siblings[other], one.siblings[one.at]
    return made


def taken_out(document: Document, place: int) -> Document:
    """The document without an item and what it holds."""
    made = deepcopy(document)
    one = placed(made)[place]
    del one.siblings[one.at]
    return made


def free_name(document: Document, kind: str) -> str:
    """A name that no item has yet."""
    taken = {one.item.get("name") for one in placed(document)}
    number = 1
    while f"{kind}_{number}" in taken:
        number += 1
    return f"{kind}_{number}"
