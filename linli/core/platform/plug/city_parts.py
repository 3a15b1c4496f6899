"""What a package knows of a city that is set up and kept running: what hangs on its units, what a city needs before it can work,
and what is wrong in one that runs. Three more slots of a descriptor, beside those of `parts.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from linli.core.platform.plug.parts import Part, Titles


@dataclass(frozen=True, kw_only=True)
class UnitHold(Part):
    """What hangs on units, so that none is retired from under it: `count(unit_ids)` gives, by unit, how many there are of it.

    `titles` names it in the plural (未结案卷, open cases). One statement (a flow: one each). Read by linli.core.access before a unit is retired.
    """

    noun = "hold on units"
    code: str
    titles: Titles
    count: Callable[[Sequence[int]], Mapping[int, int]]


class Lack(NamedTuple):
    """One thing that lacks or does not fit together, as a sentence in the reader's language.

    `grave`: without it work stands still; else it is done worse. `url` leads to the page that mends it.
    """

    words: str
    grave: bool = False
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class CityCheck(Part):
    """What is looked at in a running city: `look(access)` gives what is wrong, within what a person administers (None: everywhere).

    A handful of statements, whatever the size of the city. Read by linli.core.setup for `linli doctor`.
    """

    noun = "check of the city"
    code: str
    titles: Titles
    look: Callable[[Any], Iterable[Lack]]
    order: int = 500


@dataclass(frozen=True, kw_only=True)
class SetupStep(Part):
    """One thing that a city needs before it can work, in the order of `order`: what it is for, how it is done, what is there, what lacks.

    `there(access)` says in words what is there already ("" for nothing yet), `look(access)` what still lacks; for whoever types at the server
    access is None. It is done by hand on `page` (the name of a page without parts, `query` what is asked of it) and in `tables` of configuration
    (codes), by file with one of `imports` (codes) or the command `typed`; `examples` are files in the folder `examples` of the package.
    Read by linli.core.setup; `look` is one of the checks of `linli doctor` as well.
    """

    noun = "step of setting up"
    code: str
    titles: Titles
    explained: Titles
    order: int
    there: Callable[[Any], str]
    look: Callable[[Any], Iterable[Lack]]
    permission: str = ""
    page: str = ""
    query: str = ""
    tables: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()

    def fault(self) -> str:
        if not (self.page or self.tables or self.imports or self.typed):
            return "names no way in which it is done."
        wrong = next((name for name in self.examples if not re.fullmatch(r"[a-z0-9-]+\.[a-z]+", name)), "")
        return f"has the example {wrong!r}, which is no plain name of a file." if wrong else ""
