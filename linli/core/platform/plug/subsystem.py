"""The descriptor by which a subsystem (or a core area) tells the core what it brings: roles, categories, pages, data.

A package puts a `descriptor.py` beside its `apps.py`; it is imported when all models are loaded and calls `register` (a
subsystem) or `register_area` (a core area). `matrices.py` stands next to it and draws the create/use matrices from
it. Late registration is refused: what a server process can do must not depend on which page was opened first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import get_language

Titles = Mapping[str, str]
"""A name in each language: {"zh-hans": "巡查", "en": "Patrol"}; both are required."""

LANGUAGES = ("zh-hans", "en")
ClockUnit = Literal["urgent_hour", "work_hour", "work_day", "calendar_day"]


def title_in(titles: Titles, language: str | None = None) -> str:
    """The title in `language` (default: the active one), in Simplified Chinese when that language is missing."""
    return titles.get(language or get_language() or "zh-hans", titles["zh-hans"])


@dataclass(frozen=True, kw_only=True)
class RolePlan:
    """A new role with the permission codes it holds from the start; `Subsystem.adds` widens a role of somebody else."""

    code: str
    titles: Titles
    permissions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CategoryPlan:
    """A case category with one filing condition and its limit; the standard is the subsystem's own code."""

    kind: Literal["component", "matter"]
    code: str
    titles: Titles
    filing_condition: Titles
    closing_condition: Titles
    limit: float
    unit: ClockUnit


@dataclass(frozen=True, kw_only=True)
class MenuEntry:
    """A line in the rail of the workbench, shown to who holds the permission."""

    titles: Titles
    url_name: str
    permission: str
    icon: str
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """A share with its definition beside it; `compute(scope)` returns (numerator, denominator).

    `scope` is what linli.core.cases hands out as IndicatorScope: who asks, from when to when, for which area. `period`
    says which moment puts a row into the period, `exclusions` what is not counted; cities choose differently, so both are shown.
    """

    code: str
    titles: Titles
    numerator: Titles
    denominator: Titles
    compute: Callable[[Any], tuple[float, float]]
    period: Titles
    exclusions: Titles | None = None
    better: Literal["high", "low"] = "high"


@dataclass(frozen=True, kw_only=True)
class Subscriber:
    """Who hears of an event: `handler` is the dotted path of a function (work, event); `name` is unique per event."""

    event: str
    name: str
    handler: str


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A noun of the domain (案卷, 网格) and the tables that keep it; declared by who creates the tables."""

    code: str
    titles: Titles
    tables: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ModuleTables:
    """Which tables one Python module of the package creates rows in and which it only reads."""

    module: str
    creates: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()


class FlowPart(Protocol):
    """What the descriptor knows of a flow (linli.core.flow): its code, the permissions it asks for, the events it emits."""

    @property
    def code(self) -> str: ...
    @property
    def permission_codes(self) -> frozenset[str]: ...
    @property
    def events(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, kw_only=True)
class AreaTables:
    """What a core area or a subsystem brings besides pages, above all its data: the database tables
    (`Model._meta.db_table`) it creates and uses.

    `modules` gives the finer rows of the module × table matrix; what it names counts for the package too, so a package
    may name its tables there only. `permissions` are the codes (`noun.verb`) that its pages and services ask for: no
    role holds and no page asks for one that nobody declares. `events` are those it emits. `flows` bring theirs with them.
    """

    code: str
    titles: Titles
    creates: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    modules: tuple[ModuleTables, ...] = ()
    permissions: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    flows: tuple[FlowPart, ...] = ()
    indicators: tuple[Indicator, ...] = ()

    def all_permissions(self) -> tuple[str, ...]:
        """The permissions that it declares, and those of its flows."""
        return tuple(
            dict.fromkeys((*self.permissions, *(code for flow in self.flows for code in sorted(flow.permission_codes))))
        )

    def all_events(self) -> tuple[str, ...]:
        """The events that it declares, and those of its flows."""
        return (*self.events, *(event for flow in self.flows for event in flow.events))

    def created(self) -> frozenset[str]:
        """All tables the package creates rows in."""
        return frozenset(self.creates).union(*(part.creates for part in self.modules))

    def used(self) -> frozenset[str]:
        """All tables the package reads without creating rows in them."""
        return frozenset(self.uses).union(*(part.uses for part in self.modules)) - self.created()


@dataclass(frozen=True, kw_only=True)
class Subsystem(AreaTables):
    """All that a subsystem adds to the core.

    `urls`, `api` and `jobs` are module paths, joined by linli.config and linli.web: addresses below `/<code>/`, a ninja
    `router` below `/api/v1/<code>/`, jobs in every process. `adds` gives permissions to roles that are there without
    it. `commands` are those of the command line, `linli <name>` → dotted path of a click command, loaded only when it is asked
    for. tests/subsystems/test_full_example.py fills every slot and looks for its effect.
    """

    roles: tuple[RolePlan, ...] = ()
    adds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    categories: tuple[CategoryPlan, ...] = ()
    menu: tuple[MenuEntry, ...] = ()
    urls: str = ""
    api: str | None = None
    subscribers: tuple[Subscriber, ...] = ()
    jobs: str | None = None
    commands: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Register:
    areas: dict[str, AreaTables] = field(default_factory=dict)
    subsystems: dict[str, Subsystem] = field(default_factory=dict)
    # What must be there once in the whole house: code → who brings it.
    permissions: dict[str, str] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)
    indicators: dict[str, str] = field(default_factory=dict)
    commands: dict[str, str] = field(default_factory=dict)
    flows: dict[str, str] = field(default_factory=dict)


_register = _Register()


def register(subsystem: Subsystem) -> Subsystem:
    """Adds a subsystem; call it from `descriptor.py` only.

    Raises ImproperlyConfigured after start, for a code that is taken, a missing title, or codes that occur twice.
    """
    _admit(subsystem)
    _check_parts(subsystem)
    _register.subsystems[subsystem.code] = subsystem
    return subsystem


def register_area(area: AreaTables) -> AreaTables:
    """Adds a core area's own description. Raises as `register` does."""
    _admit(area)
    _register.areas[area.code] = area
    return area


