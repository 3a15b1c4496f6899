"""What can stand in the slots of a descriptor: small frozen values, one class a slot. `register.py` next door takes them in.

Each class says who reads it; a slot that nobody reads does not exist. Whatever is a `Titles` here must be there in both
languages, whatever has a `permission` must name one that somebody declares, and a `key` stands once in the whole house:
the register holds all three for every class, so a new one needs no check of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Generic, Literal, NamedTuple, Protocol, TypeVar
from uuid import UUID

from django.utils.functional import Promise

Titles = Mapping[str, str]
"""A name in each language: {"zh-hans": "巡查", "en": "Patrol"}; both are required."""

ClockUnit = Literal["urgent_hour", "work_hour", "work_day", "calendar_day"]
Section = Literal["work", "ground", "people", "figures"]
SECTIONS: tuple[Section, ...] = ("work", "ground", "people", "figures")
Box = tuple[float, float, float, float]
"""West, south, east, north in degrees of WGS 84."""
T = TypeVar("T", bool, int, str)


class Part:
    """What all parts share: `noun` says in a refusal what it is, `key` tells it from others of its noun."""

    noun: ClassVar[str]
    once_in_the_house: ClassVar[bool] = True  # else once in its package

    def fault(self) -> str:
        """What about its values cannot be meant, as the rest of a sentence; empty when all is well."""
        return ""

    @property
    def key(self) -> str:
        """What may stand once in the whole house under this noun."""
        return str(self.code)  # type: ignore[attr-defined]  # those without a code say what theirs is


class FlowPart(Protocol):
    """What the descriptor knows of a flow (linli.core.flow): its code, the permissions it asks for, the events it emits."""

    @property
    def code(self) -> str: ...
    @property
    def permission_codes(self) -> frozenset[str]: ...
    @property
    def events(self) -> tuple[str, ...]: ...


class LedgerPart(Protocol):
    """What the descriptor knows of a ledger (linli.core.ledger): its code, the permissions it asks for, what it puts elsewhere."""

    @property
    def code(self) -> str: ...
    @property
    def permission_codes(self) -> frozenset[str]: ...
    @property
    def parts(self) -> tuple[Part, ...]: ...


class DemoTown(Protocol):
    """The demo city as a department sees it that tells of itself there (slot `demo`): who works there, and how its time goes."""

    seed: int
    end: datetime  # the city's present, aware

    def people(self, role: str) -> Sequence[Any]:
        """Who holds a role there, each as their Access; those of the street's centre first, always in the same order."""

    def later(self, start: datetime, minutes: float) -> datetime:
        """The instant after so many minutes of office time."""

    def ago(self, work_days: float) -> datetime:
        """An instant so many work days before the present, at most some sixty; for less than one, as much of a day."""

    def morning(self, day: date) -> datetime:
        """An instant in the morning of a day."""

    def uuid(self, name: str) -> UUID:
        """The id of what is done under a name; the same in every making of the same city."""


@dataclass(frozen=True, kw_only=True)
class RolePlan(Part):
    """A new role with the permission codes it holds from the start; `Subsystem.adds` widens a role of somebody else.

    `sections` says in which order its menu lists them: what comes first stands in the rail. Read by access.roles and the menu.
    """

    noun = "role"
    once_in_the_house = False  # access holds all roles, those of the core too, against each other
    code: str
    titles: Titles
    permissions: tuple[str, ...]
    sections: tuple[Section, ...] = SECTIONS

    def fault(self) -> str:
        return (
            ""
            if sorted(self.sections) == sorted(SECTIONS)
            else "must put each section of the menu into its order once."
        )


@dataclass(frozen=True, kw_only=True)
class CategoryPlan(Part):
    """A case category with one filing condition and its limit; the standard is the subsystem's own code."""

    noun = "category"
    once_in_the_house = False  # each subsystem has a standard of its own
    kind: Literal["component", "matter"]
    code: str
    titles: Titles
    filing_condition: Titles
    closing_condition: Titles
    limit: float
    unit: ClockUnit

    @property
    def key(self) -> str:
        return f"{self.kind} {self.code}"

    def fault(self) -> str:
        return "" if self.limit > 0 else "needs a limit above zero."


@dataclass(frozen=True, kw_only=True)
class SourcePlan(Part):
    """A way in which reports come, besides those of the core; `parse_report` takes its code, pages and filters show its title."""

    noun = "source"
    code: str
    titles: Titles

    def fault(self) -> str:
        return "" if self.code.isidentifier() and len(self.code) <= 16 else "needs a code of at most 16 letters."


@dataclass(frozen=True, kw_only=True)
class MenuEntry(Part):
    """A line in the menu of the workbench, shown to who holds the permission; the menu reads it.

    `section` and `order` place it: the first eight of a person stand in the rail, and all of them under "All". On the pages below its
    own address the entry is marked, and on those below `also`: names of pages whose addresses lie elsewhere.
    """

    noun = "menu entry"
    titles: Titles
    url_name: str
    permission: str
    icon: str
    section: Section
    order: int = 100
    also: tuple[str, ...] = ()

    def fault(self) -> str:
        return (
            "" if self.section in SECTIONS else f"stands in the section {self.section!r}, which the menu does not have."
        )

    @property
    def key(self) -> str:
        return self.url_name


@dataclass(frozen=True, kw_only=True)
class PublicPages(Part):
    """Pages for people without account, below `/<prefix>/`; `urls` is a module path. Read by config.urls.

    With `titles` the residents' first page has a door to it, `explained` by a line; read by web.public. Each prefix has its row in
    the table of public doors in docs/security.md.
    """

    noun = "prefix of public pages"
    prefix: str
    urls: str
    titles: Titles | None = None
    explained: Titles | None = None
    icon: str = "info"

    @property
    def key(self) -> str:
        return self.prefix


