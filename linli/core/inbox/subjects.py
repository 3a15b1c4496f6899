"""What a notice may be about: an item of a flow, or a piece of long work that has ended (core/desk/bell.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from django.urls import reverse

from linli.core.access.public import Access
from linli.core.desk.public import LongWork, long_works
from linli.core.flow.public import AnyFlow, flows


class Subject(Protocol):
    """What notices ask of either."""

    def in_bulk(self, ids: Iterable[int]) -> Mapping[int, Any]:
        """The items by their ids, in one statement."""
        ...

    def may_view(self, item: Any, access: Access) -> bool:
        """Whether the person may see the item now."""
        ...

    def what(self, action: str) -> str:
        """What was done, of what kind."""
        ...

    def heading(self, item: Any) -> str:
        """What the item is called."""
        ...

    def address(self, item: Any) -> str:
        """Its page."""
        ...


class _OfFlow:
    def __init__(self, flow: AnyFlow) -> None:
        self.flow, self.may_view, self.heading = flow, flow.may_view, flow.heading

    def in_bulk(self, ids: Iterable[int]) -> Mapping[int, Any]:
        found: Mapping[int, Any] = self.flow.model._default_manager.in_bulk(list(ids))
        return found

    def what(self, action: str) -> str:
        return f"{self.flow.title} · {self.flow.titles.get(action, action)}"

    def address(self, item: Any) -> str:
        return reverse(self.flow.page, args=[item.id])


class _OfWork:
    def __init__(self, kind: LongWork) -> None:
        self.kind, self.may_view, self.heading, self.address = kind, kind.seen, kind.heading, kind.address

    def in_bulk(self, ids: Iterable[int]) -> Mapping[int, Any]:
        return self.kind.model._default_manager.in_bulk(list(ids))

    def what(self, action: str) -> str:
        return f"{self.kind.title} · {self.kind.endings.get(action, action)}"


def subject_of(code: str) -> Subject | None:
    """What notices of a code are about; None for what is not installed any more."""
    if flow := flows().get(code):
        return _OfFlow(flow)
    return _OfWork(kind) if (kind := long_works().get(code)) else None
