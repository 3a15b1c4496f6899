"""Which column of a file is which column of an import: guessed by the headings, remembered for the unit, changed by people."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.core.exchange.left_out import is_left_out
from linli.core.exchange.models import UnitMapping
from linli.core.platform.public import (
    Actor,
    BadInput,
    Import,
    Refusal,
    heading_key,
    insert_rows,
    listed,
    locked,
    title_in,
    write,
)

ColumnMap = dict[str, str]
"""Code of a column of the import → heading of the file."""


class BadMapping(Refusal):
    """The columns of a file do not do: names them and the mend."""

    code = "bad_mapping"
    status = 422


@dataclass(frozen=True, slots=True)
class Headings:
    """What becomes of the headings of a file: those that are taken, those that linli keeps nothing of, those that nobody asks for."""

    taken: Mapping[str, str]  # heading → code
    left_out: tuple[str, ...]
    ignored: tuple[str, ...]


def guessed(declared: Import, columns: Sequence[str], remembered: Mapping[str, str] | None = None) -> ColumnMap:
    """The likely mapping of a file: what the unit chose for these headings before, then titles, codes and aliases. Order does not matter.

    What linli keeps nothing of is never taken.
    """
    codes = {heading_key(name): column.code for column in declared.columns for name in column.names()}
    known = {column.code for column in declared.columns}
    found: ColumnMap = {}
    open_ones = []
    for heading in columns:
        if is_left_out(heading):
            continue
        chosen = (remembered or {}).get(heading_key(heading))
        if chosen is None:
            open_ones.append(heading)
        elif chosen in known:
            found.setdefault(chosen, heading)
    for heading in open_ones:
        code = codes.get(heading_key(heading))
        if code is not None:
            found.setdefault(code, heading)
    return found


def check_mapping(declared: Import, mapping: Mapping[str, str], columns: Sequence[str]) -> Headings:
    """What becomes of the headings of a file. Raises BadMapping for a column that is missing or does not exist, one heading taken twice, and
    one that linli keeps nothing of."""
    titles = {column.code: title_in(column.titles) for column in declared.columns}
    unknown = [code for code in mapping if code not in titles]
    if unknown:
        raise BadMapping(
            _("There is no column “%(column)s” in this import; there are: %(columns)s.")
            % {"column": unknown[0], "columns": listed(titles)},
            field=unknown[0],
        )
    for code, heading in mapping.items():
        if heading not in columns:
            raise BadMapping(
                _("The file has no column “%(heading)s”; it has: %(columns)s.")
                % {"heading": heading, "columns": listed(columns[:40])},
                field=code,
            )
        if is_left_out(heading):
            raise BadMapping(_("“%s” is left out: linli keeps nothing of this kind.") % heading, field=code)
    twice = [heading for heading in mapping.values() if list(mapping.values()).count(heading) > 1]
    if twice:
        raise BadMapping(_("The column “%s” is taken twice; take it once.") % twice[0])
    missing = [titles[column.code] for column in declared.columns if column.required and column.code not in mapping]
    if missing:
        raise BadMapping(
            _("Nothing is chosen for: %(missing)s. The file has: %(columns)s.")
            % {"missing": listed(missing), "columns": listed(columns[:40])}
        )
    taken = {heading: code for code, heading in mapping.items()}
    left_out = tuple(heading for heading in columns if is_left_out(heading))
    return Headings(taken, left_out, tuple(one for one in columns if one not in taken and one not in left_out))


def parse_mapping(document: bytes) -> ColumnMap:
    """Reads a mapping file for the terminal: a TOML table `[columns]` with code = heading. Raises BadMapping."""
    try:
        columns = tomllib.loads(document.decode("utf-8-sig")).get("columns")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadMapping(_("The mapping is no TOML file in UTF-8: %s.") % error) from None
    if not isinstance(columns, dict) or not all(isinstance(heading, str) for heading in columns.values()):
        raise BadMapping(_('Write a table [columns] with a line for each column: code = "heading".'))
    return columns


def remembered(unit_id: int | None, code: str) -> Mapping[str, str]:
    """What a unit chose for the headings of its files before: heading → code of a column, "" for none."""
    row = UnitMapping.objects.filter(unit_id=unit_id, code=code).first() if unit_id is not None else None
    return row.headings if row is not None else {}


def remember(actor: Actor, unit_id: int | None, code: str, columns: Sequence[str], mapping: Mapping[str, str]) -> None:
    """Keeps what was chosen for the headings of a file. Twice is once."""
    if unit_id is None:
        return
    chosen = {heading: column for column, heading in mapping.items()}
    headings = {heading_key(heading): chosen.get(heading, "") for heading in columns[:200] if not is_left_out(heading)}
    with write(actor):
        row = locked(UnitMapping.objects.filter(unit_id=unit_id, code=code)).first()
        if row is None:
            insert_rows(UnitMapping, [{"unit_id": unit_id, "code": code, "headings": headings}])
            return
        row.headings = dict(list({**row.headings, **headings}.items())[-500:])
        row.save(update_fields=["headings"])


def chosen_of(declared: Import, columns: Sequence[str], picked: Mapping[int, str]) -> ColumnMap:
    """The mapping that a person chose: place of a heading in the file → code of a column ("" for none). Raises BadInput."""
    mapping: ColumnMap = {}
    for place, code in picked.items():
        if not code:
            continue
        if code in mapping:
            title = next((title_in(one.titles) for one in declared.columns if one.code == code), code)
            raise BadInput(
                _("“%(title)s” is chosen for “%(one)s” and “%(other)s”; choose it once.")
                % {"title": title, "one": mapping[code], "other": columns[place]},
                field=f"column_{place}",
            )
        mapping[code] = columns[place]
    return mapping