def subsystems() -> tuple[Subsystem, ...]:
    """The installed subsystems in the order of the settings."""
    return tuple(_register.subsystems.values())


def described_areas() -> tuple[AreaTables, ...]:
    """The core areas that described themselves, in the order of the settings."""
    return tuple(_register.areas.values())


def menu_entries() -> tuple[MenuEntry, ...]:
    """The menu entries of all subsystems by their order."""
    return tuple(sorted((entry for one in subsystems() for entry in one.menu), key=lambda entry: entry.order))


def indicators() -> tuple[tuple[AreaTables, Indicator], ...]:
    """The indicators of core areas and subsystems, each with who brings it, in the order of the settings."""
    return tuple((one, indicator) for one in (*described_areas(), *subsystems()) for indicator in one.indicators)


def flow_parts() -> tuple[FlowPart, ...]:
    """The flows of core areas and subsystems, in the order of the settings; linli.core.flow reads them."""
    return tuple(flow for one in (*described_areas(), *subsystems()) for flow in one.flows)


def permissions() -> dict[str, str]:
    """Every permission that some package declares, with the code of that package."""
    return _register.permissions


def events() -> dict[str, str]:
    """Every event that some package declares to emit, with the code of that package."""
    return _register.events


def department_commands() -> dict[str, str]:
    """The commands that the installed subsystems bring to the command line, name → dotted path."""
    return {name: path for one in subsystems() for name, path in one.commands.items()}


def load_descriptors() -> None:
    """Imports `descriptor.py` of every installed app that has one; PlatformConfig.ready calls it once."""
    autodiscover_modules("descriptor")


def check_descriptors() -> None:
    """What shows only when all have registered; raises ImproperlyConfigured for a name that nobody brings.

    The last app calls it once, so that nothing is dropped in silence later.
    """
    for subsystem in subsystems():
        asked = [(f"the menu entry {entry.url_name!r}", entry.permission) for entry in subsystem.menu]
        asked += [(f"the role {plan.code!r}", code) for plan in subsystem.roles for code in plan.permissions]
        asked += [(f"what it adds to {role!r}", code) for role, codes in subsystem.adds.items() for code in codes]
        for what, code in asked:
            check_permission(code, f"{subsystem.code!r}: {what}")
        for part in subsystem.subscribers:
            if part.event not in _register.events:
                raise ImproperlyConfigured(f"{subsystem.code!r} subscribes to {part.event!r}, which nobody emits.")


