"""What comes with an action, parsed: words, amounts, files, and what a flow asks for besides.

Which of it an action needs and takes says the table. A flow with ids in its own Given turns them into rows under the lock
(`Flow.named`); an id from outside proves nothing, and what is unknown and what is not theirs get the same sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.flow.table import Transition
from linli.core.platform.public import BadInput, cleaned

NOTE_MAX = 2000


@dataclass(frozen=True, slots=True)
class Given:
    """What came with an action. Only what the table names for the action may be set.

    `values` holds what the flow's own fields gave, typed and looked up already at the door, by the field's name.
    """

    reason: str = ""
    note: str = ""
    amount: Decimal | None = None
    files: tuple[dict[str, Any], ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    def names(self, row: Transition) -> set[str]:
        """Which of the table's words are given, for an action of this row."""
        roles = {file["role"] for file in self.files}
        have = {
            "reason": self.reason,
            "note": self.note,
            "amount": self.amount is not None,
            "photo": roles - {"before"},
            # Photos of before may come with any that take photos.
            "photo_before": "before" in roles and ("photo_before" in row.given or "photo" not in row.given),
        }
        own = {name for name, value in self.values.items() if value not in (None, "", ())}
        return {name for name, value in have.items() if value} | own


NEEDED: Mapping[str, Promise] = {
    "reason": gettext_lazy("Say why."),
    "note": gettext_lazy("Say in a few words what was done or is asked."),
    "amount": gettext_lazy("Say how much more time is needed."),
    "photo": gettext_lazy("Add a photo as proof."),
    "photo_before": gettext_lazy("Add a photo of before."),
}

AnyGiven = TypeVar("AnyGiven", bound=Given)


def clean(given: AnyGiven) -> AnyGiven:
    """The same with its words cleaned. Raises BadInput for words that are too long."""
    reason, note = (cleaned("note", words, max_chars=NOTE_MAX) for words in (given.reason, given.note))
    return replace(given, reason=reason, note=note)


def lacking(
    row: Transition, given: Given, needed: Mapping[str, str | Promise], notes: Mapping[str, str | Promise]
) -> dict[str, str]:
    """What the action needs and was not given, in the order of the form, each with its sentence.

    `needed` are a flow's sentences for its own words, `notes` what the note of an action is for, where that is not what was done.
    """
    have = given.names(row)
    words = {**NEEDED, **needed}
    if row.action in notes:
        words["note"] = notes[row.action]
    return {name: str(words[name]) for name in row.needs if name not in have}


def refuse_strays(row: Transition, given: Given) -> None:
    """Raises BadInput when something is given that the action does not take."""
    refuse_names(row, given.names(row))


def refuse_names(row: Transition, names: Iterable[str]) -> None:
    """The same for words of the table."""
    extra = sorted(set(names) - row.given)
    if extra:
        raise BadInput(_("This action does not take: %s.") % ", ".join(extra), field=extra[0])
