"""The index of the search: for each thing that can be found one row with its tokens, and a note of what has to be read anew."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class SearchEntry(models.Model):
    """One thing that is found: which kind, the id of its row, and the tokens by which it is found (tokens.py).

    Nothing here is shown: what is found is read from its own table, through the gate of its kind. PostgreSQL keeps the tokens a
    second time in `lexemes`, SQLite in a table of FTS5; the migration makes both.
    """

    kind = models.CharField(max_length=24)
    item_id = models.BigIntegerField()
    tokens = models.TextField()

    impersonal: ClassVar = {"kind", "tokens"}  # no kind may name a personal field, see kinds.py

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "item_id"], name="search_entry_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.item_id}"


class SearchStale(models.Model):
    """A row of some table that was made, changed or deleted since the index last read it; triggers write it in the same transaction.

    So nothing that writes a table has to know that it is searched. indexing.py empties it.
    """

    kind = models.CharField(max_length=24)
    item_id = models.BigIntegerField()

    impersonal: ClassVar = {"kind"}

    def __str__(self) -> str:
        return f"{self.kind} {self.item_id}"
