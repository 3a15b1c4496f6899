"""The fields of the dialogs of cases that the engine does not know: units, a category with its condition, a case to merge into, people.

What is chosen is an id; whether it may be chosen is asked under the lock (loop/given.py), where what is unknown and what is not theirs
get the same sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, UnitNode, User, unit_title
from linli.core.cases.pages.categories import offered_for
from linli.core.cases.public import Case, checkers_of, could_handle, return_targets
from linli.core.cases.reading.seeing import requests_of
from linli.core.catalogue.public import limit_words
from linli.core.desk.public import AmountField
from linli.lib.outside import whole_number

Option = tuple[str, str | Promise]


class IdField(forms.Field):
    """One id; cleaned to a number, None for an empty one."""

    def __init__(
        self, *, options: Sequence[Option] = (), chosen: str = "", always: bool = False, **kwargs: Any
    ) -> None:
        empty = [] if chosen and always else [("", "—")]
        super().__init__(**{"widget": forms.Select(choices=[*empty, *options]), "initial": chosen, **kwargs})
        self.always = always

    def to_python(self, value: Any) -> int | None:
        """The number that was chosen."""
        words = str(value or "").strip()
        number = whole_number(words) if words else None
        if words and number is None:
            raise forms.ValidationError(_("Choose one of the entries offered."))
        return number


class UnitsInput(forms.SelectMultiple):
    """Units to tick, folded away: most cases need none."""

    template_name = "cases/units_input.html"
    draws_label = True

    def __init__(self, label: Any, options: Sequence[Option]) -> None:
        super().__init__(choices=options)
        self.label = label

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Open where one has to choose."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        is_open = self.is_required or "aria-invalid" in context["widget"]["attrs"]
        return context | {"label": self.label, "is_open": is_open, "required": self.is_required}


class IdsField(forms.Field):
    """Some ids; cleaned to a tuple of numbers."""

    def to_python(self, value: Any) -> tuple[int, ...]:
        """The numbers that were ticked."""
        numbers = [whole_number(str(one)) for one in value or () if one]
        if any(number is None for number in numbers):
            raise forms.ValidationError(_("Choose one of the entries offered."))
        return tuple(number for number in numbers if number is not None)


class ConditionInput(forms.Widget):
    """A search with radio buttons: a category is chosen by its filing condition, sent as `condition_id`."""

    template_name = "cases/condition_input.html"

    def __init__(self, case: Case, access: Access, said_in: str = "") -> None:
        super().__init__()
        self.case, self.access, self.said_in = case, access, said_in
        self.said = ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # noqa: ARG002 - Django's signature
        """The condition; the words beside it suggest others."""
        self.said = data.get("note", "")
        return data.get("condition_id", "")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What is offered before anything is searched."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        # A second problem in the same report is told by its note; the category of the first says nothing about it.
        second = bool(self.said_in)
        groups = offered_for(
            str(value or ""), case=None if second else self.case, street_id=self.case.street_id, user_id=self.access.user_id,
            said=self.said if second else self.case.description,
        )  # fmt: skip
        held = context["widget"]["attrs"]
        return context | {
            "groups": groups, "id": held.get("id", name), "said_in": self.said_in, "invalid": held.get("aria-describedby", ""),
            "focus": held.get("autofocus", False),
        }  # fmt: skip


class MergeInput(forms.Widget):
    """A search among open cases, with radio buttons."""

    template_name = "cases/merge_input.html"
    use_fieldset = True

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Where to ask."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        return context | {"case": self.case, "id": context["widget"]["attrs"].get("id", name), "value": value or ""}


def _options(units: Iterable[UnitNode]) -> list[Option]:
    return [(str(unit.id), unit.title) for unit in units]


def unit(case: Case, _access: Access) -> forms.Field:
    """The unit that handles; the one that the rules propose is chosen."""
    proposed = unit_title(case.handling_unit_id) if case.handling_unit_id else ""
    return IdField(
        options=_options(could_handle(case)), chosen=str(case.handling_unit_id or ""), always=True,
        help_text=_("Proposed by the rules: %s") % proposed if proposed else "",
    )  # fmt: skip


def units(case: Case, _access: Access) -> forms.Field:
    """Units that assist."""
    return IdsField(widget=UnitsInput(gettext_lazy("Assisting units"), _options(could_handle(case))))


def return_to(case: Case, _access: Access) -> forms.Field:
    """To whom a case may go back; the first is chosen."""
    targets = return_targets(case)
    nobody = _("The rules of this city name nobody to whom this unit may return a case.")
    return IdField(
        options=_options(targets),
        chosen=str(targets[0].id) if targets else "",
        always=True,
        help_text="" if targets else nobody,
    )


def checker(case: Case, action: str) -> forms.Field:
    """Who goes and looks; the worker of the grid is chosen."""
    people = checkers_of(case, action)
    usual = str(people[0].id) if people and people[0].id == case.worker_id else ""
    return IdField(
        options=[(str(one.id), _person(one, case)) for one in people], chosen=usual,
        help_text=_("It waits for this person; for nobody chosen, for everybody who may."),
    )  # fmt: skip


def _person(person: User, case: Case) -> str:
    """A name with its unit; the grid's worker is marked."""
    words = " · ".join(part for part in (person.display_name, unit_title(person.unit_id)) if part)
    return _("%s (worker of this grid)") % words if person.id == case.worker_id else words


def category(case: Case, access: Access) -> forms.Field:
    """The category with its condition."""
    return IdField(widget=ConditionInput(case, access))


def second_category(case: Case, access: Access) -> forms.Field:
    """The category of a second problem, suggested by the note about it."""
    return IdField(widget=ConditionInput(case, access, said_in="#split-note"))


def merge_target(case: Case, _access: Access) -> forms.Field:
    """The case that this one is merged into."""
    return IdField(widget=MergeInput(case))


def found(_case: Case, _access: Access) -> forms.Field:
    """What somebody saw who looked."""
    choices = [("yes", gettext_lazy("It is as reported")), ("no", gettext_lazy("There is nothing, or something else"))]
    return forms.TypedChoiceField(
        choices=choices, widget=forms.RadioSelect, coerce=lambda words: words == "yes", empty_value=None
    )


def amount(case: Case, _access: Access) -> AmountField:
    """More time, in the unit of the limit."""
    return AmountField(
        unit=case.get_limit_unit_display(),
        help_text=_("The limit is %s.") % limit_words(case.limit_amount, case.limit_unit),
    )


def amount_asked(case: Case, access: Access) -> AmountField:
    """As much as was asked for, until somebody writes another number."""
    made = amount(case, access)
    open_ones = [one for one in requests_of(case) if one.kind == "extension" and one.decided_at is None]
    made.initial = f"{open_ones[0].amount.normalize():f}" if open_ones and open_ones[0].amount else ""
    return made