def check_permission(code: str, where: str) -> None:
    """Raises ImproperlyConfigured, naming `where`, for a permission that no package declares."""
    if code not in _register.permissions:
        raise ImproperlyConfigured(
            f"{where} names the permission {code!r}, which no package declares; "
            "correct it, or add it to `permissions` of a descriptor."
        )


def _admit(newcomer: AreaTables) -> None:
    if apps.ready:
        raise ImproperlyConfigured(
            f"{newcomer.code!r} registers after the start; call register() from its descriptor.py, nowhere else."
        )
    if newcomer.code in _register.areas or newcomer.code in _register.subsystems:
        raise ImproperlyConfigured(f"Two packages call themselves {newcomer.code!r}; give one of them another code.")
    for noun, codes, owners in _brought_once(newcomer):
        for code in codes:
            if code in owners:
                raise ImproperlyConfigured(
                    f"{newcomer.code!r} brings the {noun} {code!r}, which {owners[code]!r} brings already; choose another."
                )
    _check_titles(newcomer.code, newcomer.titles)
    for subject in newcomer.subjects:
        _check_titles(f"{newcomer.code}: subject {subject.code}", subject.titles)
    _check_indicators(newcomer)
    both = newcomer.created() & frozenset(newcomer.uses)
    if both:
        raise ImproperlyConfigured(
            f"{newcomer.code!r} names {sorted(both)} under creates and under uses; keep creates."
        )
    for _noun, codes, owners in _brought_once(newcomer):
        owners.update(dict.fromkeys(codes, newcomer.code))


def _brought_once(newcomer: AreaTables) -> Iterator[tuple[str, tuple[str, ...], dict[str, str]]]:
    """What of a package may stand once in the whole house: noun, its codes, and who brought which so far."""
    yield "permission", newcomer.all_permissions(), _register.permissions
    yield "event", newcomer.all_events(), _register.events
    yield "flow", tuple(flow.code for flow in newcomer.flows), _register.flows
    yield "indicator", tuple(indicator.code for indicator in newcomer.indicators), _register.indicators
    yield "command", tuple(newcomer.commands) if isinstance(newcomer, Subsystem) else (), _register.commands


def _check_indicators(newcomer: AreaTables) -> None:
    codes = [indicator.code for indicator in newcomer.indicators]
    for indicator in newcomer.indicators:
        if codes.count(indicator.code) > 1:
            raise ImproperlyConfigured(f"{newcomer.code!r} gives the indicator {indicator.code!r} twice; keep one.")
        for titles in (
            indicator.titles,
            indicator.numerator,
            indicator.denominator,
            indicator.period,
            indicator.exclusions,
        ):
            if titles is not None:
                _check_titles(f"{newcomer.code}: {indicator.code}", titles)


def _check_parts(subsystem: Subsystem) -> None:
    groups: list[tuple[str, list[str]]] = [
        ("role", [plan.code for plan in subsystem.roles]),
        ("permission", list(subsystem.permissions)),
        ("category", [f"{plan.kind} {plan.code}" for plan in subsystem.categories]),
        ("subscriber", [f"{part.event} {part.name}" for part in subsystem.subscribers]),
    ]
    for noun, codes in groups:
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ImproperlyConfigured(f"{subsystem.code!r} gives the {noun} {twice[0]!r} twice; keep one.")
    titled: list[tuple[str, Titles]] = [(plan.code, plan.titles) for plan in subsystem.roles]
    for category in subsystem.categories:
        for titles in (category.titles, category.filing_condition, category.closing_condition):
            titled.append((category.code, titles))
        if category.limit <= 0:
            raise ImproperlyConfigured(f"{subsystem.code!r}: category {category.code!r} needs a limit above zero.")
    titled += [(entry.url_name, entry.titles) for entry in subsystem.menu]
    for code, titles in titled:
        _check_titles(f"{subsystem.code}: {code}", titles)


def _check_titles(where: str, titles: Titles) -> None:
    for language in LANGUAGES:
        if not titles.get(language, "").strip():
            raise ImproperlyConfigured(f"{where}: the title in {language!r} is missing.")
