"""Works off what people asked for on the pages: the dry run, bringing in, taking back. By a process apart, with its progress in the row.

A killed process leaves a row that says nothing any more: after two minutes another one takes it under a new token and goes on where it
ended; the one that lost its token stops before the next batch.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, access_of
from linli.core.desk.public import LongWork, tell_ended
from linli.core.exchange.bad_rows import BadRows
from linli.core.exchange.declared import DeclaredSource
from linli.core.exchange.engine import How, Report, bring_in, opened
from linli.core.exchange.folder import bad_rows_file, forget, forget_strays, map_file, table_file, written
from linli.core.exchange.ground import draw, keep, look_at, refuse_another_ground, report_of, told_of
from linli.core.exchange.models import ImportedRow, ImportRun, RunState
from linli.core.exchange.source import Source
from linli.core.exchange.taking_back import declaration_of, take_back
from linli.core.exchange.told import sentence_of
from linli.core.platform.public import SYSTEM, Import, ImportAsked, NotAllowed, Refusal, Work, in_words, now, write
from linli.lib.tables import TableError

logger = logging.getLogger(__name__)

START_JOB = "exchange.start_imports"
SILENCE = timedelta(minutes=2)
BEAT_S = 1.0
MOST_ATTEMPTS = 3
SHOWN_KINDS = 50
WAITED_FOR = timedelta(days=7)  # a file that nobody brings in, and bad rows that nobody fetches
MOVING = (RunState.CHECKING, RunState.KEEPING, RunState.UNDOING)


class TakenAway(Exception):
    """The import was given up, or another process holds it."""


def source_for(run: ImportRun, declared: Import, access: Access | None) -> Source:
    """The source of the rows of a run, by its mapping or the document that came with it."""
    asked = ImportAsked(access=access, now=now(), import_id=run.id)
    if declared.source is not None:
        source: Source = declared.source(run.document.encode(), asked)
        return source
    return DeclaredSource(declared, run.mapping, asked)


def waiting() -> QuerySet[ImportRun]:
    """What a process should take: asked for on the pages, and held by nobody who lives."""
    silent = now() - SILENCE
    free = Q(token="") | Q(beat_at__lt=silent)
    return ImportRun.objects.filter(free, state__in=MOVING, uuid__isnull=False).order_by("id")


def is_busy() -> bool:
    """Whether a process is at work."""
    return ImportRun.objects.filter(state__in=MOVING, beat_at__gte=now() - SILENCE).exclude(token="").exists()


def work_off_imports() -> int:
    """Works off what waits, one after the other; answers how many ended. Another process that is at it is left alone."""
    ended = 0
    while (run := _claim()) is not None:
        _work_on(run)
        ended += 1
    return ended


def _claim() -> ImportRun | None:
    found = None if is_busy() else waiting().first()
    if found is None:
        return None
    held = ImportRun.objects.filter(id=found.id, state=found.state, token=found.token).update(
        token=uuid4().hex, beat_at=now(), attempts=F("attempts") + 1, done=0, phase=""
    )
    if not held:
        return None
    found.refresh_from_db()
    return found


def _work_on(run: ImportRun) -> None:
    """Does what one run waits for, and ends it whatever happens."""
    by = run.told.get("by") if run.state == RunState.UNDOING else run.user_id
    found = access_of(by) if by is not None else None
    with translation.override(found[0].language if found else "zh-hans"):
        try:
            if found is None or not found[0].may(declaration_of(run.code).permission):
                raise NotAllowed(_("Whoever asked for this may not bring it in any more."))
            if run.attempts > MOST_ATTEMPTS:
                raise Refusal(
                    _("This was broken off three times. Try it with a smaller file, or tell whoever runs linli.")
                )
            {RunState.CHECKING: _check, RunState.KEEPING: _keep, RunState.UNDOING: _undo}[RunState(run.state)](
                run, found[0]
            )
        except TakenAway:
            return
        except TableError as error:
            _stop(run, sentence_of(error))
        except Refusal as refusal:
            _stop(run, refusal.sentence)
        except Exception:
            logger.exception("an import failed", extra={"facts": {"import_id": run.id}})
            _stop(run, _("A fault of the server, which is on record. Try again, or tell whoever runs linli."))


def _check(run: ImportRun, access: Access) -> None:
    """The dry run: everything but the commit; what is wrong by kind, and the bad rows as a file."""
    if declaration_of(run.code).ground is not None:
        _look_at_ground(run, access)
        return
    report, bad = Report(), BadRows()
    source = source_for(run, declaration_of(run.code), access)
    report.faults.pass_on_to(bad.add)
    with table_file(_uuid(run)).open("rb") as content:
        given = opened(content, run.file_name)
        how = How(dry_run=True, actor=access.actor(), import_id=run.id, on_progress=_progress(run, report))
        bring_in(source, given, report, how)
        if bad.reasons:
            written(bad_rows_file(_uuid(run)), lambda file: bad.write(given.table, file))
        else:
            bad_rows_file(_uuid(run)).unlink(missing_ok=True)
        remarks = [in_words(one) for one in given.table.remarks]
    _end(run, RunState.CHECKED, report, source.notes() + remarks)


def _look_at_ground(run: ImportRun, access: Access) -> None:
    """What a file of ground would change, with its map."""
    _beat(run, phase="check")
    look = look_at(run, access)
    _beat(run, done=look.rows, rows=look.rows)
    draw(run, look)
    _end(run, RunState.CHECKED, report_of(look), look.notes, ground=told_of(look))


def _keep_ground(run: ImportRun, access: Access) -> None:
    """Takes a file of ground in, whole. Faults that were not there at the check lead back to the result."""
    _beat(run, phase="keep")
    look = look_at(run, access)
    if look.bad:
        draw(run, look)
        _end(run, RunState.CHECKED, report_of(look), look.notes, ground=told_of(look))
        return
    refuse_another_ground(run, look)
    with write(access.actor()) as work:
        keep(work, run, look, access)
        _mine(run).update(finished_at=work.now)
        _end(run, RunState.BROUGHT_IN, report_of(look), look.notes, ground=told_of(look))
    forget(run.uuid, table_only=True)


def _keep(run: ImportRun, access: Access) -> None:
    """Brings it in, or goes on with it. Bad rows that were not there at the dry run lead back to the result."""
    if declaration_of(run.code).ground is not None:
        _keep_ground(run, access)
        return
    report = Report()
    source = source_for(run, declaration_of(run.code), access)
    _mine(run).update(mapping_sha256=source.digest, namespace=source.namespace)
    with table_file(_uuid(run)).open("rb") as content:
        given = opened(content, run.file_name)
        how = How(
            take_good=run.take_good, actor=access.actor(), import_id=run.id, on_progress=_progress(run, report)
        )  # fmt: skip
        bring_in(source, given, report, how)
    if not report.written:
        _end(run, RunState.CHECKED, report, source.notes())
        return
    _end(run, RunState.BROUGHT_IN, report, source.notes())
    forget(run.uuid, table_only=True)


def _undo(run: ImportRun, access: Access) -> None:
    """Takes it back; what stays is named."""

    def progress(rows: int) -> None:
        _beat(run, done=rows, phase="undo")

    done = take_back(
        run.id,
        actor=access.actor(),
        access=access,
        also_worked_on=bool(run.told.get("also")),
        on_progress=_seldom(progress),
    )
    told = {**run.told, "stay": done.stay, "why": done.why}
    with write(SYSTEM) as work:
        ImportRun.objects.filter(id=run.id).update(token="", told=told, said="", attempts=0)
        _tell(work, run, run.told.get("by"), "taken_back")


def _progress(run: ImportRun, report: Report) -> Callable[[str, int], None]:
    def progress(phase: str, rows: int) -> None:
        _beat(run, done=rows, phase=phase, rows=report.rows)

    return _seldom(progress)


def _seldom(progress: Callable[..., None]) -> Callable[..., None]:
    """Progress is written once a second; in between nobody looks."""
    said_s = [0.0]

    def sometimes(*said: Any) -> None:
        if time.monotonic() - said_s[0] >= BEAT_S:
            said_s[0] = time.monotonic()
            progress(*said)

    return sometimes


def _uuid(run: ImportRun) -> Any:
    if run.uuid is None or not table_file(run.uuid).exists():
        raise Refusal(_("The file is not there any more; send it again."))
    return run.uuid


def _mine(run: ImportRun) -> QuerySet[ImportRun]:
    return ImportRun.objects.filter(id=run.id, token=run.token)


def _beat(run: ImportRun, **said: Any) -> None:
    if not _mine(run).update(beat_at=now(), **said):
        raise TakenAway


def _end(run: ImportRun, state: RunState, report: Report, notes: list[str], **more: Any) -> None:
    """Writes down what was found or done, of a file of ground with `more` for its page."""
    kinds = [
        [kind.times, kind.column, list(kind.places), kind.example.value, kind.example.mend]
        for kind in report.faults.kinds()[:SHOWN_KINDS]
    ]
    told = {
        "columns": run.told.get("columns", []), "notes": notes, "kinds": kinds, "differing": [one[0] for one in report.differing[:100]],
        "first": [] if state == RunState.BROUGHT_IN else run.told.get("first", []), "understood": run.told.get("understood"), **more,
    }  # fmt: skip
    before = report.goes_on.kept if report.goes_on else 0
    with write(SYSTEM) as work:
        if not _mine(run).update(
            state=state, token="", attempts=0, said="", rows=report.rows, done=report.rows, bad=report.faults.count,
            added=report.added + (before if state == RunState.BROUGHT_IN else 0), changed=report.changed,
            here=max(0, report.unchanged - before), told=told,
        ):  # fmt: skip
            raise TakenAway
        _tell(work, run, run.user_id, state)


def _stop(run: ImportRun, why: str) -> None:
    """Leads back to where a person can do something, with the sentence."""
    kept = ImportedRow.objects.filter(run_id=run.id, ended_at__isnull=True).exists()
    state = {
        RunState.CHECKING: RunState.RECEIVED,
        RunState.KEEPING: RunState.BROKEN if kept else RunState.CHECKED,
        RunState.UNDOING: RunState.BROUGHT_IN if run.finished_at else RunState.BROKEN,
    }[RunState(run.state)]
    with write(SYSTEM) as work:
        if _mine(run).update(state=state, token="", attempts=0, said=why[:500]):
            _tell(work, run, run.told.get("by") if run.state == RunState.UNDOING else run.user_id, "stopped")


def _tell(work: Work, run: ImportRun, user_id: int | None, ending: str) -> None:
    if user_id is not None:
        tell_ended(work, BELL.code, run.id, user_id, ending)


BELL = LongWork(
    code="import",
    title=gettext_lazy("Import"),
    endings={
        RunState.CHECKED: gettext_lazy("the dry run has ended"),
        RunState.BROUGHT_IN: gettext_lazy("brought in"),
        "taken_back": gettext_lazy("taken back"),
        "stopped": gettext_lazy("could not go on"),
    },
    model=ImportRun,
    seen=lambda run, access: access.user_id in (run.user_id, run.told.get("by")),
    heading=lambda run: run.file_name,
    address=lambda run: reverse("import", args=[run.id]),
)


def forget_old(at: datetime) -> int:
    """Gives up files that nobody brought in for a week, deletes bad rows as old, and files without a run; answers how many runs."""
    over = at - WAITED_FOR
    left = ImportRun.objects.filter(
        state__in=(RunState.RECEIVED, RunState.CHECKED), started_at__lt=over, uuid__isnull=False
    )
    gone = left.update(state=RunState.DROPPED, token="")
    wanted = ImportRun.objects.filter(uuid__isnull=False, started_at__gte=over) | ImportRun.objects.filter(
        uuid__isnull=False, state__in=MOVING
    )
    known = []
    for uuid, state in wanted.values_list("uuid", "state"):
        if uuid is None or state == RunState.DROPPED:
            continue
        known += [bad_rows_file(uuid).name, map_file(uuid).name]
        if state not in (RunState.BROUGHT_IN, RunState.TAKEN_BACK):
            known.append(table_file(uuid).name)
    forget_strays(known, at)
    return gone
