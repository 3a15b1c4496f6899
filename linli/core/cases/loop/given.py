"""What comes with an action: parsed words, amounts and ids, and the rows that the ids name.

An id from outside proves nothing. `rows_named` looks each up among what this person may choose for this case, so that the
effects (effects.py, handling.py) see rows and no ids. What is unknown and what is not theirs to see get the same sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, UnitNode, User
from linli.core.cases.models import Case
from linli.core.cases.reading.seeing import may_view
from linli.core.cases.reading.units import checkers_of, could_handle, return_targets
from linli.core.cases.transitions import Transition
from linli.core.catalogue.public import CategoryNode, ConditionNode, parse_category
from linli.core.platform.public import BadInput, Work, in_words
from linli.lib.refusal import Refusal as PlainRefusal
from linli.lib.text import clean_text

NOTE_MAX = 2000


@dataclass(frozen=True, slots=True)
class Given:
    """What came with an action, parsed. Only what the table names for the action may be set.

    `rates_anew`: who gives stars may replace those that stand, because they gave them or sent the report.
    """

    reason: str = ""
    note: str = ""
    condition_id: int | None = None
    category_id: int | None = None
    unit_id: int | None = None
    unit_ids: tuple[int, ...] = ()
    amount: Decimal | None = None
    case_id: int | None = None
    checker_id: int | None = None
    found: bool | None = None
    score: int | None = None
    rates_anew: bool = False
    files: tuple[dict[str, Any], ...] = ()

    def names(self) -> set[str]:
        """Which of the table's words are given."""
        roles = {file["role"] for file in self.files}
        have = {
            "reason": self.reason,
            "note": self.note,
            "category": self.condition_id is not None or self.category_id is not None,
            "unit": self.unit_id is not None,
            "return_to": self.unit_id is not None,
            "units": self.unit_ids,
            "amount": self.amount,
            "case": self.case_id is not None,
            "checker": self.checker_id is not None,
            "found": self.found is not None,
            "score": self.score,
            "photo": roles - {"before"},
            "photo_before": "before" in roles,
        }
        return {name for name, value in have.items() if value}


NEEDED: dict[str, Promise] = {
    "reason": gettext_lazy("Say why."),
    "note": gettext_lazy("Say in a few words what was done or is asked."),
    "category": gettext_lazy("Choose the category and its condition."),
    "unit": gettext_lazy("Choose the unit."),
    "return_to": gettext_lazy("Choose to whom it goes back."),
    "units": gettext_lazy("Choose the assisting units."),
    "amount": gettext_lazy("Say how much more time is needed."),
    "case": gettext_lazy("Choose the case it belongs to."),
    "checker": gettext_lazy("Choose who goes to look."),
    "found": gettext_lazy("Say whether it was found on the spot."),
    "score": gettext_lazy("Give one to five stars."),
    "photo": gettext_lazy("Add a photo as proof."),
    "photo_before": gettext_lazy("Add a photo of before."),
}
# What the note of an action is for, where that is not what was done.
NOTES_NEEDED: dict[str, Promise] = {
    "hand_over": gettext_lazy("Say what was done."),
    "assist": gettext_lazy("Say what was done."),
    "split": gettext_lazy("Describe the second problem."),
    "comment": gettext_lazy("Write the comment."),
    "urge": gettext_lazy("Say what is asked."),
    "supervise": gettext_lazy("Say what is asked."),
    "instruct": gettext_lazy("Write the instruction."),
}


def clean(given: Given) -> Given:
    """The same with its words cleaned. Raises BadInput for words that are too long."""
    try:
        return replace(
            given, reason=clean_text(given.reason, max_chars=NOTE_MAX), note=clean_text(given.note, max_chars=NOTE_MAX)
        )
    except PlainRefusal as refusal:
        raise BadInput(in_words(refusal.sentence), field="note") from None


def lacking(row: Transition, given: Given) -> dict[str, str]:
    """What the action needs and was not given, in the order of the form, each with its sentence."""
    have = given.names()
    notes = {**NEEDED, "note": NOTES_NEEDED.get(row.action, NEEDED["note"])}
    return {str(name): str(notes[name]) for name in row.needs if name not in have}


def check_given(row: Transition, given: Given) -> None:
    """Raises BadInput when something needed is missing, or something is given that the action does not take."""
    for name, sentence in lacking(row, given).items():
        raise BadInput(sentence, field=name)
    have = given.names()
    known = {*row.needs, *row.takes}
    if {"unit", "return_to"} & known:
        known |= {"unit", "return_to"}
    extra = have - known - ({"photo_before"} if "photo" in known else set())
    if extra:
        raise BadInput(_("This action does not take: %s.") % ", ".join(sorted(extra)), field=sorted(extra)[0])


@dataclass(frozen=True, slots=True)
class Named:
    """The rows that the ids of an action name. What the action does not take is None or empty."""

    target: Case | None = None
    unit: UnitNode | None = None
    units: tuple[UnitNode, ...] = ()
    category: CategoryNode | None = None
    condition: ConditionNode | None = None
    checker: User | None = None


def rows_named(case: Case, row: Transition, given: Given, access: Access | None, target: Case | None) -> Named:
    """The rows behind the ids of an action. `target` is the row of `given.case_id`, locked by the caller, if there is one.

    Raises BadInput naming the field, with one sentence for what is unknown and what this person may not see or choose.
    """
    takes = {*row.needs, *row.takes}
    category, condition = parse_category(given.category_id, given.condition_id) if "category" in takes else (None, None)
    unit = None
    if "return_to" in takes:
        unit = _among(return_targets(case), given.unit_id, "return_to")
    elif "unit" in takes:
        if given.unit_id is None and case.handling_unit_id is None:
            raise BadInput(
                _("The rules name no unit for this category here; choose the unit that handles it."), field="unit"
            )
        unit = _among(could_handle(case), case.handling_unit_id if given.unit_id is None else given.unit_id, "unit")
    offered = could_handle(case) if given.unit_ids else []
    units = tuple(_among(offered, unit_id, "units") for unit_id in dict.fromkeys(given.unit_ids))
    checker = _checker(case, row.action, given.checker_id) if given.checker_id is not None else None
    return Named(_seen(target, access) if "case" in takes else None, unit, units, category, condition, checker)


def _checker(case: Case, action: str, user_id: int) -> User:
    found = next((person for person in checkers_of(case, action) if person.id == user_id), None)
    if found is None:
        raise BadInput(_("This person cannot be asked to look here; choose one of those offered."), field="checker")
    return found


def _seen(target: Case | None, access: Access | None) -> Case:
    if target is None or access is None or not may_view(target, access):
        raise BadInput(_("There is no such case for you to choose; choose one of those offered."), field="case")
    return target


def _among(offered: Iterable[UnitNode], unit_id: int | None, field: str) -> UnitNode:
    found = next((unit for unit in offered if unit.id == unit_id), None)
    if found is None:
        raise BadInput(_("This unit cannot be chosen for this case; choose one of those offered."), field=field)
    return found


@dataclass(frozen=True, slots=True)
class Act:
    """One action under way. `named` has the rows behind the ids of `given`; no effect reads an id itself."""

    work: Work
    case: Case
    row: Transition
    given: Given
    named: Named
    came_from: str
    relation: str


Effect = Callable[[Act], dict[str, Any]]


def chosen_unit(act: Act) -> UnitNode:
    """The unit of an action that needs one; the door has refused it without."""
    if act.named.unit is None:
        raise ValueError(f"{act.row.action} came past the door without its unit")
    return act.named.unit
