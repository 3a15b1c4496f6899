"""Which ledgers there are: those of the core and of every installed department, by their descriptors."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from linli.core.ledger.models import RecordId
from linli.core.platform.public import ledger_parts

if TYPE_CHECKING:
    from linli.core.ledger.definition import Ledger


@cache
def ledgers() -> dict[str, Ledger]:
    """Every ledger by its code. Raises ImproperlyConfigured for a model that two ledgers have."""
    found: dict[str, Ledger] = {}
    for part in ledger_parts():
        ledger: Ledger = part  # type: ignore[assignment]
        if any(one.model is ledger.model for one in found.values()):
            raise ImproperlyConfigured(f"Two ledgers keep {ledger.model._meta.label}.")
        found[ledger.code] = ledger
    return found


@cache
def pointers(code: str) -> tuple[tuple[type[models.Model], str], ...]:
    """The columns that point at records of a ledger (`RecordId`): model and column."""
    every: list[tuple[type[models.Model], Any]] = [
        (model, field) for model in apps.get_models() for field in model._meta.concrete_fields
    ]
    return tuple((model, field.name) for model, field in every if isinstance(field, RecordId) and field.ledger == code)
