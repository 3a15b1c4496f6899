"""The form of an action, made from what the table of transitions says it needs and takes; and the way back, from a form to Given.

The case page shows a button for each action that is possible; acting.py shows its dialog and takes what comes from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import UnitNode, User, unit_title
from linli.core.cases.pages.categories import offered_for
from linli.core.cases.public import (
    ACTION_TITLES,
    Case,
    CaseFile,
    Given,
    checkers_of,
    could_handle,
    return_targets,
)
from linli.core.cases.reading.seeing import requests_of
from linli.core.catalogue.public import CategoryGroup, limit_words
from linli.core.flow.public import Transition, due_words
from linli.core.platform.public import BadInput, receive_photo
from linli.lib.outside import whole_number

MOST_PHOTOS = 4
DANGEROUS = ("void", "reject")
QUIET = (
    "comment",
    "instruct",
    "urge",
    "supervise",
    "escalate",
    "split",
    "merge",
    "void",
    "reject",
    "archive",
    "add_assisting",
)

LABELS: dict[str, str | Promise] = {
    "reason": gettext_lazy("Reason"), "note": gettext_lazy("Note"), "category": gettext_lazy("Category and filing condition"),
    "unit": gettext_lazy("Handling unit"), "units": gettext_lazy("Assisting units"), "return_to": gettext_lazy("Back to"),
    "amount": gettext_lazy("How much more"), "photo": gettext_lazy("Photos"), "photo_before": gettext_lazy("Photos of before"),
    "case": gettext_lazy("Merge into"), "checker": gettext_lazy("Who goes"), "found": gettext_lazy("On the spot"),
}  # fmt: skip
HINTS: dict[str, str | Promise] = {
    "send_to_confirm": gettext_lazy("The grid's worker looks at the place and says whether it is so."),
    "reject": gettext_lazy("The case ends here. The reporter reads the reason."),
    "merge": gettext_lazy("This case ends; what is known of it stays readable, the other case goes on."),
    "split": gettext_lazy("A second problem in the same report becomes a case of its own at the same place."),
    "void": gettext_lazy("Its clocks stop, and it cannot be taken up again. The timeline stays. The reporter reads the reason."),
    "hand_over": gettext_lazy("The reporter reads these words and sees the photos: write no names and no phone numbers."),
    "return": gettext_lazy("The unit that it goes back to dispatches it anew."),
    "recall": gettext_lazy("The unit has not accepted it yet; the desk dispatches it anew. A unit that gets it again goes on with the time it had."),
    "call_off_confirm": gettext_lazy("Nobody has to go and look; the case stands as before."),
    "call_off_verify": gettext_lazy("Nobody has to go and look; the case stands as before."),
    "grant_shelving": gettext_lazy("The clock stands still until the case is resumed."),
    "send_to_verify": gettext_lazy("Somebody other than the handler looks at the place."),
    "verify_pass": gettext_lazy("You saw the place, or proof of it, and it is solved. The reporter sees the photos."),
    "verify_fail": gettext_lazy("The case goes back to the unit, whose clock runs on with what is left."),
    "rework": gettext_lazy("The case goes back to the unit, whose clock runs on with what is left."),
    "pass_and_close": gettext_lazy("You saw the place, or proof of it, and it is solved: the case is closed. The reporter reads this note and can rate it."),
    "instruct": gettext_lazy("The unit that has the case reads it above everything else on its page."),
    "close": gettext_lazy("The reporter reads this note, or else what the unit wrote, and can rate it."),
    "reopen": gettext_lazy("The case goes back to be dispatched anew."),
    "archive": gettext_lazy("Afterwards it cannot be reopened."),
    "confirm": gettext_lazy("The desk decides with it whether the case is filed."),
    "dispatch": gettext_lazy("The case then waits in the queue of this unit."),
    "add_assisting": gettext_lazy("They see the case and report what they did."),
    "ask_extension": gettext_lazy("Who dispatches decides; until then the limit stays as it is."),
    "grant_extension": gettext_lazy("The limit grows by this much."),
    "deny_extension": gettext_lazy("The unit reads the reason; the limit stays as it is."),
    "ask_shelving": gettext_lazy("Who dispatches decides; until then the clock runs on."),
    "deny_shelving": gettext_lazy("The unit reads the reason; the clock runs on."),
    "resume": gettext_lazy("The clock runs on with what is left."),
    "urge": gettext_lazy("The unit reads it in the timeline."),
    "supervise": gettext_lazy("The unit reads it in the timeline, and the case is marked as supervised."),
    "escalate": gettext_lazy("The case rises by one level."),
    "comment": gettext_lazy("Staff alone read it."),
}  # fmt: skip
DANGER_TITLES: dict[str, str | Promise] = {
    "void": gettext_lazy("Void this case"), "reject": gettext_lazy("Reject this report"), "merge": gettext_lazy("Merge this case"),
}  # fmt: skip
NOTE_LABELS: dict[str, str | Promise] = {
    "hand_over": gettext_lazy("What was done"), "assist": gettext_lazy("What was done"), "split": gettext_lazy("The second problem"),
    "comment": gettext_lazy("Comment"), "urge": gettext_lazy("What is asked"), "instruct": gettext_lazy("Instruction"),
    "supervise": gettext_lazy("What is asked"),
}  # fmt: skip


@dataclass(frozen=True)
class UnitChoice:
    """A unit that can be chosen."""

    id: int
    title: str
    kind: str
    on: bool


@dataclass
class Field:
    """One field of a dialog; `kind` chooses its markup in cases/field.html."""

    name: str
    kind: str
    label: str
    required: bool
    value: str = ""
    error: str = ""
    units: Sequence[UnitChoice] = ()
    categories: Sequence[CategoryGroup] = ()
    said_in: str = ""
    help: str = ""
    unit: str = ""

    @property
    def is_chosen(self) -> bool:
        """Whether one of the units is chosen already."""
        return any(one.on for one in self.units)


@dataclass(frozen=True)
class ActionButton:
    """What opens the dialog of one action."""

    action: str
    words: str
    danger: bool
    quiet: bool


@dataclass
class ActionForm:
    """The dialog of one action."""

    action: str
    title: str
    button: str
    hint: str
    danger: bool
    fields: list[Field]
    error: str = ""
    open: bool = True
    effect_id: str = ""
    compared: Sequence[CaseFile] = ()


@dataclass(frozen=True)
class Failed:
    """An action that was refused: what was typed, and why it was refused."""

    action: str
    typed: QueryDict
    sentence: str
    field: str
    is_open: bool = True
    lacking: Mapping[str, str] | None = None


def action_button(row: Transition) -> ActionButton:
    """The button of a possible action."""
    words = str(ACTION_TITLES[row.action])
    return ActionButton(row.action, words, row.action in DANGEROUS, row.action in QUIET)


def action_form(case: Case, row: Transition, failed: Failed | None = None, *, user_id: int | None = None) -> ActionForm:
    """The dialog of a possible action for somebody; a refused one keeps what was typed."""
    names = [*row.needs, *row.takes]
    handlers = could_handle(case) if {"unit", "units"} & set(names) else []
    form = ActionForm(
        action=row.action, title=str(DANGER_TITLES.get(row.action, ACTION_TITLES[row.action])),
        button=str(ACTION_TITLES[row.action]), hint=str(HINTS.get(row.action, "")), danger=row.action in DANGEROUS,
        fields=[_field(case, row, name, handlers, failed, user_id) for name in names],
    )  # fmt: skip
    if row.action == "accept":
        form.hint = due_words(case.due_at, provisional=case.due_provisional)
    if failed is not None:
        form.open, form.effect_id = failed.is_open, failed.typed.get("effect_id", "")
        if failed.is_open and not any(field.error for field in form.fields):
            form.error = failed.sentence
    return form


def _field(
    case: Case, row: Transition, name: str, handlers: list[UnitNode], failed: Failed | None, user_id: int | None
) -> Field:
    kinds = {"reason": "words", "note": "words", "photo": "photos", "photo_before": "photos"}
    typed = failed.typed if failed else QueryDict()
    label = str(NOTE_LABELS.get(row.action, LABELS[name]) if name == "note" else LABELS[name])
    made = Field(name, kinds.get(name, name), label, name in row.needs, value=typed.get(name, ""))
    if failed and failed.is_open and failed.field in FIELD_OF.get(name, (name,)):
        made.error = failed.sentence
    elif failed and failed.is_open:
        made.error = (failed.lacking or {}).get(name, "")
    if name == "category":
        # Filing judges by a condition; a split off case may wait for that.
        # A second problem in the same report is told by its note; the category of the first says nothing about it.
        second = row.action == "split"
        made.said_in = f"#{row.action}-note" if second else ""
        made.categories = offered_for(
            typed.get("condition_id", ""), case=None if second else case, street_id=case.street_id, user_id=user_id,
            said=typed.get("note", "") if second else case.description,
        )  # fmt: skip
    elif name == "unit":
        chosen = typed.get("unit") or str(case.handling_unit_id or "")
        made.units = [_choice(unit, chosen) for unit in handlers]
        made.help = _("Proposed by the rules: %s") % unit_title(case.handling_unit_id) if case.handling_unit_id else ""
        made.required = True
    elif name == "units":
        wanted = set(typed.getlist("units"))
        made.units = [UnitChoice(unit.id, unit.title, unit.kind, str(unit.id) in wanted) for unit in handlers]
    elif name == "return_to":
        targets = return_targets(case)
        chosen = typed.get("return_to") or (str(targets[0].id) if targets else "")
        made.units = [_choice(unit, chosen) for unit in targets]
        made.help = "" if targets else _("The rules of this city name nobody to whom this unit may return a case.")
    elif name == "checker":
        people = checkers_of(case, row.action)
        usual = str(people[0].id) if people and people[0].id == case.worker_id else ""
        chosen = typed.get("checker", "") if failed else usual
        made.units = [UnitChoice(one.id, _person(one, case), "", str(one.id) == chosen) for one in people]
        made.help = _("It waits for this person; for nobody chosen, for everybody who may.")
    elif name == "amount":
        made.unit = case.get_limit_unit_display()
        if row.action == "grant_extension" and not failed:
            made.value = _asked_for(case)
        made.help = _("The limit is %s.") % limit_words(case.limit_amount, case.limit_unit)
    return made


def _asked_for(case: Case) -> str:
    """How much more time the unit asks for, as a field shows it; empty when nobody asks."""
    open_ones = [one for one in requests_of(case) if one.kind == "extension" and one.decided_at is None]
    return f"{open_ones[0].amount.normalize():f}" if open_ones and open_ones[0].amount else ""


# What a refusal calls a field, where that is not the table's word.
FIELD_OF: Mapping[str, tuple[str, ...]] = {
    "category": ("category", "category_id", "condition_id"), "unit": ("unit", "unit_id"), "return_to": ("return_to", "unit_id"),
    "case": ("case", "case_id"), "checker": ("checker", "checker_id"), "photo": ("photo", "photos"), "reason": ("reason", "note"),
}  # fmt: skip


def _person(person: User, case: Case) -> str:
    """A name with its unit; the grid's worker is marked."""
    words = " · ".join(part for part in (person.display_name, unit_title(person.unit_id)) if part)
    return _("%s (worker of this grid)") % words if person.id == case.worker_id else words


