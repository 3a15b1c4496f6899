"""Takes an import back: whole, or all of it that still can be, with a sentence for the rest. The last rows go first, since they may hang on
those before them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from linli.core.exchange.models import ImportedRow, ImportRun, RunState
from linli.core.platform.public import (
    SYSTEM,
    Actor,
    BroughtIn,
    Import,
    ImportAsked,
    Refusal,
    now,
    parts,
    write,
)

UNDO_ROWS = 100
SHOWN_ROWS = 200


@dataclass
class TakenBack:
    """What taking an import back did: rows taken back now and before, and for each row that stays its reference and why (the first 200)."""

    rows: int = 0
    already: int = 0
    stay: int = 0
    why: list[tuple[str, str]] = field(default_factory=list)


def declaration_of(code: str) -> Import:
    """The declared import of a code. Raises Refusal for one that no installed package brings."""
    found = next((one for one in parts(Import) if one.code == code), None)
    if found is None:
        raise Refusal(
            _("There is no import “%s”; `linli import --list` shows those that there are.") % code, code="not_found"
        )
    return found


def take_back(
    import_id: int,
    *,
    actor: Actor = SYSTEM,
    access: object = None,
    also_worked_on: bool = False,
    on_progress: Callable[[int], None] = lambda _rows: None,
) -> TakenBack:
    """Takes an import back, in batches. Rows that cannot be taken back stay and are named.

    Broken off, it is called again and goes on. Calling it twice changes nothing the second time.
    """
    run = ImportRun.objects.filter(id=import_id).first()
    if run is None:
        raise Refusal(_("There is no import %s.") % import_id, code="not_found")
    declared, done = declaration_of(run.code), TakenBack()
    asked = ImportAsked(access=access, now=now(), import_id=run.id, also_worked_on=also_worked_on)
    rows = ImportedRow.objects.filter(run=run).exclude(what="here")
    done.already = rows.filter(ended_at__isnull=False, replaced_by_id__isnull=True).count()
    for later, reference in (
        rows.filter(replaced_by_id__isnull=False).values_list("replaced_by_id", "reference").order_by("id")
    ):
        if ImportedRow.objects.filter(run_id=later, reference=reference, code=run.code, ended_at__isnull=True).exists():
            _stays(done, reference, _("Import %s has changed it since; take that one back first.") % later)
    last = sys.maxsize
    while batch := list(rows.filter(ended_at__isnull=True, id__lt=last).order_by("-id")[:UNDO_ROWS]):
        last = batch[-1].id
        _take_back_batch(declared, batch, asked, actor, done)
        on_progress(done.rows)
    _finish(run, actor, done)
    return done


def _take_back_batch(
    declared: Import, batch: list[ImportedRow], asked: ImportAsked, actor: Actor, done: TakenBack
) -> None:
    brought = [BroughtIn(one.reference, one.subject_id, one.what, one.before) for one in batch]
    with write(actor) as work:
        assert declared.take_back is not None  # noqa: S101 - for the type checker; the declaration was held against it
        why = declared.take_back(work, brought, asked)
        stays = {one.id: said for one in batch if (said := why.get(one.reference) or why.get(one.subject_id))}
        gone = [one.id for one in batch if one.id not in stays]
        ImportedRow.objects.filter(id__in=gone).update(ended_at=work.now)
        if gone:
            work.audit("city", f"{declared.code}.undo_rows", "import", asked.import_id, {"rows": len(gone)})
    done.rows += len(gone)
    for one in batch:
        if one.id in stays:
            _stays(done, one.reference, stays[one.id])


def _stays(done: TakenBack, reference: str, why: str) -> None:
    done.stay += 1
    if len(done.why) < SHOWN_ROWS:
        done.why.append((reference, why))


def _finish(run: ImportRun, actor: Actor, done: TakenBack) -> None:
    if run.taken_back_at is not None:
        return
    with write(actor) as work:
        if done.stay:
            ImportRun.objects.filter(id=run.id).update(
                state=RunState.BROUGHT_IN if run.finished_at else RunState.BROKEN
            )
            return
        ImportedRow.objects.filter(run=run, what="here", ended_at__isnull=True).update(ended_at=work.now)
        ImportRun.objects.filter(id=run.id).update(taken_back_at=work.now, state=RunState.TAKEN_BACK)
        work.audit("city", f"{run.code}.import_undo", "import", run.id, {"rows": done.rows + done.already})
