"""Reads what packages say in the plug of a city that is set up and kept running: steps with what is there and lacks, checks, examples.

It knows none of them, so a department adds a step by its descriptor. A check that fails is a finding itself: the others are told all the same.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.apps import apps
from django.db import DatabaseError
from django.utils.translation import gettext as _

from linli.core.access.public import Access
from linli.core.areas.public import area_tree
from linli.core.platform.public import CityCheck, Lack, SetupStep, brought, parts, title_in

logger = logging.getLogger(__name__)
SECONDS = 20.0
MOST_LACKS = 20
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StepState:
    """A step of setting up as it stands: what is there in words, and what lacks."""

    code: str
    title: str
    explained: str
    there: str
    lacks: tuple[Lack, ...]
    step: SetupStep

    @property
    def done(self) -> bool:
        """Whether something is there and nothing lacks."""
        return bool(self.there) and not self.lacks

    @property
    def stands_still(self) -> bool:
        """Whether work cannot go on without it."""
        return any(one.grave for one in self.lacks)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong in a running city, and which check found it. `broken` is a check that could not look."""

    check: str
    title: str
    words: str
    grave: bool
    url: str
    broken: bool = False


def steps_of(access: Access | None) -> list[StepState]:
    """What a city needs, in order, as far as a person administers it (None: all of it)."""
    open_steps = [one for one in parts(SetupStep) if access is None or not one.permission or access.may(one.permission)]
    return [_state(one, access) for one in sorted(open_steps, key=lambda one: (one.order, one.code))]


def _state(step: SetupStep, access: Access | None) -> StepState:
    there, lacks = "", [Lack(_("This could not be looked at; the log says why."))]
    try:
        there, lacks = step.there(access), list(step.look(access))[:MOST_LACKS]
    except DatabaseError:
        raise  # what comes after it in this transaction would fail too
    except Exception:
        logger.exception("the step %s of setting up cannot be looked at", step.code)
    return StepState(step.code, title_in(step.titles), title_in(step.explained), there, tuple(lacks), step)


def administers_city(access: Access) -> bool:
    """Whether somebody administers all of the city; who has a part of it cannot set it up."""
    root = area_tree().root()
    return root is not None and access.may_in_area("settings.manage", root.id)


def something_lacks(access: Access) -> bool:
    """Whether a step of somebody who administers lacks what work cannot go on without."""
    return any(one.stands_still for one in steps_of(access))


def findings_of(
    access: Access | None, *, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
) -> Iterator[Finding]:
    """What is wrong in a running city: what the steps lack and what the checks find, in order. After `seconds` no further check begins,
    and that is a finding."""
    begun = clock()
    looks = [(one.order, one.code, title_in(one.titles), one.look) for one in parts(SetupStep)]
    looks += [(one.order, one.code, title_in(one.titles), one.look) for one in parts(CityCheck)]
    for _order, code, title, look in sorted(looks, key=lambda one: one[:2]):
        if clock() - begun > seconds:
            yield Finding(
                code, title, _("Not looked at: %s seconds were over.") % round(seconds), False, "", broken=True
            )
            continue
        yield from _found(code, title, look, access)


def _found(code: str, title: str, look: Callable[[Any], Iterable[Lack]], access: Access | None) -> list[Finding]:
    try:
        return [Finding(code, title, one.words, one.grave, one.url) for one in list(look(access))[:MOST_LACKS]]
    except Exception as error:
        logger.exception("the check %s cannot be made", code)
        words = _("This could not be looked at (%s); the log says why.") % type(error).__name__
        return [Finding(code, title, words, False, "", broken=True)]


def examples() -> dict[str, Path]:
    """The example files of all steps: name → where it lies. Raises FileNotFoundError for one that a step names and its package lacks."""
    found: dict[str, Path] = {}
    for package, step in brought(SetupStep):
        for name in step.examples:
            path = Path(apps.get_app_config(package.code).path) / "examples" / name
            if not path.is_file():
                raise FileNotFoundError(
                    f"{package.code!r} names the example {name!r} for {step.code!r}; it is not at {path}."
                )
            found[name] = path
    return found
