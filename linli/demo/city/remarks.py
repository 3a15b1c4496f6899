"""What is written on a case's further way in the demo city, by what it is about: a lamp is never answered with a swept street.

A `Group` holds the words of every step for one sort of thing; `GROUPS` has all of them. The sentences stand in
`remarks_streets.py`, `remarks_things.py` and `remarks_order.py`; `story_reports.py` names the group of each category. Text only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from linli.demo.city import remarks_order, remarks_streets, remarks_things


@dataclass(frozen=True, slots=True)
class Group:
    """The words of one sort of thing. Each field holds what one of the steps may say; `photo` is the subject of a drawing or None."""

    photo: str | None
    to_do: tuple[str, ...]  # filed or dispatched: what is asked for
    rejected: tuple[str, ...]
    returned: tuple[str, ...]
    done: tuple[str, ...]  # handed over
    not_yet: tuple[str, ...]  # verified in vain, or sent back for rework
    redone: tuple[str, ...]  # handed over again
    seen: tuple[str, ...]  # verified
    longer: tuple[str, ...]  # an extension is asked for
    shelved: tuple[str, ...]
    glad: tuple[str, ...]  # four or five stars
    cross: tuple[str, ...]  # one to three
    again: tuple[str, ...]  # opened again


def _groups() -> dict[str, Group]:
    found: dict[str, Group] = {}
    for module in (remarks_streets, remarks_things, remarks_order):
        for name, (photo, words) in module.WORDS.items():
            found[name] = Group(photo, **words)
    return found


GROUPS: Final[dict[str, Group]] = _groups()
