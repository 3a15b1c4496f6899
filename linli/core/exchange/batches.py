"""Keeps the rows of one transaction: what is here already stays, the rest is kept by its source, and both are remembered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError

from linli.core.exchange.models import ImportedRow, ImportRun, RunState
from linli.core.exchange.source import Source
from linli.core.platform.public import Actor, Work, insert_rows, rehearse, write

_ROW = (
    "home_district", "code", "namespace", "reference", "subject_id", "what", "before", "run_id", "row_digest",
)  # fmt: skip


@dataclass
class Kept:
    """What became of rows that were kept: new, changed, here already just so, or here and different and left (line, reference). `counts` is
    what the source counts besides."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    differing: list[tuple[int, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def count(self, other: Kept) -> None:
        """Adds what another batch did."""
        self.added += other.added
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.differing = (self.differing + other.differing)[:1000]
        self.counts.update(other.counts)


@dataclass(frozen=True, slots=True)
class File:
    """The file that is brought in: its name and its digest."""

    name: str
    sha256: str


class BatchKeeper:
    """One import under way: keeps batches, or with `rehearsal` does everything for it but the commit.

    It goes on with the import `import_id`, else with one of the same file and mapping that was broken off.
    """

    def __init__(
        self, source: Source, file: File, actor: Actor, *, rehearsal: bool = False, import_id: int | None = None
    ) -> None:
        self.source, self.file, self.actor, self.rehearsal = source, file, actor, rehearsal
        self.import_id = import_id or unfinished_runs(source.code).filter(
            file_sha256=file.sha256, mapping_sha256=source.digest
        ).values_list("id", flat=True).first()  # fmt: skip

    def keep(self, rows: Sequence[Any]) -> Kept:
        """Keeps the rows that are not here yet, in one transaction: all of them or none."""
        try:
            return self._keep(rows, rehearsal=self.rehearsal)
        except IntegrityError:
            # Another import of the same rows may have committed since this one looked; then they are here now.
            return self._keep(rows, rehearsal=self.rehearsal)

    def unkeepable(self, rows: Sequence[Any]) -> Iterator[tuple[Any, Exception]]:
        """The rows that cannot be kept even alone, each with why; each is tried and rolled back."""
        for row in rows:
            try:
                self._keep([row], rehearsal=True)
            except Exception as error:
                yield row, error

    def finish(self, added: int) -> None:
        """Marks the import as whole. One from the terminal that added nothing leaves no trace."""
        if self.import_id is None or self.rehearsal:
            return
        with write(self.actor) as work:
            ImportRun.objects.filter(id=self.import_id).update(finished_at=work.now, state=RunState.BROUGHT_IN)
            facts = {"file": self.file.name, "sha256": self.file.sha256, "mapping": self.source.digest, "added": added}
            work.audit("city", f"{self.source.code}.import", "import", self.import_id, facts)

    def _keep(self, rows: Sequence[Any], *, rehearsal: bool) -> Kept:
        source, kept, import_id = self.source, Kept(), self.import_id
        with rehearse(self.actor) if rehearsal else write(self.actor) as work:
            known = self._known([row.reference for row in rows])
            differing = [row for row in rows if row.reference in known and known[row.reference][1] != row.digest]
            fresh = [row for row in rows if row.reference not in known]
            kept.unchanged = len(rows) - len(fresh)
            if source.updates:
                fresh, kept.unchanged = fresh + differing, kept.unchanged - len(differing)
            else:
                kept.differing = [(row.line, row.reference) for row in differing]
            if fresh:
                import_id = import_id or self._begin(work)
                ended = [known[row.reference][0] for row in fresh if row.reference in known]
                self._insert(work, fresh, ended, import_id, kept)
        if not rehearsal:
            self.import_id = import_id
        return kept

    def _known(self, references: Sequence[str]) -> dict[str, tuple[int, str]]:
        """What is here already under these references: the id of its row and its digest."""
        rows = ImportedRow.objects.filter(
            code=self.source.code, namespace=self.source.namespace, reference__in=references, ended_at__isnull=True
        )
        return {
            reference: (id_, digest) for reference, id_, digest in rows.values_list("reference", "id", "row_digest")
        }

    def _insert(self, work: Work, rows: Sequence[Any], ended: Sequence[int], import_id: int, kept: Kept) -> None:
        source = self.source
        became, kept.counts = source.keep(work, rows, import_id)
        if ended:
            ImportedRow.objects.filter(id__in=ended).update(ended_at=work.now, replaced_by_id=import_id)
        what = Counter(one.what for one in became)
        kept.added, kept.changed = what["added"], what["changed"]
        kept.unchanged += what["here"]
        insert_rows(
            ImportedRow,
            [
                (
                    district, source.code, source.namespace, row.reference, one.subject_id, one.what, one.before, import_id, row.digest,
                )
                for row, one, district in zip(rows, became, source.filed_in(rows, became), strict=True)
            ],
            columns=_ROW,
        )  # fmt: skip
        facts = {"first": rows[0].line, "last": rows[-1].line, "added": kept.added, "changed": kept.changed}
        work.audit("city", f"{source.code}.import_rows", "import", import_id, facts)

    def _begin(self, work: Work) -> int:
        begun = {
            "code": self.source.code, "namespace": self.source.namespace, "file_name": self.file.name[:200],
            "file_sha256": self.file.sha256, "mapping_sha256": self.source.digest, "started_at": work.now,
            "state": RunState.KEEPING, "user_id": self.actor.user_id,
        }  # fmt: skip
        return insert_rows(ImportRun, [begun])[0]


def unfinished_runs(code: str) -> Any:
    """The imports of a kind that have begun to keep rows and were broken off, or are under way in another process."""
    return ImportRun.objects.filter(
        code=code, state__in=(RunState.KEEPING, RunState.BROKEN), finished_at__isnull=True
    ).order_by("id")
