"""On what occasion a sheet is filled in: a register that other areas and departments fill at the start.

A form that is filled in for its own sake has none. A campaign, an inspection, a task keep what a sheet counts for; they say here what
stands around its pages, and hear of it in the same write in which it is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from linli.core.access.public import Access
from linli.core.forms.models import AnswerSheet
from linli.core.platform.public import Actor, Work


class Occasion(NamedTuple):
    """On what occasion a sheet is filled in: its kind, and the id by which who registered the kind finds it."""

    kind: str
    id: int


class Around(NamedTuple):
    """What stands around the pages of a sheet: where it belongs, in a few words, and where the pages lead back and afterwards.

    `after_url` is where handing in leads to; empty for the sheet as it was handed in. `again` says that another may follow at once.
    `brings` are the consequences that handing in would have by what is answered so far (title and note), `brings_title` what they are
    called; whoever hands in sees them before.
    """

    words: str
    back_title: str
    back_url: str
    after_url: str = ""
    again: bool = False
    brings_title: str = ""
    brings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OccasionKind:
    """A kind of occasion; `access` is None for a resident.

    `around(access, sheet)` gives what stands around a sheet, None for who does not see the occasion. `sent(work, sheet)` is called inside
    the write that sends it, and may raise a Refusal: then nothing was sent and the draft stays. `another(actor, access, sheet)` begins
    the next one.
    """

    code: str
    around: Callable[[Access | None, AnswerSheet], Around | None]
    sent: Callable[[Work, AnswerSheet], None]
    another: Callable[[Actor, Access | None, AnswerSheet], AnswerSheet]


_kinds: dict[str, OccasionKind] = {}


def register_occasion_kind(kind: OccasionKind) -> None:
    """Adds a kind, at the start. The same again changes nothing; another one with the same code is refused (ValueError)."""
    if _kinds.setdefault(kind.code, kind) != kind:
        raise ValueError(f"Two kinds of occasions are called {kind.code!r}.")


def occasion_of(sheet: AnswerSheet) -> OccasionKind | None:
    """Who keeps the occasion of a sheet; None for a sheet that is filled in for its own sake."""
    return _kinds.get(sheet.occasion_kind)
