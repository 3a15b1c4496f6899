"""Values in words, masked where they are sealed, and the days on which they grow old."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

from linli.core.desk.public import marks
from linli.core.platform.public import mask

if TYPE_CHECKING:
    from linli.core.ledger.definition import Kept, Ledger


def text_of(value: Any) -> str:
    """A value as the history holds it: the same value gives the same text; empty for nothing."""
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def words_of(column: models.Field[Any, Any], kept: Kept, value: Any) -> str:
    """A value in words; empty for nothing. Nothing is masked here."""
    if value in (None, ""):
        return ""
    if kept.shown is not None:
        return kept.shown(value)
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return marks.amount_words(value.normalize() if value == value.to_integral() else value)
    return marks.day_words(value) if isinstance(value, date) else str(value)


def masked(ledger: Ledger, kept: Kept, value: Any) -> str:
    """A value as everybody sees it who sees the record: sealed ones behind their mask."""
    words = words_of(ledger.column(kept), kept, value)
    return mask(words, kept.mask) if kept.mask is not None and words else words


def grows_old(ledger: Ledger, said: dict[str, tuple[str, date]]) -> date | None:
    """The first day on which some value has to be verified; `said` has the text and the day of each present one."""
    days: list[date] = []
    for kept in ledger.kept:
        if kept.name not in said:
            continue
        text, stated_on = said[kept.name]
        if kept.days is not None and text:
            days.append(stated_on + timedelta(days=kept.days))
        if kept.before is not None and text:
            ahead = date.fromisoformat(text) - timedelta(days=kept.before)
            # Who has verified it since then knows that it ends.
            days += [ahead] if stated_on < ahead else []
    return min(days, default=None)
