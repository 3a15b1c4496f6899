"""What a person does with an import on its pages, step by step. Each moves the row from states in which it may be asked for; pressed twice it
is done once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.core.access.public import Access, names_of
from linli.core.areas.public import area_tree
from linli.core.exchange.folder import forget, keep_table
from linli.core.exchange.ground import first_values, look_again
from linli.core.exchange.mapping import check_mapping, guessed, remember, remembered
from linli.core.exchange.models import ImportRun, RunState
from linli.core.exchange.taking_back import declaration_of
from linli.core.exchange.working import MOVING, START_JOB
from linli.core.platform.public import (
    Actor,
    Import,
    NotAllowed,
    NotThere,
    Refusal,
    Work,
    ground_files,
    insert_rows,
    parts,
    row_uuid,
    write,
)

FIRST_ROWS = 3


@dataclass(frozen=True, slots=True)
class SentTable:
    """A table that somebody sent, looked into: its headings, its first rows, what is to be known of it. `id` is its digest."""

    id: str
    name: str
    content: BinaryIO
    columns: tuple[str, ...]
    first: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...]
    understood: Mapping[str, Any] | None = None  # of a file of ground


def open_to(access: Access) -> list[Import]:
    """What this person may bring in, by title order of the packages."""
    return [one for one in parts(Import) if access.may(one.permission)]


def declared_for(access: Access, code: str, *, sent: bool = False) -> Import:
    """An import that this person may do, `sent` as a table. Raises NotThere, NotAllowed."""
    found = next((one for one in parts(Import) if one.code == code), None)
    if found is None or (sent and found.command):
        raise NotThere(_("There is no such import."))
    if not access.may(found.permission):
        raise NotAllowed(_("Your role does not bring this in."))
    return found


def runs_seen(access: Access) -> Any:
    """The imports from pages and terminal that this person may see: their own, and those of the areas where they may bring in the same."""
    seen = Q(user_id=access.user_id)
    root = area_tree().root()
    for declared in open_to(access):
        if root is not None and access.may_in_area(declared.permission, root.id):
            seen |= Q(code=declared.code)
        else:
            seen |= Q(code=declared.code, area_id__in=access.areas_with(declared.permission))
    return ImportRun.objects.filter(seen).exclude(state=RunState.DROPPED)


def find_run(access: Access, run_id: int) -> ImportRun:
    """An import that this person may see. Raises NotThere."""
    found: ImportRun | None = runs_seen(access).filter(id=run_id).first()
    if found is None:
        raise NotThere(_("There is no such import of yours."))
    return found


def receive(actor: Actor, *, access: Access, uuid: UUID, code: str, table: SentTable, document: str = "") -> ImportRun:
    """Takes a file in: it waits for its columns to be chosen, or with a document for the check, which begins at once. Twice with one
    uuid is once. Raises NotAllowed, StorageFull."""
    declared = declared_for(access, code, sent=True)
    own = row_uuid(actor, uuid)
    keep_table(own, table.content)
    tops = access.tops_with(declared.permission)
    mapping = {} if declared.source else guessed(declared, table.columns, remembered(access.unit_id, code))
    with write(actor) as work:
        row = {
            "code": code, "namespace": "", "uuid": own, "state": RunState.CHECKING if declared.source else RunState.RECEIVED,
            "user_id": access.user_id, "area_id": tops[0] if tops else None, "file_name": table.name[:200], "file_sha256": table.id,
            "mapping": mapping, "document": document, "started_at": work.now,
            "told": {"columns": list(table.columns), "first": [list(one) for one in table.first], "notes": list(table.remarks), "understood": table.understood},
        }  # fmt: skip
        run_id = insert_rows(ImportRun, [row])[0]
        work.audit("city", f"{code}.import_file", "import", run_id, {"file": table.name, "sha256": table.id})
        if declared.source:
            _start(work, run_id)
    return ImportRun.objects.get(id=run_id)


def choose_columns(
    actor: Actor,
    *,
    access: Access,
    run_id: int,
    mapping: Mapping[str, str],
    choices: ground_files.Choices | None = None,
) -> None:
    """Says which column is what, of a file of ground also how it is read, and has the file checked. Raises BadMapping, Refusal."""
    run = find_run(access, run_id)
    declared = declared_for(access, run.code)
    columns: Sequence[str] = run.told.get("columns", []) if run.told else []
    check_mapping(declared, mapping, columns)
    document = choices.as_text() if choices is not None else run.document
    with write(actor) as work:
        _move(
            run, (RunState.RECEIVED, RunState.CHECKED), RunState.CHECKING, mapping=dict(mapping), document=document, said="", attempts=0
        )  # fmt: skip
        remember(actor, access.unit_id, run.code, columns, mapping)
        _start(work, run.id)


def choose_layer(actor: Actor, *, access: Access, run_id: int, choices: ground_files.Choices) -> None:
    """Opens another layer of a file of ground, whose columns are then to be chosen. Raises NotGround, Refusal."""
    run = find_run(access, run_id)
    declared = declared_for(access, run.code)
    layer, known = look_again(run, choices.layer)
    columns = list(layer.columns)
    told = {
        **(run.told or {}),
        "columns": columns,
        "first": [list(one) for one in first_values(layer)],
        "understood": known,
    }
    mapping = guessed(declared, columns, remembered(access.unit_id, run.code))
    with write(actor):
        _move(run, (RunState.RECEIVED,), RunState.RECEIVED, told=told, mapping=mapping, document=choices.as_text())


def choose_anew(actor: Actor, *, access: Access, run_id: int) -> None:
    """Back to the columns. Raises Refusal once rows were kept."""
    run = find_run(access, run_id)
    with write(actor):
        _move(run, (RunState.CHECKED,), RunState.RECEIVED)


def bring_in_rows(actor: Actor, *, access: Access, run_id: int, take_good: bool) -> None:
    """Has the rows kept: all of them, or those that are good. An import that was broken off goes on. Raises Refusal."""
    run = find_run(access, run_id)
    declared = declared_for(access, run.code)
    if run.bad and (declared.ground is not None or not take_good):
        if declared.ground is not None:
            raise Refusal(_("The file is taken whole or not at all. Mend it in your program, and send it again."))
        raise Refusal(_("%s rows cannot be taken. Mend the file, or bring in the good rows only.") % run.bad)
    twin = (
        ImportRun.objects.filter(code=run.code, file_sha256=run.file_sha256, state__in=MOVING)
        .exclude(id=run.id)
        .first()
    )
    if twin is not None:
        who = names_of({twin.user_id}).get(twin.user_id, "") if twin.user_id else _("Somebody at the server")
        raise Refusal(_("%s is bringing this file in just now; wait until that is done.") % who)
    with write(actor) as work:
        _move(run, (RunState.CHECKED, RunState.BROKEN), RunState.KEEPING, take_good=take_good, said="", attempts=0)
        _start(work, run.id)


def give_up(actor: Actor, *, access: Access, run_id: int) -> None:
    """Ends an import of which nothing was kept, and deletes its file. Twice is once. Raises Refusal."""
    run = find_run(access, run_id)
    with write(actor) as work:
        _move(run, (RunState.RECEIVED, RunState.CHECKING, RunState.CHECKED), RunState.DROPPED, token="", told={})
        work.audit("city", f"{run.code}.import_drop", "import", run.id, {"file": run.file_name})
    forget(run.uuid)


def ask_undo(actor: Actor, *, access: Access, run_id: int, also_worked_on: bool) -> None:
    """Has an import taken back. Raises Refusal, NotAllowed."""
    run = find_run(access, run_id)
    declared = declared_for(access, run.code)
    if run.user_id != access.user_id and not _may_over(access, declared, run.area_id):
        raise NotAllowed(_("This import is not yours to take back."))
    with write(actor) as work:
        told = {**(run.told or {}), "also": also_worked_on, "by": access.user_id}
        own = run.uuid or row_uuid(actor, UUID(int=run.id))
        from_here = (RunState.BROUGHT_IN, RunState.BROKEN)
        _move(run, from_here, RunState.UNDOING, said="", attempts=0, token="", uuid=own, told=told)
        _start(work, run.id)


def _may_over(access: Access, declared: Import, area_id: int | None) -> bool:
    root = area_tree().root()
    over = area_id if area_id is not None else root.id if root else None
    return over is not None and access.may_in_area(declared.permission, over)


def declaration(run: ImportRun) -> Import | None:
    """What a run brings in; None when its package is not installed any more."""
    try:
        return declaration_of(run.code)
    except Refusal:
        return None


def _move(run: ImportRun, states: Sequence[RunState], to: RunState, **columns: Any) -> None:
    """Moves a run on. Raises Refusal when it stands elsewhere by now."""
    if not ImportRun.objects.filter(id=run.id, state__in=states).update(state=to, **columns):
        state = RunState(ImportRun.objects.values_list("state", flat=True).get(id=run.id))
        raise Refusal(_("This import is at “%s” by now; look at it again.") % state.label)


def _start(work: Work, run_id: int) -> None:
    work.enqueue(START_JOB, {"import": run_id})
