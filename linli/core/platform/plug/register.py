"""The descriptor by which a subsystem (or a core area) tells the core what it brings: roles, categories, pages, data.

A package puts a `descriptor.py` beside its `apps.py`; it is imported when all models are loaded and calls `register` (a
subsystem) or `register_area` (a core area). `parts.py` next door says what can stand in its slots.
Late registration is refused: what a server process can do must not depend on which page was opened first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, TypeVar

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import get_language

from linli.core.platform.plug.city_parts import CityCheck, SetupStep, UnitHold
from linli.core.platform.plug.form_plan import FormPlan
from linli.core.platform.plug.imports import Import
from linli.core.platform.plug.message_texts import message_template
from linli.core.platform.plug.parts import (
    CategoryPlan,
    Cover,
    FlowPart,
    Indicator,
    LedgerPart,
    MapLayer,
    MenuEntry,
    MessageText,
    Panel,
    Part,
    PublicPages,
    RolePlan,
    Setting,
    SourcePlan,
    Subject,
    Subscriber,
    Tile,
    Titles,
)
from linli.core.platform.plug.person_service import PersonService
from linli.core.platform.plug.search_parts import SearchKind

LANGUAGES = ("zh-hans", "en")
PANEL_PAGES = ("case", "grid", "place", "person")
P = TypeVar("P", bound=Part)


def title_in(titles: Titles, language: str | None = None) -> str:
    """The title in `language` (default: the active one), in Simplified Chinese when that language is missing."""
    return titles.get(language or get_language() or "zh-hans", titles["zh-hans"])


@dataclass(frozen=True, kw_only=True)
class Package:
    """What a core area or a subsystem brings besides pages.

    `code` is the label of its app; which tables it creates and uses is derived (tables.py), `subjects` give the nouns to them.
    `permissions` are the codes (`noun.verb`) that its pages and services ask for: no role holds and no page asks for one that
    nobody declares. `events` are those it emits. `flows` and `ledgers` bring theirs with them.
    """

    code: str
    titles: Titles
    subjects: tuple[Subject, ...] = ()
    permissions: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    flows: tuple[FlowPart, ...] = ()
    ledgers: tuple[LedgerPart, ...] = ()
    forms: tuple[FormPlan, ...] = ()
    panels: tuple[Panel, ...] = ()
    tiles: tuple[Tile, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    services: tuple[PersonService, ...] = ()
    settings: tuple[Setting[Any], ...] = ()
    covers: tuple[Cover, ...] = ()
    imports: tuple[Import, ...] = ()
    search: tuple[SearchKind, ...] = ()
    unit_holds: tuple[UnitHold, ...] = ()
    setup: tuple[SetupStep, ...] = ()
    checks: tuple[CityCheck, ...] = ()
    settled: tuple[Part, ...] = ()

    @cached_property
    def all_parts(self) -> tuple[Part, ...]:
        """The parts of all slots, in their order, and those that its ledgers and services bring; every page asks for those of some class."""
        values = (getattr(self, slot.name) for slot in fields(self))
        own = (part for value in values if isinstance(value, tuple) for part in value if isinstance(part, Part))
        return (
            *own,
            *(part for one in self.ledgers for part in one.parts),
            *(part for one in self.services for part in one.parts),
        )

    def all_permissions(self) -> tuple[str, ...]:
        """The permissions that it declares, and those of its flows and ledgers."""
        brought = {code for flow in self.flows for code in flow.permission_codes}
        brought |= {code for ledger in self.ledgers for code in ledger.permission_codes}
        return (*self.permissions, *sorted(brought - set(self.permissions)))

    def all_events(self) -> tuple[str, ...]:
        """The events that it declares, and those of its flows."""
        return (*self.events, *(event for flow in self.flows for event in flow.events))


@dataclass(frozen=True, kw_only=True)
class Subsystem(Package):
    """All that a subsystem adds to the core.

    `urls`, `api` and `jobs` are module paths, joined by linli.config and linli.web: addresses below `/<code>/`, a ninja
    `router` below `/api/v1/<code>/`, jobs in every process. `adds` gives permissions to roles that are there without
    it. `commands` are those of the command line, `linli <name>` → dotted path of a click command, loaded only when it is asked
    for. `demo` is the dotted path of a function that is given the demo city (`DemoTown`) and gives what happens there, as
    generators that yield the instant at which they go on; read by linli.demo.

    What stands in the other slots says its class in `parts.py`. linli/subsystems/example/tests/test_full_example.py fills every slot and
    looks for its effect.
    """

    roles: tuple[RolePlan, ...] = ()
    adds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    categories: tuple[CategoryPlan, ...] = ()
    sources: tuple[SourcePlan, ...] = ()
    menu: tuple[MenuEntry, ...] = ()
    urls: str = ""
    public_pages: tuple[PublicPages, ...] = ()
    api: str | None = None
    layers: tuple[MapLayer, ...] = ()
    messages: tuple[MessageText, ...] = ()
    subscribers: tuple[Subscriber, ...] = ()
    jobs: str | None = None
    commands: Mapping[str, str] = field(default_factory=dict)
    demo: str | None = None


@dataclass
class _Register:
    areas: dict[str, Package] = field(default_factory=dict)
    subsystems: dict[str, Subsystem] = field(default_factory=dict)
    # What must be there once in the whole house: noun → code → who brings it.
    owners: dict[str, dict[str, str]] = field(default_factory=dict)

    def owners_of(self, noun: str) -> dict[str, str]:
        return self.owners.setdefault(noun, {})


_register = _Register()


def register(subsystem: Subsystem) -> Subsystem:
    """Adds a subsystem; call it from `descriptor.py` only.

    Raises ImproperlyConfigured after start, for a code that is taken, a missing title, or codes that occur twice.
    """
    _admit(subsystem)
    _register.subsystems[subsystem.code] = subsystem
    for text in subsystem.messages:
        message_template(text.code, text.subject, text.body)
    return subsystem


def register_area(area: Package) -> Package:
    """Adds a core area's own description. Raises as `register` does."""
    _admit(area)
    _register.areas[area.code] = area
    return area


