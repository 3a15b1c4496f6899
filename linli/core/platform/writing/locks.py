"""Locks on rows, held until the commit. SQLite knows none and needs none: one write at a time is its rule (BEGIN IMMEDIATE)."""

from __future__ import annotations

from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models

M = TypeVar("M", bound=models.Model)

FOR_UPDATE = " FOR UPDATE"  # for a statement that PostgreSQL alone gets


def locked(rows: models.QuerySet[M], *, free: bool = False, pointed_at: bool = False) -> models.QuerySet[M]:
    """The same rows, locked from when they are read until the commit; with `free` without those that somebody holds.

    With `pointed_at` others may meanwhile make rows that point at them: for who only reads what must not change just now. Only
    rows of the query's own table are locked, not those that `select_related` joins. Who locks several reads them in the order of
    their ids, so that two writes wait for one another and never in a ring. Only inside a write.
    """
    of = ("self",) if rows.query.select_related or pointed_at else ()
    return rows.select_for_update(skip_locked=free, of=of, no_key=pointed_at)


def for_update(*, free: bool = False) -> str:
    """The same for a statement written by hand: what its SELECT ends in on this database."""
    if not connections[DEFAULT_DB_ALIAS].features.has_select_for_update:
        return ""
    return f"{FOR_UPDATE} SKIP LOCKED" if free else FOR_UPDATE