def _choice(unit: UnitNode, chosen: str) -> UnitChoice:
    return UnitChoice(unit.id, unit.title, unit.kind, str(unit.id) == chosen)


@dataclass
class Sent:
    """What came from a form: Given for the core, and the plain content for the idempotency protocol."""

    given: Given
    content: list[Any] = field(default_factory=list)


# The table's word for an id, under which name a form sends it, and what Given calls it.
IDS: Mapping[str, tuple[str, str]] = {
    "category": ("condition_id", "condition_id"), "unit": ("unit", "unit_id"), "return_to": ("return_to", "unit_id"),
    "case": ("case", "case_id"), "checker": ("checker", "checker_id"),
}  # fmt: skip


def parse_given(row: Transition, post: QueryDict, files: MultiValueDict[str, UploadedFile[Any]]) -> Sent:
    """Parses what the table names for the action; anything else in the form is not looked at. Raises BadInput.

    Photos are taken in here, before the unit of work, since decoding takes its time.
    """
    names = {*row.needs, *row.takes}
    values: dict[str, Any] = {}
    for name in ("reason", "note"):
        if name in names:
            values[name] = post.get(name, "")
    for name, (key, value) in IDS.items():
        if name in names:
            values[value] = _whole(post, key, name)
    if "units" in names:
        values["unit_ids"] = tuple(_number(value, "units") for value in post.getlist("units") if value)
    if "amount" in names:
        values["amount"] = _decimal(post.get("amount", ""))
    if "found" in names and post.get("found") in ("yes", "no"):
        values["found"] = post["found"] == "yes"
    content: list[Any] = [[name, str(value)] for name, value in sorted(values.items())]
    roles = {"photo": "after" if row.action in ("hand_over", "assist") else "proof", "photo_before": "before"}
    photos: list[dict[str, Any]] = []
    for name, role in roles.items():
        if name in names:
            photos += take_photos(files, name, role)
    content.append([[photo["role"], photo["stored_file_id"]] for photo in photos])
    return Sent(Given(**values, files=tuple(photos)), content)