def subsystems() -> tuple[Subsystem, ...]:
    """The installed subsystems in the order of the settings."""
    return tuple(_register.subsystems.values())


def described_areas() -> tuple[Package, ...]:
    """The core areas that described themselves, in the order of the settings."""
    return tuple(_register.areas.values())


def parts(kind: type[P]) -> tuple[P, ...]:
    """All parts of one class, such as `parts(Tile)`, those of core areas first, in the order of the settings."""
    return tuple(part for _package, part in brought(kind))


def brought(kind: type[P]) -> tuple[tuple[Package, P], ...]:
    """All parts of one class, each with the package that brings it."""
    packages = (*described_areas(), *subsystems())
    return tuple((one, part) for one in packages for part in one.all_parts if isinstance(part, kind))


def menu_entries() -> tuple[MenuEntry, ...]:
    """The menu entries of all subsystems by their order."""
    return tuple(sorted(parts(MenuEntry), key=lambda entry: entry.order))


def flow_parts() -> tuple[FlowPart, ...]:
    """The flows of core areas and subsystems, in the order of the settings; linli.core.flow reads them."""
    return tuple(flow for one in (*described_areas(), *subsystems()) for flow in one.flows)


def ledger_parts() -> tuple[LedgerPart, ...]:
    """The ledgers of core areas and subsystems, in the order of the settings; linli.core.ledger reads them."""
    return tuple(ledger for one in (*described_areas(), *subsystems()) for ledger in one.ledgers)


def permissions() -> dict[str, str]:
    """Every permission that some package declares, with the code of that package."""
    return _register.owners_of("permission")


