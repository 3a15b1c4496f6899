"""Whether the stored files are what the rows say: nothing missing, nothing rotten; copies are drawn anew.

A file is named by the SHA-256 of its content, so what changed on the disk shows. `backup.py` asks here while it copies and
after it restored, `linli files check` and a weekly job ask for the whole deployment.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import IO, Any, Literal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.core.platform.keeping.files import remake_copies
from linli.core.platform.keeping.storage import TREES, Tree, storage
from linli.core.platform.models import AuditDetail, AuditRecord, Derivative, StoredFile
from linli.core.platform.writing.work import SYSTEM, write

_CHUNK = 1024 * 1024
_BATCH = 500
_NAMED: tuple[tuple[Tree, QuerySet[Any]], ...] = (
    (
        "received",
        StoredFile.objects.filter(received_erased_at__isnull=True),
    ),  # the others went when their time was over
    ("derived", Derivative.objects.all()),
)


@dataclass(frozen=True, slots=True)
class FileTrouble:
    """A stored content that is missing or is not what its name says. `mended`: its copies were drawn anew."""

    kind: Literal["missing", "damaged"]
    tree: Tree
    sha256: str
    mended: bool = False

    @property
    def sentence(self) -> str:
        """What to tell, in the reader's language."""
        sentences = {
            ("missing", "received"): _("The received file %s is missing."),
            ("damaged", "received"): _("The received file %s is damaged."),
            ("missing", "derived"): _("The copy %s is missing, and what it was drawn from is not whole."),
            ("damaged", "derived"): _("The copy %s is damaged, and what it was drawn from is not whole."),
        }
        mended = _("The copy %s was not whole and was drawn anew.")
        return (mended if self.mended else sentences[self.kind, self.tree]) % self.sha256[:16]


@dataclass(frozen=True, slots=True)
class FilesReport:
    """How many contents were read, and those with which something is wrong."""

    read: int
    troubles: list[FileTrouble]


def digest_of(content: IO[bytes]) -> str:
    """SHA-256 of an open file, hexadecimal; closes it."""
    digest = hashlib.sha256()
    with content:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def check_files() -> FilesReport:
    """Reads every stored file and holds it against its name and its row; draws rotten or missing copies anew.

    Changes nothing else; running it again finds what could not be mended. One audit line tells how it went, and /metrics repeats it.
    """
    place, read, rotten = storage(), 0, []
    for tree in TREES:
        for sha256 in place.contents(tree):
            read += 1
            try:
                whole = digest_of(place.open(tree, sha256)) == sha256
            except FileNotFoundError:  # taken by the clean-up a moment ago
                continue
            if not whole:
                rotten.append(FileTrouble("damaged", tree, sha256))
    troubles = mended(rotten) + rows_without_files()
    with write(SYSTEM) as work:
        lost = sum(not one.mended for one in troubles)
        content = {"read": read, "not_whole": lost, "mended": len(troubles) - lost}
        work.audit("platform", "files.check", "file", "", content)
    return FilesReport(read, troubles)


def rows_without_files() -> list[FileTrouble]:
    """Rows whose content is not in the storage; copies among them are drawn anew."""
    return mended(
        FileTrouble("missing", tree, sha256)
        for tree, named in _NAMED
        for sha256 in named.values_list("sha256", flat=True).distinct().iterator(chunk_size=_BATCH)
        if not _is_there(tree, sha256)
    )


def mended(troubles: Iterable[FileTrouble]) -> list[FileTrouble]:
    """Draws the copies among them anew and says which; what was received cannot be made again."""
    return [replace(one, mended=_mend(one)) if one.tree == "derived" else one for one in troubles]


def _mend(trouble: FileTrouble) -> bool:
    owners = list(StoredFile.objects.filter(derivatives__sha256=trouble.sha256).distinct())
    return bool(owners) and sum(remake_copies(file) for file in owners) == len(owners)


def _is_there(tree: Tree, sha256: str) -> bool:
    try:
        storage().open(tree, sha256).close()
    except FileNotFoundError:
        return False
    return True


def wholeness_gauges() -> dict[str, tuple[str, float]]:
    """The gauges of /metrics: what the last look at the stored files and the last rehearsal of a backup found."""
    checked, backed_up = _last_said("file", "files.check"), _last_said("backup", "backup.make")
    newest = max((checked, backed_up), key=lambda said: said.get("seq", 0))
    tried = _last_said("backup", "backup.rehearse")
    words = "Stored files that are missing or damaged, by the last check or backup, -1 for never"
    went = "1 when the last rehearsal of a backup brought everything back whole, 0 when not, -1 for never"
    return {
        "linli_files_not_whole": (words, float(newest.get("not_whole", -1))),
        "linli_backup_rehearsed": (went, float(tried.get("whole", -1))),
    }


def _last_said(subject_kind: str, action: str) -> dict[str, Any]:
    """The content of the newest audit record of an action with its `seq`; empty when there is none. By the index of subjects."""
    records = AuditRecord.objects.filter(subject_kind=subject_kind, chain="platform", action=action)
    seq = records.order_by("-seq").values_list("seq", flat=True).first()
    content = AuditDetail.objects.filter(chain="platform", seq=seq or 0).values_list("content", flat=True).first()
    return {**json.loads(content), "seq": seq} if content else {}