def take_photos(
    files: MultiValueDict[str, UploadedFile[Any]], name: str, role: str, *, most: int = MOST_PHOTOS
) -> list[dict[str, Any]]:
    """Takes in the photos of a field. Raises FileRefused with the photo's name, or BadInput for too many."""
    uploads = [upload for upload in files.getlist(name) if upload.size or upload.name]
    if len(uploads) > most:
        raise BadInput(_("At most %s photos; take some out.") % most, field=name)
    return [
        {"role": role, "stored_file_id": receive_photo(cast(BinaryIO, upload), upload.name or "", field=name).id}
        for upload in uploads
    ]


def _whole(post: QueryDict, key: str, name: str) -> int | None:
    value = post.get(key, "").strip()
    return _number(value, name) if value else None


def _number(value: str, name: str) -> int:
    number = whole_number(value)
    if number is None:
        raise BadInput(_("Choose one of the entries offered."), field=name)
    return number


def _decimal(words: str) -> Decimal | None:
    words = words.strip().replace("，", ".").replace(",", ".")
    if not words:
        return None
    try:
        amount = Decimal(words)
    except InvalidOperation:
        raise BadInput(_("Give a number, such as 2 or 0.5."), field="amount") from None
    if not amount.is_finite() or amount != round(amount, 3):
        raise BadInput(_("Give a number with at most three digits after the point."), field="amount")
    return amount