def events() -> dict[str, str]:
    """Every event that some package declares to emit, with the code of that package."""
    return _register.owners_of("event")


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
    pages = {*PANEL_PAGES, *_register.owners_of("ledger")}
    for one in (*described_areas(), *subsystems()):
        for panel in (part for part in one.all_parts if isinstance(part, Panel) and part.on not in pages):
            raise ImproperlyConfigured(
                f"{one.code!r} puts the panel {panel.code!r} on {panel.on!r}; there are {', '.join(sorted(pages))}."
            )
        asked = [
            (f"the {part.noun} {part.key!r}", code)
            for part in one.all_parts
            if (code := getattr(part, "permission", ""))
        ]
        if isinstance(one, Subsystem):
            asked += [(f"the role {plan.code!r}", code) for plan in one.roles for code in plan.permissions]
            asked += [(f"what it adds to {role!r}", code) for role, codes in one.adds.items() for code in codes]
            for part in one.subscribers:
                if part.event not in events():
                    raise ImproperlyConfigured(f"{one.code!r} subscribes to {part.event!r}, which nobody emits.")
        for what, code in asked:
            check_permission(code, f"{one.code!r}: {what}")


def check_permission(code: str, where: str) -> None:
    """Raises ImproperlyConfigured, naming `where`, for a permission that no package declares."""
    if code not in _register.owners_of("permission"):
        raise ImproperlyConfigured(
            f"{where} names the permission {code!r}, which no package declares; "
            "correct it, or add it to `permissions` of a descriptor."
        )


def _admit(newcomer: Package) -> None:
    if apps.ready:
        raise ImproperlyConfigured(
            f"{newcomer.code!r} registers after the start; call register() from its descriptor.py, nowhere else."
        )
    if newcomer.code in _register.areas or newcomer.code in _register.subsystems:
        raise ImproperlyConfigured(f"Two packages call themselves {newcomer.code!r}; give one of them another code.")
    claimed: set[tuple[str, str]] = set()
    for noun, code, in_the_house in _brought_once(newcomer):
        elsewhere = _register.owners_of(noun).get(code) if in_the_house else None
        owner = newcomer.code if (noun, code) in claimed else elsewhere
        if owner == newcomer.code:
            raise ImproperlyConfigured(f"{newcomer.code!r} gives the {noun} {code!r} twice; keep one.")
        if owner is not None:
            raise ImproperlyConfigured(
                f"{newcomer.code!r} brings the {noun} {code!r}, which {owner!r} brings already; choose another."
            )
        claimed.add((noun, code))
    _check_titles(newcomer.code, newcomer.titles)
    for part in newcomer.all_parts:
        _check_part(newcomer.code, part)
    for noun, code in claimed:
        _register.owners_of(noun)[code] = newcomer.code


def _brought_once(newcomer: Package) -> Iterator[tuple[str, str, bool]]:
    """What of a package may stand once: noun, code, and whether in the whole house or in the package only."""
    yield from (("permission", code, True) for code in newcomer.all_permissions())
    yield from (("event", code, True) for code in newcomer.all_events())
    yield from (("flow", flow.code, True) for flow in newcomer.flows)
    yield from (("ledger", ledger.code, True) for ledger in newcomer.ledgers)
    if isinstance(newcomer, Subsystem):
        yield from (("command", code, True) for code in newcomer.commands)
    for part in newcomer.all_parts:
        yield part.noun, part.key, part.once_in_the_house


def _check_part(owner: str, part: Part) -> None:
    where = f"{owner}: the {part.noun} {part.key!r}"
    for slot in fields(part):  # type: ignore[arg-type]  # every part is a dataclass
        value = getattr(part, slot.name)
        if isinstance(value, Mapping):
            for titles in [one for one in value.values() if isinstance(one, Mapping)] or [value]:
                _check_titles(where, titles)
    fault = part.fault()
    if fault:
        raise ImproperlyConfigured(f"{where} {fault}")


def _check_titles(where: str, titles: Titles) -> None:
    for language in LANGUAGES:
        if not titles.get(language, "").strip():
            raise ImproperlyConfigured(f"{where}: the title in {language!r} is missing.")
