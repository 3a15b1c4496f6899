"""The mapping of an import of history: a TOML file that says which column of the old system is which field here.

Parsed once at the door into a `Mapping`; rows.py reads rows by it. docs/imports.md explains the file, and
docs/examples/boston311.toml is one that works.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils.translation import gettext as _

from linli.algorithms.coordinates import Bounds, CoordinateSystem
from linli.core.catalogue.public import CategoryKind
from linli.core.exchange.public import END_OF_DAY, is_left_out
from linli.core.platform.public import Refusal

FIELDS = (
    "reference", "reported_at", "due_at", "closed_at", "state", "category", "major", "description", "closing_note",
    "address", "lon", "lat", "source_word", "in_time",
)  # fmt: skip
REQUIRED_FIELDS = ("reference", "reported_at", "state", "category")
DROPPABLE = (
    "due_at", "major", "description", "closing_note", "address", "lon", "lat", "source_word", "in_time",
)  # fmt: skip
STATES = ("archived", "closed", "open")


class MappingError(Refusal):
    """The mapping cannot be used: names the key, its value and the mend."""

    code = "bad_mapping"


@dataclass(frozen=True)
class Mapping:
    """A parsed mapping. Columns are named as `linli.lib.tables` names them."""

    system: str
    fields: Table[str, str]
    facts: Table[str, str]
    dropped: Table[str, str]
    zone: ZoneInfo
    formats: tuple[str, ...]
    earliest: datetime
    due_clock: time  # what a due date without a time means
    as_of: datetime | None  # when the old system wrote the file: what was open and late then
    position_system: str
    bounds: Bounds | None
    states: Table[str, str]
    in_time_words: Table[str, bool]
    standard: str
    kind: str
    codes: Table[str, str]
    area_code: str
    on_bad: frozenset[str]  # fields whose bad values are dropped and counted
    sha256: str


@dataclass(frozen=True)
class Columns:
    """What becomes of the columns of one file: left out by the rule of the house, or dropped with a reason."""

    left_out: tuple[str, ...]
    dropped: tuple[tuple[str, str], ...]


def parse_mapping(content: bytes) -> Mapping:
    """Reads a mapping file. Raises MappingError naming key, value and mend."""
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MappingError(_("The mapping is no TOML file in UTF-8: %s.") % error) from None
    known = {
        "system",
        "fields",
        "facts",
        "drop",
        "time",
        "position",
        "states",
        "in_time",
        "catalogue",
        "fixed",
        "on_bad",
    }
    _only(document, known, "")
    fields = _texts(document, "fields")
    _only(fields, set(FIELDS), "fields.")
    for name in REQUIRED_FIELDS:
        if name not in fields:
            raise MappingError(_("Say in [fields] which column holds %s.") % name, field=f"fields.{name}")
    if ("lon" in fields) != ("lat" in fields):
        raise MappingError(_("A position needs both longitude and latitude."), field="fields.lon")
    facts = _texts(document, "facts")
    for key, column in [*fields.items(), *facts.items()]:
        if is_left_out(column):
            raise MappingError(
                _("%(key)s = “%(value)s”: linli has no place for this; take it out of the mapping.")
                % {"key": key, "value": column},
                field=key,
            )
    time_table = _table(document, "time")
    zone, formats, earliest, due_clock = _time(time_table)
    position_system, bounds = _position(_table(document, "position"))
    catalogue = _table(document, "catalogue")
    _only(catalogue, {"standard", "kind", "codes"}, "catalogue.")
    fixed = _texts(document, "fixed")
    _only(fixed, {"area"}, "fixed.")
    return Mapping(
        system=_text(document, "system", 40), fields=fields, facts=facts, dropped=_texts(document, "drop"),
        zone=zone, formats=formats, earliest=earliest, due_clock=due_clock, as_of=_as_of(time_table, zone), position_system=position_system, bounds=bounds,
        states=_words(document), in_time_words=_flags(document),
        standard=_text(catalogue, "standard", 40, "catalogue."), kind=_kind(catalogue),
        codes=_texts(catalogue, "codes"), area_code=fixed.get("area", ""), on_bad=_on_bad(document), sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip


def check_columns(mapping: Mapping, columns: Sequence[str]) -> Columns:
    """What becomes of each column. Raises MappingError for one that is missing, or neither taken nor dropped."""
    taken = {*mapping.fields.values(), *mapping.facts.values()}
    missing = sorted(taken - set(columns))
    if missing:
        raise MappingError(
            _("The file has no column %(missing)s; it has %(columns)s.")
            % {"missing": ", ".join(missing), "columns": ", ".join(columns)},
            field="fields",
        )
    left_out = tuple(column for column in columns if is_left_out(column))
    open_ones = [column for column in columns if column not in {*taken, *mapping.dropped, *left_out}]
    if open_ones:
        raise MappingError(
            _(
                "Say in the mapping what becomes of %s: take it in [fields] or [facts], "
                "or name it in [drop] with the reason."
            )
            % ", ".join(open_ones),
            field="drop",
        )
    dropped = tuple((column, mapping.dropped[column]) for column in columns if column in mapping.dropped)
    return Columns(left_out, dropped)


def _time(table: Table[str, Any]) -> tuple[ZoneInfo, tuple[str, ...], datetime, time]:
    _only(table, {"zone", "formats", "earliest", "as_of", "due_clock"}, "time.")
    name = table.get("zone", settings.TIME_ZONE)
    try:
        zone = ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError):
        raise MappingError(
            _("time.zone = “%s”: give a name such as America/New_York.") % name, field="time.zone"
        ) from None
    formats = table.get("formats", ["auto"])
    if not isinstance(formats, list) or not formats or not all(isinstance(one, str) for one in formats):
        raise MappingError(_('time.formats: give a list such as ["%%Y-%%m-%%d %%H:%%M:%%S"].'), field="time.formats")
    earliest = table.get("earliest", date(1990, 1, 1))
    if not isinstance(earliest, date) or isinstance(earliest, datetime):
        raise MappingError(_("time.earliest: give a date such as 2010-01-01."), field="time.earliest")
    begins = datetime(earliest.year, earliest.month, earliest.day, tzinfo=zone).astimezone(UTC)
    return zone, tuple(formats), begins, _due_clock(table.get("due_clock", END_OF_DAY))


def _due_clock(given: object) -> time:
    """A TOML time, or its text."""
    try:
        clock = given if isinstance(given, time) else time.fromisoformat(str(given))
    except ValueError:
        raise MappingError(
            _("time.due_clock = “%s”: give a clock time such as 17:30:00.") % given, field="time.due_clock"
        ) from None
    return clock.replace(tzinfo=None)


def _on_bad(document: Table[str, Any]) -> frozenset[str]:
    """Fields of which a bad value is dropped: those that a case can do without."""
    given = _texts(document, "on_bad")
    _only(given, set(DROPPABLE), "on_bad.")
    for name, what in given.items():
        if what != "drop":
            raise MappingError(
                _("%(key)s = “%(value)s”: the only word is drop.") % {"key": f"on_bad.{name}", "value": what},
                field=f"on_bad.{name}",
            )
    return frozenset("lon" if name == "lat" else name for name in given)


def _as_of(table: Table[str, Any], zone: ZoneInfo) -> datetime | None:
    as_of = table.get("as_of")
    if as_of is None:
        return None
    if not isinstance(as_of, datetime):
        raise MappingError(
            _("time.as_of: give the time of the export, such as 2025-01-08T04:00:00."), field="time.as_of"
        )
    return (as_of if as_of.tzinfo else as_of.replace(tzinfo=zone)).astimezone(UTC)


def _position(table: Table[str, Any]) -> tuple[str, Bounds | None]:
    _only(table, {"system", "bounds"}, "position.")
    system = table.get("system", "WGS84")
    if system not in get_args(CoordinateSystem):
        raise MappingError(
            _("The coordinate system must be one of: %s.") % ", ".join(get_args(CoordinateSystem)),
            field="position.system",
        )
    bounds = table.get("bounds")
    if bounds is None:
        return system, None
    numbers = isinstance(bounds, list) and len(bounds) == 4 and all(isinstance(one, int | float) for one in bounds)
    if not numbers or not (bounds[0] < bounds[2] and bounds[1] < bounds[3]):
        raise MappingError(_("position.bounds: give west, south, east, north in degrees."), field="position.bounds")
    return system, Bounds(*map(float, bounds))


def _words(document: Table[str, Any]) -> dict[str, str]:
    states = _texts(document, "states")
    if not states:
        raise MappingError(_("Say in [states] which word of the old system is which state here."), field="states")
    for word, state in states.items():
        if state not in STATES:
            raise MappingError(
                _("states.%(word)s = “%(value)s”: use one of: %(states)s.")
                % {"word": word, "value": state, "states": ", ".join(STATES)},
                field=f"states.{word}",
            )
    return states


def _flags(document: Table[str, Any]) -> dict[str, bool]:
    flags = _table(document, "in_time")
    if not all(isinstance(value, bool) for value in flags.values()):
        raise MappingError(_("[in_time]: give true or false for each word."), field="in_time")
    return dict(flags)


def _kind(catalogue: Table[str, Any]) -> str:
    kind = catalogue.get("kind", "matter")
    if kind not in CategoryKind.values:
        raise MappingError(_("Use one of: %s.") % ", ".join(CategoryKind.values), field="catalogue.kind")
    return str(kind)


def _only(table: Table[str, Any], known: set[str], prefix: str) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise MappingError(
            _("The mapping has the unknown key %(key)s; known are: %(known)s.")
            % {"key": f"{prefix}{unknown[0]}", "known": ", ".join(sorted(known))},
            field=f"{prefix}{unknown[0]}",
        )


def _table(document: Table[str, Any], name: str) -> dict[str, Any]:
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise MappingError(_("%s must be a table of its own.") % f"[{name}]", field=name)
    return table


def _texts(document: Table[str, Any], name: str) -> dict[str, str]:
    table = _table(document, name)
    for key, value in table.items():
        if not isinstance(value, str) or not value.strip():
            raise MappingError(_("%(key)s: give a text.") % {"key": f"{name}.{key}"}, field=f"{name}.{key}")
    return table


def _text(table: Table[str, Any], name: str, most: int, prefix: str = "") -> str:
    value = table.get(name)
    if not isinstance(value, str) or not 0 < len(value.strip()) <= most:
        raise MappingError(
            _("%(key)s: give a name of at most %(most)s characters.") % {"key": f"{prefix}{name}", "most": most},
            field=f"{prefix}{name}",
        )
    return value.strip()
