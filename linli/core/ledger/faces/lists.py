"""The list of a ledger: its values, how they stand, and filters by words, choices, area, what is disputed and what has grown old."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import DecimalField, Q
from django.db.models.expressions import RawSQL
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.access.public import Access
from linli.core.desk.public import (
    AreaFilter,
    Bulk,
    ChoiceFilter,
    Column,
    Empty,
    Filter,
    List,
    SwitchFilter,
    WordsFilter,
    cell_text,
    column_of,
    marks,
    new_button,
    page_at,
)
from linli.core.ledger.beside import is_old, search_kind
from linli.core.ledger.definition import Kept, Ledger
from linli.core.ledger.history import may, seen
from linli.core.ledger.keeping import Said, verify
from linli.core.ledger.words import masked
from linli.core.platform.public import Actor, IndexedKind, NotAllowed, local_today
from linli.core.search.public import words_of

# So many of the values fit beside name, code and state on a tablet.
ON_A_TABLET = 2
# Stands in the statement as it is, else neither database knows that the index of disputed records will do.
NONE = RawSQL("0", ())
STANDING = {
    "retired": (pgettext_lazy("ledger", "Retired"), "stopped"),
    "disputed": (_("Disputed"), "check"),
    "old": (_("To verify"), "waiting"),
    "current": (_("Current"), "done"),
}


def standing_of(record: Any) -> str:
    """How a record stands as a whole: retired, disputed, old or current."""
    if record.retired_at is not None:
        return "retired"
    return "disputed" if record.disputes else "old" if is_old(record) else "current"


def pill(record: Any) -> str:
    """How a record stands, as a pill."""
    word, phase = STANDING[standing_of(record)]
    return marks.state(standing_of(record), str(word), phase)


def title_of(ledger: Ledger) -> Promise:
    """The title of a ledger in the language of whoever reads it."""
    return lazy(lambda: ledger.title, str)()  # type: ignore[return-value]  # the stubs take it for what it gives


def _said(ledger: Ledger, kept: Kept, row: Any) -> str:
    return ledger.said(kept, getattr(row, kept.name))


def _column(ledger: Ledger, kept: Kept) -> Column[Any]:
    if ledger.is_sealed(kept) or kept.shown is not None:
        return Column(kept.name, kept.title, lambda row: masked(ledger, kept, getattr(row, kept.name)))
    if isinstance(ledger.column(kept), DecimalField):  # 15 pumps are not 15.00
        return column_of(
            ledger.model,
            kept.name,
            kept.title,
            css="number fixed",
            html=lambda row: cell_text(_said(ledger, kept, row)),
        )
    return column_of(ledger.model, kept.name, kept.title)


class UseFilter(ChoiceFilter):
    """Records in use, or those that are retired."""

    def __init__(self) -> None:
        super().__init__("use", _("In use"), (("in_use", _("In use")), ("retired", pgettext_lazy("ledger", "Retired"))))

    def narrow(self, rows: Any, value: str) -> Any:
        """The rows in use, or the others."""
        return rows.filter(retired_at__isnull=value == "in_use")


def _looked_for(ledger: Ledger) -> Any:
    kind = search_kind(ledger)
    if isinstance(kind, IndexedKind):
        return words_of(kind.code)

    def find(rows: Any, words: str) -> Any:
        wanted = Q(code__startswith=words)
        for name in ledger.named:
            wanted |= Q(**{f"{name}__icontains": words})
        return rows.filter(wanted)

    return find


def _still_so(ledger: Ledger) -> Bulk:
    def effect(actor: Actor, access: Access, record_id: int, _reason: str) -> None:
        record = ledger.model._default_manager.get(id=record_id)
        if not may(ledger, access, record, "verify"):
            raise NotAllowed(str(_("This is not yours to verify.")))
        verify(actor, ledger, record_id, Said("worker", local_today(), verified=True))

    return Bulk("verify", _("Still so"), ledger.permission("verify"), effect, with_reason=False)


def _filters(ledger: Ledger) -> list[Filter[Any]]:
    chosen = [
        ChoiceFilter(kept.name, kept.title, list(ledger.column(kept).flatchoices))
        for kept in ledger.kept
        if kept.listed and ledger.column(kept).choices
    ]
    return [
        WordsFilter("q", _("Name or code"), _looked_for(ledger)),
        *chosen,
        AreaFilter("area", ledger.permission("view")),
        SwitchFilter("disputed", _("Disputed"), lambda rows: rows.filter(disputes__gt=NONE)),
        SwitchFilter("old", _("To verify"), lambda rows: rows.filter(verify_by__lte=local_today(), retired_at__isnull=True)),
        UseFilter(),
        *ledger.filters,
    ]  # fmt: skip


def _wide(column: Column[Any]) -> Column[Any]:
    return replace(column, css=f"{column.css} col-wide".strip())


def ledger_list(ledger: Ledger) -> List[Any]:
    """The list of the records that a person may see."""
    listed = [kept for kept in ledger.kept if kept.listed and kept.name not in ledger.named]
    shown = [*(_column(ledger, kept) for kept in listed), *ledger.columns]
    name = Column("name", pgettext_lazy("thing", "Name"), ledger.heading, css="card-title")
    state = Column("standing", _("State"), lambda row: str(STANDING[standing_of(row)][0]), html=pill, code_of=standing_of, css="card-plain fixed")  # fmt: skip
    # What a list does not show it does not open either.
    unread = [kept.name for kept in ledger.kept if ledger.is_sealed(kept) and not kept.listed]
    code: Column[Any] = Column("code", _("Code"), lambda row: str(row.code), css="fixed col-wide")
    return List(
        code=ledger.code, title=title_of(ledger), permission=ledger.permission("view"),
        rows=lambda access: seen(ledger, access).defer(*unread), address=lambda row: page_at(f"{ledger.code}-record", row.id),
        columns=(name, code, *shown[:ON_A_TABLET], *(_wide(one) for one in shown[ON_A_TABLET:]), state),
        filters=_filters(ledger), bulk=(_still_so(ledger),),
        context=new_button(f"{ledger.code}-new", _("Add"), ledger.permission("change")),
        empty=Empty(_("Nothing here yet"), _("What is added or imported will stand here."), ledger.icon),
    )  # fmt: skip
