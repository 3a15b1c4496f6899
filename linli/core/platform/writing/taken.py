"""Two wrote the same at once and a unique constraint stopped the second: a refusal with a sentence, never an error 500.

`write` turns what the database says into `Taken`. A model gives the sentences of its constraints that a form can meet in
`taken`: the name of a field in the constraint, and what to tell; every other constraint has one sentence in common.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import IntegrityError
from django.utils.translation import gettext as _

from linli.core.platform.saying.refusals import Refusal

_SQLITE = re.compile(r"^UNIQUE constraint failed: (\w+)\.\w+(?:, \w+\.\w+)*$")
_UNIQUE_VIOLATION = "23505"


class Taken(Refusal, IntegrityError):
    """Somebody else was faster with the same name, number or UUID (HTTP 409). Nothing was written."""

    code = "taken"
    needs_new_uuid = True


@contextmanager
def told_as_refusals() -> Iterator[None]:
    """Raises Taken for what a unique constraint stopped inside; every other error goes on as it is."""
    try:
        yield
    except IntegrityError as error:
        refusal = taken(error)
        if refusal is None or refusal is error:
            raise
        raise refusal from error


def taken(error: IntegrityError) -> Taken | None:
    """The refusal that a violated unique constraint becomes; None for every other error of integrity."""
    if isinstance(error, Taken):
        return error
    table, columns = _violated(error)
    if not table:
        return None
    model = next((one for one in apps.get_models() if one._meta.db_table == table), None)
    names = [] if model is None else [one.name for one in model._meta.concrete_fields if one.column in columns]
    sentences: dict[str, Any] = getattr(model, "taken", {})
    for name, sentence in sentences.items():
        if name in names:
            return Taken(str(sentence), field=name)
    return Taken(_("Somebody was faster and made the same; load the page again and look."))


def _violated(error: IntegrityError) -> tuple[str, set[str]]:
    """Table and columns of the unique constraint that was violated, ("", {}) when it was another kind."""
    found = _SQLITE.match(str(error))
    if found:
        return found[1], {name.split(".")[1] for name in str(error).partition(": ")[2].split(", ")}
    cause: Any = error.__cause__
    if getattr(cause, "sqlstate", "") != _UNIQUE_VIOLATION:
        return "", set()
    key = re.search(r"\((.*?)\)=", cause.diag.message_detail or "")
    return cause.diag.table_name or "", set((key[1] if key else "").replace('"', "").split(", "))
