"""One row of a table of transitions: in which state what may be done, by whom, with what, and which clock moves.

A table is data. The engine (act.py), the pages, the API, the diagram in docs/ and the tests read it and nothing else; what is not
in it is refused. States, stages and actions are neutral keys; a city gives them its own words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Transition:
    """In `state`, `action` leads to `to`. The state before an item exists is the empty word.

    `who`: relations of which one must hold (definition.py). `needs` and `takes`: what must and what may come with it.
    `stops`, `starts`, `pauses`, `resumes`: stages whose clock moves. `not_by`: duties that must be somebody else's.
    """

    action: str
    state: str
    to: str
    who: tuple[str, ...]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    starts: str = ""
    pauses: str = ""
    resumes: str = ""
    not_by: tuple[str, ...] = ()

    @property
    def given(self) -> frozenset[str]:
        """What may come with it at all."""
        return frozenset((*self.needs, *self.takes))


def each(states: Iterable[str], action: str, who: tuple[str, ...], to: str = "", **rest: Any) -> list[Transition]:
    """The same row for several states; without `to` the state stays."""
    return [Transition(action, state, to or state, who, **rest) for state in states]
