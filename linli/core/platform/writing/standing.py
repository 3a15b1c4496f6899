"""Rows that decide rights, money or time, bound as they stand: a role, a scope, a limit, a holiday.

Unlike a timeline they change. Whatever changes one says so to its write (`work.stands`); at the end of the write the row is
read and its digest goes into the chain `standing`. The newest record of a row says what it must be now, so a row that was
changed, added or removed behind linli's back shows in verify.py. A test refuses a write that touches such a table silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import models
from django.db.models.functions import Cast

from linli.core.platform.models import AuditHead, AuditRecord
from linli.core.platform.sealing.crypto import SealedField
from linli.core.platform.writing.chain import Entry
from linli.lib.canonical import canonical_bytes

CHAIN = "standing"
KIND = "standing:"
GONE = bytes(32)
ALL = "all"
_KEEP_DAYS = 0  # its detail says nothing that would have to be kept


@dataclass(frozen=True, slots=True)
class Standing:
    """A table whose rows are bound, and the columns that decide something. `whole`: few rows, bound by one digest.

    `name` is what the trail calls the table. It stays when the table is renamed: records are never written anew.
    """

    model: type[models.Model]
    columns: tuple[str, ...]
    whole: bool
    name: str
    was: str = ""

    @property
    def kind(self) -> str:
        """What records call its rows."""
        return f"{KIND}{self.name}"

    def digests(self, ids: Iterable[Any] | None = None) -> Iterator[tuple[str, bytes]]:
        """(id, digest) of the rows as they are now; of all of them, or of those named that exist. A whole table is `all`."""
        rows = self.model._base_manager.order_by("pk")
        if ids is not None and not self.whole:
            rows = rows.filter(pk__in=list(ids))
        said = rows.values_list("pk", *map(self._as_stored, self.columns)).iterator(chunk_size=2000)
        if self.whole:
            yield ALL, self._digest([[str(value) for value in row] for row in said])
            return
        for row in said:
            yield str(row[0]), self._digest([str(value) for value in row])

    def _as_stored(self, column: str) -> Any:
        """A sealed value counts as it is stored: no key is needed to see that it was exchanged."""
        sealed = isinstance(self.model._meta.get_field(column), SealedField)
        return Cast(column, models.TextField()) if sealed else column

    def _digest(self, content: list[Any]) -> bytes:
        return sha256(canonical_bytes([self.name, content])).digest()


_standing: dict[type[models.Model], Standing] = {}


def register_standing(
    model: type[models.Model], *columns: str, whole: bool = False, known_as: str = "", was: str = ""
) -> None:
    """Binds the rows of a table by these columns; call it when the app is ready. Twice is once.

    With `whole` the table is bound by one digest: for tables that a person could read to the end, which change together.
    `known_as` is the name under which the trail knows a table that was renamed since. `was`: the name under which it was bound by other
    columns once, of which nothing can be recomputed; a database that has it under that name only binds it anew at its next migration.
    """
    _standing[model] = Standing(model, columns, whole, known_as or model._meta.db_table, was)


def is_standing(model: type[models.Model]) -> bool:
    """Whether the rows of a table are bound."""
    return model in _standing


def standing() -> list[Standing]:
    """Every table that is bound, by its name."""
    return sorted(_standing.values(), key=lambda one: one.kind)


def entries_of(changed: dict[type[models.Model], set[Any]]) -> list[Entry]:
    """What a write that changed these rows records: the digest of each as it is now, zeros for one that is gone.

    Raises LookupError for a table that nobody registered: a slip in the code.
    """
    entries = []
    for model, ids in changed.items():
        if model not in _standing:
            raise LookupError(f"{model._meta.label} is not registered with register_standing().")
        now = dict(_standing[model].digests(ids))
        for id_ in [ALL] if _standing[model].whole else sorted(map(str, ids)):
            action = "stands" if id_ in now else "gone"
            entries.append(Entry(CHAIN, action, _standing[model].kind, id_, "{}", now.get(id_, GONE), _KEEP_DAYS))
    return entries


def rows_never_bound() -> dict[type[models.Model], list[Any]]:
    """All rows of the bound tables in a database that was made before rows were bound; in any other those of tables that are bound anew."""
    tables = standing()
    if AuditHead.objects.filter(chain=CHAIN).exists():
        anew = [one for one in tables if one.was]
        known = set(
            AuditRecord.objects.filter(chain=CHAIN, subject_kind__in=[one.kind for one in anew]).values_list(
                "subject_kind", flat=True
            )
        )
        tables = [one for one in anew if one.kind not in known]
    found = {one.model: list(one.model._base_manager.values_list("pk", flat=True)) for one in tables}
    return {model: ids for model, ids in found.items() if ids}
