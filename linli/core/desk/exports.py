"""Long lists as files: asked for in a request, written by a process apart with its progress, fetched by who asked, deleted after days.

export.py next door writes the file; pages.py shows what one has asked for; tasks.py starts the process and clears up.
export_queue.py says whose turn it is.
A killed process leaves a row that says nothing any more: after two minutes another process begins it anew under a new token, and
only the holder of the token can end it, so there are never two files.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, User, access_of
from linli.core.desk.bell import LongWork, tell_ended
from linli.core.desk.export import FORMATS, spend_one
from linli.core.desk.export_queue import OPEN, claim
from linli.core.desk.filters import Asked
from linli.core.desk.lists import List
from linli.core.desk.models import Export
from linli.core.platform.public import (
    SYSTEM,
    Actor,
    NotAllowed,
    NotThere,
    Refusal,
    TooMany,
    locked,
    now,
    row_uuid,
    sentences,
    write,
)

logger = logging.getLogger(__name__)

EXPORT_PERMISSION = "desk.export"
START_JOB = "desk.start_exports"
MOST_ROWS = 500_000
MOST_OPEN = 3  # of one person, waiting or being written
MOST_ATTEMPTS = 3
KEPT = timedelta(days=3)  # the file
ROW_KEPT = timedelta(days=90)  # what "my exports" still tells of it
BEAT_ROWS, BEAT_S = 500, 1.0
State = Export.State


class _TakenAway(Exception):
    """The export was given up, or another process holds it."""


def ask_export(
    actor: Actor,
    *,
    access: Access,
    uuid: UUID,
    list_name: str,
    shown: List[Any],
    asked: Asked,
    wanted: str,
    reason: str,
) -> Export:
    """Puts an export into the queue. Twice with one uuid is once. Raises TooMany for more than a person may have open or for more a
    day than anybody reads, Refusal for a list longer than a file may be."""
    with write(actor) as work:
        # Who asks twice at once is counted one after the other.
        locked(User.objects.filter(id=access.user_id), pointed_at=True).get()
        if Export.objects.filter(owner_id=access.user_id, state__in=OPEN).count() >= MOST_OPEN:
            raise TooMany(
                _("You have %s exports under way already. Wait for one, or give one up.") % MOST_OPEN, retry_after_s=60
            )
        spend_one(access)
        asked.cursor = ""
        query = asked.with_().lstrip("?")
        if len(query) > 1000:
            raise Refusal(_("These filters are too long for an export; narrow the list otherwise."))
        export = Export.objects.create(
            uuid=row_uuid(work.actor, uuid), owner_id=access.user_id, list_name=list_name, query=query, format=wanted,
            language=translation.get_language() or "zh-hans", reason=reason, asked_at=work.now,
        )  # fmt: skip
        facts = {
            "list": shown.code,
            "format": wanted,
            "query": dict(asked.query),
            "reason": reason,
            "export": export.id,
        }
        work.audit("city", "list.export_ask", "list", shown.code, facts)
        work.enqueue(START_JOB, {}, key=f"{START_JOB}:{export.uuid}")
    return export


def exports_of(access: Access) -> QuerySet[Export]:
    """What a person asked for, the latest first."""
    return Export.objects.filter(owner_id=access.user_id).order_by("-id")


def own_export(access: Access, export_id: int) -> Export:
    """One of a person's own exports. Raises NotThere."""
    found = exports_of(access).filter(id=export_id).first()
    if found is None:
        raise NotThere(_("There is no such export of yours."))
    return found


def give_up(actor: Actor, *, access: Access, export_id: int) -> None:
    """Ends an export, or deletes its file before its time. Twice is once. Raises NotThere."""
    with write(actor) as work:
        export = own_export(access, export_id)
        if export.state in OPEN or export.state == State.FINISHED:
            gone = State.CANCELLED if export.state in OPEN else State.EXPIRED
            Export.objects.filter(id=export.id).update(state=gone, ended_at=work.now, token="")
            work.audit("city", "list.export_give_up", "export", export.id, {"list": export.list_name})
    _remove_files(export)


def fetch(actor: Actor, *, access: Access, export_id: int) -> tuple[Export, Path, List[Any]]:
    """The file of one's own export, put on record. Raises NotThere where there is none (any more), NotAllowed for who has lost
    the right meanwhile."""
    export = own_export(access, export_id)
    path = file_of(export)
    if export.state != State.FINISHED or not path.exists():
        raise NotThere(_("This file is not there (any more). Ask for the list again."))
    shown = _list_for(export, access)
    with write(actor) as work:
        Export.objects.filter(id=export.id).update(fetched_at=work.now)
        facts = {"list": shown.code, "format": export.format, "rows": export.rows_done, "reason": export.reason}
        work.audit("city", "list.export_fetch", "list", shown.code, {**facts, "export": export.id})
    return export, path, shown


def _list_for(export: Export, access: Access) -> List[Any]:
    """The list, where the person may still take it out. Raises NotAllowed, NotThere."""
    from linli.core.desk.list_pages import list_at  # which asks for exports itself

    shown = list_at(export.list_name)
    if shown is None:
        raise NotThere(_("This list is not there any more."))
    if not access.may(EXPORT_PERMISSION) or not access.may(shown.permission):
        raise NotAllowed(_("You may not take out this list any more."))
    return shown


def folder() -> Path:
    """Where the files lie until they are deleted. Not part of a backup."""
    path = Path(settings.LINLI_HOME) / "exports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def file_of(export: Export) -> Path:
    """The file of an export, or the one that is being written."""
    return folder() / f"{export.uuid}.{export.token or 'none'}"


