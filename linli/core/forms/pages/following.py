"""What a page of a form gives the browser, so that what follows from an answer follows at once (frontend/src/forms/live.ts).

Only the expressions that the page needs, and of other pages only the answers that these read: they are the reader's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from linli.core.forms.public import Answers, Group, Item, Question, Repeat, Schema, known_values, told, walk


def logic_of(schema: Schema, items: Sequence[Item], answers: Answers, today: str) -> str:
    """The expressions of these items as JSON with what they read; "" where nothing on the page follows from anything."""
    here = {one.name: one for one in walk(tuple(items))}
    needed = _needed(schema, here)
    if not needed:
        return ""
    found = known_values(schema, answers, today)
    read = {name for name in needed | set(_read(schema, needed)) if name not in here}
    asked = [one for one in here.values() if isinstance(one, Question) and one.answered]
    return json.dumps(
        {
            "known": {name: found[name] for name in sorted({*read, "today"} | {schema.rows_of[one] for one in read if one in schema.rows_of})
                      if name in found and name not in here},
            "order": [name for name in schema.order if name in needed],
            "items": {name: _rule(schema, schema.by_name[name]) for name in sorted(needed)},
            "kinds": {one.name: str(one.kind) for one in asked if not one.repeat},
            "repeats": {
                repeat.name: {one.name: str(one.kind) for one in asked if one.repeat == repeat.name}
                for repeat in here.values()
                if isinstance(repeat, Repeat)
            },
        },
        ensure_ascii=False,
    )  # fmt: skip


def _rules(item: Item) -> Iterator[Any]:
    yield item.relevant
    if isinstance(item, Question):
        yield item.constraint
        yield item.calculate


def _read(schema: Schema, names: set[str]) -> Iterator[str]:
    for name in names:
        for rule in _rules(schema.by_name[name]):
            yield from rule.reads if rule else ()


def _needed(schema: Schema, here: Mapping[str, Item]) -> set[str]:
    """The items of the page that have expressions, and whatever these read that is found out by expressions itself."""
    above = {inner.name: one.name for one in walk(schema.items) if isinstance(one, Group) for inner in walk(one.items)}
    waiting = [name for name, item in here.items() if any(_rules(item))]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        item = schema.by_name.get(name)
        if name in found or item is None:
            continue
        if any(_rules(item)):
            found.add(name)
            waiting += _read(schema, {name})
        waiting += [one for one in (above.get(name), schema.rows_of.get(name)) if one]
        if isinstance(item, Repeat) and name not in here:
            waiting += [inner.name for inner in walk(item.items)]
    return found


def _rule(schema: Schema, item: Item) -> dict[str, Any]:
    made: dict[str, Any] = {
        "repeat": schema.rows_of.get(item.name),
        "inside": [one.name for one in walk((item,))][1:] or None,
    }
    if item.relevant:
        made["relevant"] = item.relevant.logic
    if isinstance(item, Question) and item.calculate:
        made |= {"calculate": item.calculate.logic, "unit": told(item.unit)}
    if isinstance(item, Question) and item.constraint:
        message = told(item.message) or _("This does not fit; look at the question again.")
        made |= {"constraint": item.constraint.logic, "message": message}
    return {name: value for name, value in made.items() if value is not None}
