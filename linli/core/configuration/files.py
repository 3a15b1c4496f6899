"""Files of a table: an import whose rows become one draft, which is looked at, previewed and put in force like a change made by hand.

Opening the file, finding columns, faults by row and the dry run are those of linli.core.exchange. Each file is a statement of its own: rows
that came before count anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid4, uuid5

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.core.configuration.kinds import columns_of, parse
from linli.core.configuration.models import ChangeState, ConfigChange
from linli.core.configuration.services import begin_change, draft_rows
from linli.core.configuration.table import ConfigTable
from linli.core.platform.public import (
    BadCell,
    BadInput,
    Became,
    BroughtIn,
    Import,
    ImportAsked,
    Part,
    Work,
    write,
)

SPACE = UUID("5a0e5a38-2f0f-4f0e-9d2b-0a4c9e3a7d11")


class FileRow(NamedTuple):
    """A row of a file, as values of the table."""

    key: str
    values: dict[str, Any]
    reference: str


def with_files(*tables: ConfigTable) -> tuple[Part, ...]:
    """Tables with the imports of their files, for the slot `settled` of a descriptor."""
    return tuple(part for table in tables for part in (table, import_of(table)))


def import_of(table: ConfigTable) -> Import:
    """The import of a table's files."""
    columns = [column for one in table.fields for column in columns_of(one)]
    if table.file_columns:
        named = {one.code for one in table.file_columns}
        columns = [*(one for one in columns if one.code not in named), *table.file_columns]
    return Import(
        code=table.import_code,
        titles={"zh-hans": f"配置：{table.titles['zh-hans']}", "en": f"Configuration: {table.titles['en']}"},
        explained={
            "zh-hans": f"{table.explained['zh-hans']}导入的行先成为一份草稿，看过差异与影响后再生效。",
            "en": f"{table.explained['en']} The rows become a draft first; it takes effect when you have seen what differs.",
        },
        permission=table.permission,
        columns=tuple(columns),
        row=lambda cells, asked: row_of(table, cells, asked),
        reference=lambda row: str(row.reference),
        keep=lambda work, rows, asked: keep_rows(table, work, rows, asked),
        take_back=lambda work, kept, asked: take_back(work, kept, asked),
        anew=True,
        goes_on=draft_address,
    )  # fmt: skip


def row_of(table: ConfigTable, cells: Mapping[str, Any], asked: ImportAsked) -> FileRow:  # noqa: ARG001 - of a declaration
    """A row of a file as values. Raises BadCell."""
    given = dict(cells)
    try:
        if table.from_file is not None:
            given = table.from_file(given)
        values: dict[str, Any] = {}
        for one in table.fields:
            if one.kind == "rows" and one.code not in given:
                values[one.code] = [{sub.code: parse(sub, given.get(sub.code)) for sub in one.rows}]
            elif one.kind == "rows":
                values[one.code] = given[one.code]
            else:
                values[one.code] = parse(one, given.get(one.code))
        values = table.checked(values)
    except BadInput as refusal:
        column = refusal.field if refusal.field in cells else next(iter(cells))
        raise BadCell(column, refusal.sentence) from None
    key = table.key_of(values)
    joined = [values[one.code] for one in table.fields if one.kind == "rows"]
    return FileRow(key, values, hashlib.blake2b(f"{key}\0{joined}".encode(), digest_size=16).hexdigest())


def draft_address(import_id: int) -> str:
    """The page of the draft that an import has made; "" when it was dropped."""
    found = (
        ConfigChange.objects.filter(import_id=import_id)
        .exclude(state=ChangeState.DROPPED)
        .values_list("id", flat=True)
        .first()
    )
    return reverse("configuration-change", args=[found]) if found else ""


def _change(table: ConfigTable, asked: ImportAsked, work: Work) -> ConfigChange:
    """The draft of an import; made with its first rows."""
    found = ConfigChange.objects.filter(import_id=asked.import_id, table=table.code).first()
    if found is not None:
        return found
    uuid = uuid5(SPACE, str(asked.import_id)) if asked.import_id else uuid4()
    return begin_change(
        work.actor, access=asked.access, uuid=uuid, table=table, origin="file", import_id=asked.import_id
    )


def keep_rows(table: ConfigTable, work: Work, rows: Sequence[FileRow], asked: ImportAsked) -> list[Became]:
    """Puts rows of a file into the draft of the import."""
    change = _change(table, asked, work)
    there = table.timelines()
    draft_rows(
        work.actor, access=asked.access, change=change, table=table, rows=[row.values for row in rows], joined=table.join is not None
    )  # fmt: skip
    return [Became(change.id, "changed" if row.key in there else "added") for row in rows]


def take_back(work: Work, kept: Sequence[BroughtIn], asked: ImportAsked) -> dict[int, str]:
    """Drops the draft of an import; one that was put in force is undone on its own page."""
    why: dict[int, str] = {}
    for change_id in {one.subject_id for one in kept}:
        change = ConfigChange.objects.filter(id=change_id).first()
        if change is not None and change.state == ChangeState.PUT:
            why[change_id] = _("Change %s is in force; undo it on its own page.") % change_id
        elif change is not None and change.state == ChangeState.DRAFT:
            with write(work.actor):
                ConfigChange.objects.filter(id=change_id).update(state=ChangeState.DROPPED, seq=change.seq + 1)
                work.audit("city", "config.drop", "config_change", change_id, {"import": asked.import_id})
    return why