def _remove_files(export: Export, *, but: str = "") -> None:
    for path in folder().glob(f"{export.uuid}.*"):
        if path.suffix != f".{but}":
            path.unlink(missing_ok=True)


def work_off_exports() -> int:
    """Writes what waits, one after the other, and what a dead process left; answers how many ended. Other processes that are at it
    are left alone, and where they are enough this one ends."""
    ended = 0
    while (export := claim()) is not None:
        _remove_files(export)
        _run(export)
        ended += 1
    return ended


def _run(export: Export) -> None:
    """Writes one export and ends it, whatever happens."""
    try:
        with translation.override(export.language):
            try:
                if export.attempts > MOST_ATTEMPTS:
                    raise Refusal(
                        _("Writing this list was broken off three times. Narrow it, or tell whoever runs linli.")
                    )
                _write_file(export)
            except Refusal as refusal:
                _end(export, State.FAILED, failure=refusal.sentence[:500])
            except OSError:
                logger.exception("an export could not be written", extra={"facts": {"export_id": export.id}})
                _end(export, State.FAILED, failure=_("The file could not be written; the server's disk may be full."))
            except Exception as error:
                if isinstance(error, _TakenAway):
                    raise
                logger.exception("an export failed", extra={"facts": {"export_id": export.id}})
                _end(
                    export,
                    State.FAILED,
                    failure=_("A fault of the server, which is on record. Ask for the list again."),
                )
    except _TakenAway:
        file_of(export).unlink(missing_ok=True)


def _write_file(export: Export) -> None:
    found = access_of(export.owner_id)
    if found is None:
        raise NotAllowed(_("The account is closed."))
    access = found[0]
    shown = _list_for(export, access)
    asked = shown.asked(QueryDict(export.query), access)
    if asked.wrong:
        raise Refusal(sentences(asked.wrong))  # without a filter it would be more than was asked for
    total = shown.narrowed(access, asked).order_by()[: MOST_ROWS + 1].count()
    if total > MOST_ROWS:
        raise Refusal(_("More than %s rows are more than a file may have; narrow the list.") % f"{MOST_ROWS:,}")
    _beat(export, rows_all=total)
    writer = FORMATS[export.format][2]
    path = file_of(export)
    path.touch(mode=0o600)
    with path.open("wb") as file:
        count = writer(file, shown, asked, _counted(export, shown.every_row(access, asked)))
    with write(access.actor("", "")) as work:
        held = _mine(export).update(
            state=State.FINISHED, ended_at=work.now, rows_done=count, rows_all=count, size_bytes=path.stat().st_size
        )
        if not held:
            raise _TakenAway
        tell_ended(work, BELL.code, export.id, export.owner_id, State.FINISHED)
        facts = {"list": shown.code, "format": export.format, "query": dict(asked.query), "rows": count}
        work.audit("city", "list.export", "list", shown.code, {**facts, "reason": export.reason, "export": export.id})


def _counted(export: Export, rows: Iterator[Any]) -> Iterator[Any]:
    """The rows, with what is done said on the way. Raises _TakenAway where nobody wants them any more."""
    said_s = time.monotonic()
    for number, row in enumerate(rows, 1):
        yield row
        if number % BEAT_ROWS == 0 and time.monotonic() - said_s >= BEAT_S:
            said_s = time.monotonic()
            _beat(export, rows_done=number)


def _mine(export: Export) -> QuerySet[Export]:
    return Export.objects.filter(id=export.id, state=State.RUNNING, token=export.token)


def _beat(export: Export, **said: int) -> None:
    if not _mine(export).update(beat_at=now(), **said):
        raise _TakenAway


def _end(export: Export, state: str, *, failure: str) -> None:
    with write(SYSTEM) as work:
        if not _mine(export).update(state=state, ended_at=work.now, failure=failure):
            raise _TakenAway
        tell_ended(work, BELL.code, export.id, export.owner_id, state)
    _remove_files(export)


def _title(export: Export) -> str:
    from linli.core.desk.list_pages import list_at  # which asks for exports itself

    shown = list_at(export.list_name)
    return str(shown.title) if shown else export.list_name


BELL = LongWork(
    code="export",
    title=gettext_lazy("Export"),
    endings={State.FINISHED: gettext_lazy("the file is ready"), State.FAILED: gettext_lazy("could not be written")},
    model=Export,
    seen=lambda export, access: bool(export.owner_id == access.user_id),
    heading=_title,
    address=lambda _export: reverse("exports"),
)


def forget_exports(at: datetime) -> int:
    """Deletes files whose days are over, and rows long after; answers how many files. Files without a row go too."""
    over = list(Export.objects.filter(state=State.FINISHED, ended_at__lt=at - KEPT))
    Export.objects.filter(id__in=[one.id for one in over]).update(state=State.EXPIRED)
    for export in over:
        _remove_files(export)
    Export.objects.filter(asked_at__lt=at - ROW_KEPT).exclude(state__in=OPEN).delete()
    wanted = Export.objects.filter(state__in=(State.RUNNING, State.FINISHED))
    known = {f"{uuid}.{token}" for uuid, token in wanted.values_list("uuid", "token")}
    for path in folder().iterdir():
        if path.name not in known and path.stat().st_mtime < (at - timedelta(hours=1)).timestamp():
            path.unlink(missing_ok=True)
    return len(over)
