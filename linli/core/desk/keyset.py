"""Pages of a list by where the last one ended, whatever it is sorted by: no row twice, none left out, at a cost that does not
grow with the page's number.

A place is the sort's value in the last row and the row's id, which breaks ties. Rows without a value stand last, in both
directions and on both databases.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Field, Model, Q

from linli.lib.outside import LARGEST_ID

MOST_CHARS = 600
AT = "desk_at"  # the name under which a row brings the value that it is sorted by


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of a list: `code` as it stands in the address, the column (or path of relations), and the direction.

    With `-` before it a code stands for the order backwards.
    """

    code: str
    column: str
    descending: bool = False

    @property
    def key(self) -> str:
        """As it stands in an address."""
        return f"-{self.code}" if self.descending else self.code


@dataclass(frozen=True, slots=True)
class PlaceIn:
    """Where a page ended."""

    value: Any
    row_id: int


def field_of(model: type[Model], path: str) -> Field[Any, Any]:
    """The field at the end of a path. Raises FieldDoesNotExist."""
    found: Any = None
    for name in path.split("__"):
        found = (model if found is None else found.related_model)._meta.get_field(name)
    if not isinstance(found, Field):
        raise FieldDoesNotExist(f"{model._meta.label} has no column {path!r}.")
    return found


def may_lack(model: type[Model], path: str) -> bool:
    """Whether a row can be without a value there."""
    names = path.split("__")
    return any(field_of(model, "__".join(names[: n + 1])).null for n in range(len(names)))


def sorted_after(rows: Any, sort: Sort, place: PlaceIn | None) -> Any:
    """`rows` in the order of a sort, beginning after a place; each brings its value as `desk_at`."""
    if sort.column == "id":
        after = Q() if place is None else Q(**{f"id__{'lt' if sort.descending else 'gt'}": place.row_id})
        return rows.filter(after).annotate(**{AT: F("id")}).order_by("-id" if sort.descending else "id")
    lacks = True if may_lack(rows.model, sort.column) else None
    column = F(sort.column)
    order = column.desc(nulls_last=lacks) if sort.descending else column.asc(nulls_last=lacks)
    if place is not None:
        rows = rows.filter(_after(sort, place, lacks=bool(lacks)))
    return rows.annotate(**{AT: column}).order_by(order, "-id" if sort.descending else "id")


def _after(sort: Sort, place: PlaceIn, *, lacks: bool) -> Q:
    way = "lt" if sort.descending else "gt"
    later = Q(**{f"id__{way}": place.row_id})
    empty = Q(**{f"{sort.column}__isnull": True})
    if place.value is None:
        return empty & later
    # `>=` says once more what the rest says, so that a database begins to read its index there.
    beyond = Q(**{f"{sort.column}__{way}": place.value}) | (Q(**{sort.column: place.value}) & later)
    beyond &= Q(**{f"{sort.column}__{way}e": place.value})
    return beyond | empty if lacks else beyond


def cursor_of(sort: Sort, value: Any, row_id: int) -> str:
    """The place after a row as it stands in an address, bound to its sort."""
    text = json.dumps([sort.key, _written(value), row_id], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _written(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, (Decimal, UUID)) else value


def place_of(model: type[Model], sort: Sort, cursor: str) -> PlaceIn | None:
    """What stands in a cursor; None for one of another sort, or that nobody gave out."""
    if not cursor or len(cursor) > MOST_CHARS:
        return None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        key, value, row_id = json.loads(raw)
        if key != sort.key or type(row_id) is not int or not 0 <= row_id <= LARGEST_ID:
            return None
        return PlaceIn(_read(field_of(model, sort.column), value), row_id)
    except (binascii.Error, ValueError, TypeError, OverflowError, ValidationError, RecursionError):
        return None


def _read(field: Field[Any, Any], value: Any) -> Any:
    """A value of a cursor as the column has it. Raises ValueError or ValidationError for one that it cannot have."""
    if value is None:
        return None
    if not isinstance(value, (str, int, float, bool)):
        raise ValueError("no value of a column")
    if isinstance(value, str):
        value.encode()  # a lone surrogate is no text
        if "\0" in value:
            raise ValueError("no text of a database")
    reader: Callable[[Any], Any] = field.target_field.to_python if field.is_relation else field.to_python  # type: ignore[attr-defined]
    found = reader(value)
    if isinstance(found, int) and abs(found) > LARGEST_ID:
        raise ValueError("no number of a database")
    if isinstance(found, datetime) and found.tzinfo is None:
        raise ValueError("no instant")
    return found