@dataclass(frozen=True, kw_only=True)
class Tile(Part):
    """A figure on the home page: `count(access)` gives the number, None hides it; a press leads to `url_name`, with `query` where it says one.

    It is asked at every visit, so it is one statement at most. Read by web.workbench.home.
    """

    noun = "tile"
    code: str
    titles: Titles
    permission: str
    url_name: str
    count: Callable[[Any], int | None]
    alarming: bool = False
    query: str = ""


@dataclass(frozen=True, kw_only=True)
class Panel(Part):
    """A card on a page of the core: `content(access, subject)` gives what `template` shows, None leaves the card out.

    The subject of `case` is the case that the page shows, of `grid` the grid beside the map, of `place` the area whose grids and
    people the board shows (`/grids/?area=`), of `person` the account on its page for those who manage accounts; of the code of a ledger
    the record that its page shows. The person sees the page already; the panel asks for its own permission besides. Read by the
    template tag `panels`.
    """

    noun = "panel"
    on: str
    code: str
    titles: Titles
    permission: str
    template: str
    content: Callable[[Any, Any], Mapping[str, object] | None]

    @property
    def key(self) -> str:
        return f"{self.on} {self.code}"


class MapPoint(NamedTuple):
    """A point of a layer: where it is (WGS 84), what is said of it, and the page behind it.

    `mark` is a sign of at most three digits or letters that stands in the point, `tone` its colour: one of the five states of a clock. What the
    signs mean says the legend of the layer, so that nothing is said by colour alone.
    """

    lon: float
    lat: float
    title: str
    url: str
    mark: str = ""
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class MapLayer(Part):
    """Points on the map that can be switched on: `points(access, box)` gives those of the person in the box, 500 at most. Points with
    signs need a `legend`, which stands below the switch while the layer is on.

    Read by the map page and by web.workbench.map_layers, which answers for all layers.
    """

    noun = "map layer"
    code: str
    titles: Titles
    permission: str
    points: Callable[[Any, Box], Sequence[MapPoint]]
    legend: Sequence[tuple[str, str, Titles]] = ()  # sign, tone, what they mean


@dataclass(frozen=True, kw_only=True)
class MessageText(Part):
    """The text of a message: gettext_lazy sentences with %(name)s places. `work.send` names it."""

    noun = "message text"
    code: str
    subject: str | Promise
    body: str | Promise


@dataclass(frozen=True, kw_only=True)
class Setting(Part, Generic[T]):
    """Something a city may choose: `default` stands in the code, what was chosen in the database.

    The type of `default` is the type of the value. A whole number has `least` and `most` and says its `unit`; a text has
    `choices` (value → title), or is a line of at most `most` characters, which may be empty; of a `telephone` it is digits with
    spaces and hyphens. Read by `value_of` and the page of settings.
    """

    noun = "setting"
    code: str
    titles: Titles
    explained: Titles
    default: T
    unit: Titles | None = None
    least: int | None = None
    most: int | None = None
    choices: Mapping[str, Titles] | None = None
    telephone: bool = False

    @property
    def is_line(self) -> bool:
        """Whether it is a line of text, written and not chosen."""
        return isinstance(self.default, str) and self.choices is None and self.most is not None

    def fault(self) -> str:
        return "" if self.allows(self.default) else "has a default that it does not allow itself."

    def allows(self, value: object) -> bool:
        """Whether somebody may choose this value."""
        if type(value) is not type(self.default):
            return False
        if isinstance(value, bool):
            return True
        if isinstance(value, int):
            return self.least is not None and self.most is not None and self.least <= value <= self.most
        if self.is_line:
            said = str(value)
            return len(said) <= (self.most or 0) and (
                not self.telephone or re.fullmatch(r"([0-9][0-9 -]*)?", said) is not None
            )
        return self.choices is not None and value in self.choices


@dataclass(frozen=True, kw_only=True)
class Indicator(Part):
    """A share with its definition beside it; `compute(scope)` returns (numerator, denominator).

    `scope` is what linli.core.cases hands out as IndicatorScope: who asks, from when to when, for which area. `period`
    says which moment puts a row into the period, `exclusions` what is not counted; cities choose differently, so both are shown.
    """

    noun = "indicator"
    code: str
    titles: Titles
    numerator: Titles
    denominator: Titles
    compute: Callable[[Any], tuple[float, float]]
    period: Titles
    exclusions: Titles | None = None
    better: Literal["high", "low"] = "high"


@dataclass(frozen=True, kw_only=True)
class Subscriber(Part):
    """Who hears of an event: `handler` is the dotted path of a function (work, event); `name` is unique per event."""

    noun = "subscriber"
    event: str
    name: str
    handler: str

    @property
    def key(self) -> str:
        return f"{self.event} {self.name}"


@dataclass(frozen=True, kw_only=True)
class Cover(Part):
    """A function of a city's departments that the package has, and where: names of pages, commands, names of routes of the API.

    `function` is a number of linli/config/functions.py; `lacks` says what is still missing of it, empty when it is there whole.
    Read by `linli coverage`; a test walks every place that is named.
    """

    noun = "covered function"
    once_in_the_house = False  # a function may have its places in several packages
    function: str
    pages: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    lacks: str = ""

    @property
    def key(self) -> str:
        return self.function

    def fault(self) -> str:
        return "" if self.pages or self.commands or self.routes else "names no place where it is found."


@dataclass(frozen=True, kw_only=True)
class Subject(Part):
    """A noun of the domain (案卷, 网格) and the tables that keep it; declared by who creates the tables."""

    noun = "subject"
    code: str
    titles: Titles
    tables: tuple[str, ...]
