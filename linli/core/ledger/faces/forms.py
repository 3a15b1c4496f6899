"""Forms of a ledger, made from what it keeps: adding a record, saying that values are others, verifying, deciding, merging, revealing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.desk.public import AreaField, DayField, DeskForm, LineField, PhoneField, PlaceField, WordsField
from linli.core.grids.public import locate_main
from linli.core.ledger.adding import New
from linli.core.ledger.definition import Kept, Ledger
from linli.core.ledger.history import may
from linli.core.ledger.keeping import BY_EYE, Said
from linli.core.ledger.models import Source
from linli.core.ledger.words import masked, text_of
from linli.core.people.public import service_of
from linli.core.platform.public import BadInput, local_today, title_in

SOURCES = tuple(
    (one.value, one.label) for one in (Source.WORKER, Source.INSPECTION, Source.RESIDENT, Source.DEPARTMENT)
)
NONE_OF = "none_of_"
SEALED_HINT = gettext_lazy("It stands there sealed: leave this empty to keep it.")


def field_for(ledger: Ledger, kept: Kept) -> forms.Field:
    """The form field of a column: its own where the ledger gives one, else the usual one of its type."""
    made = kept.form() if kept.form is not None else _usual(ledger, kept)
    made.label, made.required = kept.title, kept.needed  # type: ignore[assignment]  # any lazy text
    made.widget.is_required = kept.needed
    return made


def _usual(ledger: Ledger, kept: Kept) -> forms.Field:
    column = ledger.column(kept)
    if ledger.is_sealed(kept):
        return PhoneField() if kept.mask == "phone" else LineField(max_length=200)
    if column.choices:
        return forms.ChoiceField(choices=[("", "—"), *column.flatchoices])
    if isinstance(column, models.BooleanField):
        return forms.TypedChoiceField(
            choices=[("", "—"), ("1", gettext_lazy("yes")), ("0", gettext_lazy("no"))],
            coerce=lambda words: words == "1",
            empty_value=None,
        )
    if isinstance(column, models.DateField):
        return DayField()
    if isinstance(column, models.DecimalField):
        return forms.DecimalField(max_digits=column.max_digits, decimal_places=column.decimal_places, min_value=0)
    if isinstance(column, models.IntegerField):
        return forms.IntegerField(min_value=0, max_value=2_000_000_000)
    if isinstance(column, models.TextField):
        return WordsField(max_length=2000)
    return LineField(max_length=column.max_length or 200)


class SayForm(DeskForm):
    """Base of the forms by which somebody says something: from where, and as of which day."""

    ledger: Ledger
    source = forms.ChoiceField(label=gettext_lazy("From where it is known"), choices=SOURCES, initial=Source.WORKER)
    stated_on = DayField(label=gettext_lazy("As of"), required=False)

    def said(self, area_id: int, *, beside: bool = False) -> Said:
        """How the values are said. What somebody who may verify saw on the spot is verified by it."""
        source, on = self.cleaned_data["source"], self.cleaned_data["stated_on"] or local_today()
        sure = source in BY_EYE and self.access.may_in_area(self.ledger.permission("verify"), area_id)
        return Said(source, on, verified=sure and not beside, beside=beside)


class ChangeForm(SayForm):
    """Some values are others than those that stand there."""

    record: Any
    by_name = False  # a program names the fields that it sends, so an empty one means that there is none
    beside = forms.BooleanField(
        label=gettext_lazy("Not certain: let it stand beside what is there until somebody decides"), required=False
    )

    def values(self) -> dict[str, Any]:
        """The values that are different, and what was typed of those that are sealed. Raises BadInput where there is none.

        Whether a sealed one is different is never said: else whoever may not look would try out numbers, and with a `seen_seq` or a day that is
        refused nothing of it would be written down.
        """
        found = {}
        for kept in self.ledger.kept:
            if kept.name not in self.fields:
                continue
            value = typed(kept, self.cleaned_data)
            emptied = self.by_name or self.cleaned_data.get(f"{NONE_OF}{kept.name}")
            sealed = self.ledger.is_sealed(kept)
            if sealed and value in (None, "") and not emptied:
                continue
            if sealed or text_of(value) != text_of(getattr(self.record, kept.name)):
                found[kept.name] = value
        if not found:
            raise BadInput(_("Nothing is different from what stands there. If it is still so, say that instead."))
        return found


def typed(kept: Kept, cleaned: Mapping[str, Any]) -> Any:
    """The value that was typed, as the column holds it."""
    value = cleaned.get(kept.name)
    return kept.value_of(value) if value not in (None, "") else value


def change_form(ledger: Ledger, record: Any, names: Sequence[str] | None = None) -> type[ChangeForm]:
    """The form of the values of a record; of these only, where a program names some."""
    made: dict[str, forms.Field] = {}
    for kept in ledger.kept:
        if names is None or kept.name in names:
            made[kept.name] = field_for(ledger, kept)
        if kept.name in made and ledger.is_sealed(kept):
            made[kept.name].required = made[kept.name].widget.is_required = False
            shown = masked(ledger, kept, getattr(record, kept.name))
            made[kept.name].help_text = f"{shown} · {SEALED_HINT}" if shown else ""
            if shown and names is None and not kept.needed:
                made[f"{NONE_OF}{kept.name}"] = forms.BooleanField(
                    label=_("%s: there is none any more") % kept.title, required=False
                )
    about = {"ledger": ledger, "record": record, "by_name": names is not None}
    return type("RecordForm", (ChangeForm,), {**made, **about, "field_order": [*made]})


def initial_of(ledger: Ledger, record: Any) -> dict[str, Any]:
    """What the form of a record begins with; nothing of what is sealed."""
    found: dict[str, Any] = {"stated_on": local_today()}
    for kept in ledger.kept:
        value = getattr(record, kept.name)
        if ledger.is_sealed(kept) or value is None:
            continue
        found[kept.name] = ("1" if value else "0") if isinstance(value, bool) else value
    return found


class AddForm(SayForm):
    """A new record."""

    names = {"area_id": "area", "lon": "place", "lat": "place"}

    def new(self) -> New:
        """What was filled in. Raises BadInput where neither area nor place says where it belongs."""
        cleaned, place = self.cleaned_data, self.cleaned_data.get("place")
        area = cleaned.get("area")
        area_id = area.id if area is not None else None
        if area_id is None and place is not None:
            grid, _layer = locate_main(place.lon, place.lat)
            area_id = grid.area_id if grid is not None else None
        if area_id is None:
            raise BadInput(_("Choose the area in which it lies."), field="area")
        if not self.access.may_in_area(self.ledger.permission("change"), area_id):
            raise BadInput(_("This place does not lie in an area of yours."), field="place" if place else "area")
        values = {kept.name: typed(kept, cleaned) for kept in self.ledger.kept}
        return New(
            area_id, values, cleaned.get("code") or "", place.lon if place else None, place.lat if place else None
        )  # fmt: skip


def add_form(ledger: Ledger) -> type[AddForm]:
    """The form of a new record."""
    fields: dict[str, forms.Field] = {kept.name: field_for(ledger, kept) for kept in ledger.kept}
    if ledger.is_placed:
        fields["place"] = PlaceField(required=False)
    fields["area"] = AreaField(
        permission=ledger.permission("change"), required=not ledger.is_placed,
        help_text=gettext_lazy("May stay empty where a place is marked.") if ledger.is_placed else "",
    )  # fmt: skip
    fields["code"] = LineField(
        label=gettext_lazy("Code"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Without one it is given one."),
    )
    return type("NewRecordForm", (AddForm,), {**fields, "field_order": [*fields], "ledger": ledger})


class MoveForm(DeskForm):
    """Where a record that was filed wrongly belongs."""


def move_form(ledger: Ledger) -> type[MoveForm]:
    """The form that offers the areas of the person; of what stands somewhere also the point."""
    fields: dict[str, forms.Field] = {
        "area": AreaField(label=gettext_lazy("Belongs to"), permission=ledger.permission("change"))
    }
    if ledger.is_placed:
        fields["place"] = PlaceField(required=False, help_text=gettext_lazy("May stay empty where the place is right."))
    return type("MoveRecordForm", (MoveForm,), fields)


class FieldsField(forms.MultipleChoiceField):
    """The values that are meant, all of them ticked at first."""

    widget = forms.CheckboxSelectMultiple


def verify_form(ledger: Ledger, record: Any) -> type[SayForm]:
    """The form by which values are said to be still so."""
    known = [one for one in ledger.kept if getattr(record, one.name) not in (None, "")]
    choices = [
        (
            one.name,
            _("%(field)s: %(words)s") % {"field": one.title, "words": masked(ledger, one, getattr(record, one.name))},
        )
        for one in known
    ]
    ticked = FieldsField(label=gettext_lazy("Still so"), choices=choices, initial=[name for name, _words in choices])
    ticked.error_messages["required"] = gettext_lazy("Tick what is still so.")
    sources = forms.ChoiceField(
        label=gettext_lazy("From where it is known"), choices=[one for one in SOURCES if one[0] != Source.RESIDENT]
    )
    return type(
        "VerifyForm", (SayForm,), {"ledger": ledger, "ticked": ticked, "source": sources, "field_order": ["ticked"]}
    )


class DecideForm(SayForm):
    """Which of two values is true."""

    source = forms.ChoiceField(
        label=gettext_lazy("From where it is known"), choices=[one for one in SOURCES if one[0] != Source.RESIDENT]
    )


def decide_form(ledger: Ledger, kept: Kept, choices: Sequence[tuple[str, str]]) -> type[DecideForm]:
    """The form that offers the values that stand beside each other."""
    row = forms.ChoiceField(label=str(kept.title), choices=list(choices), widget=forms.RadioSelect)
    row.error_messages["required"] = gettext_lazy("Choose which one is true.")
    return type("WhichForm", (DecideForm,), {"ledger": ledger, "row": row, "field_order": ["row"]})


class EmptyForm(DeskForm):
    """A dialog that asks nothing."""


class RevealForm(DeskForm):
    """Why somebody has to see who it is."""


def reveal_form(ledger: Ledger) -> type[RevealForm]:
    """The form that offers what somebody may look for."""
    purposes = [(code, title_in(titles)) for code, titles in service_of(ledger.code).purposes.items()]
    purpose = forms.ChoiceField(label=gettext_lazy("What you need it for"), choices=purposes, widget=forms.RadioSelect)
    purpose.error_messages["required"] = gettext_lazy("Say for what you need it: choose one of the purposes.")
    return type("LookForm", (RevealForm,), {"purpose": purpose})


def may_any(ledger: Ledger, access: Any, record: Any) -> dict[str, bool]:
    """What somebody may do to a record, by action."""
    return {action: may(ledger, access, record, action) for action in ("change", "verify", "merge", "retire")}
