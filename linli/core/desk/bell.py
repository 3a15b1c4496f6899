"""Long work that ends while nobody looks: whoever asked for it is told by the bell.

The bell itself hangs higher up, in the inbox, which registers here at start how it is rung; what kinds of long work there are, whoever
does them registers here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise

from linli.core.access.public import Access
from linli.core.platform.public import Work

Ring = Callable[[Work, str, int, int, str], None]  # the kind, the id of the item, whom, how it ended


@dataclass(frozen=True, slots=True)
class LongWork:
    """A kind of long work. `endings` are the ways in which one ends, as they are said; `seen` says
    whether somebody may see one, `heading` what it is about, and `address` where one finds it."""

    code: str
    title: str | Promise
    endings: Mapping[str, str | Promise]
    model: type[Model]
    seen: Callable[[Any, Access], bool]
    heading: Callable[[Any], str]
    address: Callable[[Any], str]


_kinds: dict[str, LongWork] = {}
_rings: list[Ring] = []


def long_work(kind: LongWork) -> None:
    """Makes a kind of long work known. Twice changes nothing."""
    _kinds[kind.code] = kind


def long_works() -> Mapping[str, LongWork]:
    """All kinds, by their code."""
    return _kinds


def when_ended(ring: Ring) -> None:
    """Registers how people are told. Twice changes nothing."""
    if ring not in _rings:
        _rings.append(ring)


def tell_ended(work: Work, code: str, item_id: int, user_id: int, ending: str) -> None:
    """Tells whoever asked for it that a piece of long work has ended, in the same transaction as its end. Twice tells twice."""
    for ring in _rings:
        ring(work, code, item_id, user_id, ending)
