"""What a ledger is: its model of present values, and which of its columns are kept with source, date, state and history.

A ledger is declared once, as data, in the room of its department, and put into `ledgers` of its descriptor:

    PREMISES = Ledger(
        code="premises",
        titles={"zh-hans": "场所", "en": "Premises"},
        model=Premises,
        kept=(Kept("name", _("Name"), listed=True), Kept("phone", _("Telephone"), days=365, mask="phone")),
    )

Everything else is made of it: list, page, dialogs, history, API, map layer, search, panels, the nightly look at what grew old, and
the tests that it inherits (docs/ledgers.md). What does not fit together is refused when it is made, naming the mend.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from django import forms
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models
from django.utils.functional import Promise

from linli.core.access.public import Access
from linli.core.ledger.beside import parts_of
from linli.core.ledger.models import FIELD_CHARS, LEDGER_CHARS, LedgerRecord, LedgerValue, PlacedRecord, ValueRow
from linli.core.ledger.words import words_of
from linli.core.platform.public import MaskKind, Part, SealedField, personal_fields, title_in

Text = str | Promise
Place = Literal["grid", "place", "case"]
PersonValue = Literal["name", "phone", "mail", "address"]
ACTIONS = ("change", "verify", "merge", "retire")


@dataclass(frozen=True, slots=True)
class Kept:
    """A column that is kept with source, date, state and history.

    days    how old a value may grow before somebody has to verify it (None: for ever)
    before  of a day that stands in the field: so many days before it somebody has to look (a contract that ends, a certificate)
    listed  stands in the list
    needed  must be filled in
    mask    how it is shown to who may not see it; a sealed column must have one, and is shown whole only when it is revealed
    person  which value of a person it is, of whoever the record names; every sealed column says so, and is seen through `core/people` only
    form    the form field, where the usual one of the column does not do; `value_of` makes of its value what the column holds
    shown   the value in words, where the usual ones do not do
    """

    name: str
    title: Text
    days: int | None = None
    before: int | None = None
    listed: bool = False
    needed: bool = False
    mask: MaskKind | None = None
    person: PersonValue | None = None
    form: Callable[[], forms.Field] | None = None
    value_of: Callable[[Any], Any] = lambda value: value
    shown: Callable[[Any], str] | None = None


def heading_of(record: Any) -> str:
    """A record by its name, else by its code."""
    return str(getattr(record, "name", "") or record.code)


def nothing_more(_record: Any, _access: Access) -> Sequence[tuple[Text, Any]]:
    """For ledgers whose page shows nothing else."""
    return ()


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Ledger:
    """See above.

    code         noun of its addresses (`/ledgers/<code>/`), audit records and permissions: `<code>.change` says that a value is another one,
                 `<code>.verify` that it is true (and decides between two), `<code>.merge` joins two records, `<code>.retire` takes one out
    titles       what it is called, in both languages; `one` is what a record is called (default: the same)
    view         permission to see it in one's areas (default: `<code>.view`)
    heading      a record in words, by the columns `named` in which the search and the list look for it
    columns, filters   of the list, besides those of the values that are `listed`
    facts        what stands on the page of a record above the values; `more` is context for a `template` of its own
    panels       pages of the core that show what is near: beside a grid, on the board of an area, on a case
    layer        whether it can be switched on on the map
    icon, order  in the menu, in the section `ground`; without `in_menu` it stands in none
    values       table of its history, where it is too large to share one
    """

    code: str
    titles: Mapping[str, str]
    model: Any  # a class that extends LedgerRecord; its columns are the department's
    kept: Sequence[Kept]
    one: Mapping[str, str] = field(default_factory=dict)
    view: str = ""
    heading: Callable[[Any], str] = heading_of
    named: Sequence[str] = ("name",)
    columns: Sequence[Any] = ()
    filters: Sequence[Any] = ()
    facts: Callable[[Any, Access], Sequence[tuple[Text, Any]]] = nothing_more
    panels: Sequence[Place] = ()
    layer: bool = True
    icon: str = "list"
    order: int = 200
    in_menu: bool = True
    values: type[ValueRow] = LedgerValue
    template: str = "ledger/record.html"
    more: Callable[[Any, Access], Mapping[str, Any]] = lambda _record, _access: {}

    def __repr__(self) -> str:
        return f"<Ledger {self.code}>"

    def __post_init__(self) -> None:
        if not self.code.isidentifier() or len(self.code) > LEDGER_CHARS:
            raise self._wrong(f"needs a code of at most {LEDGER_CHARS} letters")
        if not issubclass(self.model, LedgerRecord):
            raise self._wrong("needs a model that extends LedgerRecord or PlacedRecord")
        names = [one.name for one in self.kept]
        if len(set(names)) < len(names):
            raise self._wrong("keeps a field twice")
        for one in self.kept:
            self._check(one)
        if len(self.of_person) < sum(one.person is not None for one in self.kept):
            raise self._wrong("keeps the same value of a person twice")
        for name in self.named:
            if name not in names and name != "code":
                raise self._wrong(f"is looked for by {name!r}, which it does not keep")

    def _check(self, kept: Kept) -> None:
        try:
            column = self.model._meta.get_field(kept.name)
        except FieldDoesNotExist:
            raise self._wrong(f"keeps {kept.name!r}, which its model does not have") from None
        if len(kept.name) > FIELD_CHARS:
            raise self._wrong(f"keeps {kept.name!r}, whose name is longer than {FIELD_CHARS}")
        if kept.before is not None and not isinstance(column, models.DateField):
            raise self._wrong(f"looks {kept.before} days before {kept.name!r}, which is no day")
        if isinstance(column, SealedField) and kept.mask is None:
            raise self._wrong(f"keeps {kept.name!r} sealed and says no mask for it")
        if isinstance(column, SealedField) != (kept.person is not None):
            raise self._wrong(f"has to say of {kept.name!r} which value of a person it is, and to keep it sealed")
        if isinstance(column, SealedField) and kept.name in self.named:
            raise self._wrong(f"is looked for by {kept.name!r}, which is sealed")

    def _wrong(self, words: str) -> ImproperlyConfigured:
        return ImproperlyConfigured(f"The ledger {self.code!r} {words}.")

    def permission(self, action: str) -> str:
        """The permission that an action asks for; `view` for seeing."""
        return (self.view or f"{self.code}.view") if action == "view" else f"{self.code}.{action}"

    @property
    def permission_codes(self) -> frozenset[str]:
        """The permissions that it brings; one that another package declares (`view`) is not among them."""
        own = {self.permission(action) for action in ACTIONS}
        if self.of_person:
            own.add(self.permission("reveal"))
        return frozenset(own if self.view else own | {self.permission("view")})

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """What it puts elsewhere: menu, map, search, panels, the noun of its table."""
        return parts_of(self)

    @property
    def title(self) -> str:
        """What it is called, in the language of the request."""
        return title_in(self.titles)

    @property
    def noun(self) -> str:
        """What a record is called."""
        return title_in(self.one or self.titles)

    @cached_property
    def by_name(self) -> dict[str, Kept]:
        """The fields by their names."""
        return {one.name: one for one in self.kept}

    @cached_property
    def of_person(self) -> dict[str, Kept]:
        """What is kept of whoever a record names: the fields by the value of a person that they are."""
        return {one.person: one for one in self.kept if one.person is not None}

    @property
    def is_placed(self) -> bool:
        """Whether its records may stand at a point."""
        return issubclass(self.model, PlacedRecord)

    def column(self, kept: Kept) -> models.Field[Any, Any]:
        """The column of a field."""
        found: models.Field[Any, Any] = self.model._meta.get_field(kept.name)
        return found

    def is_sealed(self, kept: Kept) -> bool:
        """Whether the column itself is sealed, so that nobody sees it whole without a purpose."""
        return isinstance(self.column(kept), SealedField)

    def is_personal(self, kept: Kept) -> bool:
        """Whether what it held before stands sealed in the history and goes when its time is over."""
        return kept.name in personal_fields(self.model)

    def empty(self, kept: Kept) -> Any:
        """What the column holds when nothing is known."""
        column = self.column(kept)
        return None if column.null else ""

    def value_of(self, kept: Kept, text: str) -> Any:
        """The value that a text of the history stands for."""
        if text == "":
            return self.empty(kept)
        return text == "1" if isinstance(self.column(kept), models.BooleanField) else self.column(kept).to_python(text)

    def said(self, kept: Kept, value: Any) -> str:
        """A value in words, unmasked; empty for nothing."""
        return words_of(self.column(kept), kept, value)

    def each(self, names: Sequence[str] = ()) -> Iterator[Kept]:
        """The fields of these names, all of them where none is given."""
        return (one for one in self.kept if not names or one.name in names)
