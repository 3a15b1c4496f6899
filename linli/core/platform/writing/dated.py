"""Rows with a beginning and an end as timelines, and back: what holds under each key, and when.

linli.core.configuration makes pages and files of such tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet

from linli.algorithms.timelines import Kept, Span, Steps, key_of, of_spans, plan

Values = dict[str, Any]


def in_force(rows: QuerySet[Any], instant: datetime, path: str = "") -> QuerySet[Any]:
    """Of rows with valid_from and valid_to those that hold at an instant; `path` leads to what has the two."""
    begun = Q(**{f"{path}valid_from__lte": instant})
    return rows.filter(begun, Q(**{f"{path}valid_to__isnull": True}) | Q(**{f"{path}valid_to__gt": instant}))


def next_change(models: Iterable[type[Model]], instant: datetime) -> datetime | None:
    """When rows of these tables begin or end next by themselves."""
    found = []
    for model in models:
        for name in ("valid_from", "valid_to"):
            later = model._default_manager.filter(**{f"{name}__gt": instant}).order_by(name)
            found.append(later.values_list(name, flat=True).first())
    return min((one for one in found if one is not None), default=None)


@dataclass(frozen=True)
class DatedRows:
    """A table whose rows have valid_from and valid_to. `read` gives what its rows say, `insert` makes rows of spans.

    `key` names the values by which a row is known. `drop` deletes rows; only such go that have not begun, or that begin at the very
    instant at which something else takes their place.
    """

    model: type[Model]
    key: Sequence[str]
    read: Callable[[], Iterable[Kept]]
    insert: Callable[[Sequence[Span]], None]
    drop: Callable[[Sequence[int]], object]

    def rows(self) -> dict[str, list[Kept]]:
        """All rows by key, in their order."""
        found: dict[str, list[Kept]] = defaultdict(list)
        for row in self.read():
            found[key_of(row.values, self.key)].append(row)
        return found

    def timelines(self) -> dict[str, Steps]:
        """What holds under each key, and when."""
        return {
            key: of_spans(Span(row.begins, row.ends, row.values) for row in rows) for key, rows in self.rows().items()
        }

    def keep(self, wanted: Mapping[str, Steps]) -> bool:
        """Makes the rows of these keys say these timelines. False when they do."""
        there = self.rows()
        gone: list[int] = []
        ends: dict[datetime | None, list[int]] = defaultdict(list)
        new: list[Span] = []
        for key, steps in wanted.items():
            made = plan(there.get(key, ()), steps)
            gone += made.gone
            new += made.new
            for row_id, end in made.ends.items():
                ends[end].append(row_id)
        if gone:
            self.drop(gone)
        # Those that end now first: of a key one row at most is without an end.
        for end in sorted(ends, key=lambda one: one is None):
            self.model._default_manager.filter(pk__in=ends[end]).update(valid_to=end)
        if new:
            self.insert(new)
        return bool(gone or ends or new)
