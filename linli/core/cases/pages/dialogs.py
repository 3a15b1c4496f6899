"""What the dialogs of cases say and take; the engine makes them of the table (linli/core/flow/faces/dialogs.py)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access
from linli.core.cases.pages import action_fields as fields
from linli.core.cases.pages.alike import alike
from linli.core.cases.pages.case_page import DANGEROUS, before_after, case_context
from linli.core.cases.public import CASE, Case, case_full, possible
from linli.core.flow.public import ItemPages, due_words

# Whose dialogs show how it was and how it is.
JUDGING = ("verify_pass", "verify_fail", "rework", "close", "pass_and_close")
LABELS: dict[str | tuple[str, str], str | Promise] = {
    "category": gettext_lazy("Category and filing condition"), "unit": gettext_lazy("Handling unit"),
    "units": gettext_lazy("Assisting units"), "return_to": gettext_lazy("Back to"), "case": gettext_lazy("Merge into"),
    "checker": gettext_lazy("Who goes"), "found": gettext_lazy("On the spot"),
    ("hand_over", "note"): gettext_lazy("What was done"), ("assist", "note"): gettext_lazy("What was done"),
    ("split", "note"): gettext_lazy("The second problem"), ("comment", "note"): gettext_lazy("Comment"),
    ("urge", "note"): gettext_lazy("What is asked"), ("instruct", "note"): gettext_lazy("Instruction"),
    ("supervise", "note"): gettext_lazy("What is asked"),
}  # fmt: skip
HINTS: dict[str, Any] = {
    "accept": lambda case: due_words(case.due_at, provisional=case.due_provisional),
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
# What Given of a case calls what the table names.
IDS = {
    "category": "condition_id", "unit": "unit_id", "return_to": "unit_id", "case": "case_id", "checker": "checker_id",
    "units": "unit_ids", "found": "found",
}  # fmt: skip


def given(own: Mapping[str, Any]) -> dict[str, Any]:
    """What was chosen, as the Given of a case takes it."""
    return {IDS[name]: value for name, value in own.items() if value is not None}


def around(case: Case, action: str, access: Access) -> dict[str, Any]:
    """What the parts of a dialog show: photos of before and after, similar cases."""
    if action in JUDGING:
        return {"compared": before_after(case_full(case).files)}
    if action == "file":
        merges = any(one.action == "merge" for one in possible(case, access))
        return {"case": case, "alike": alike(access, case), "may_merge": merges}
    return {}


PAGES = ItemPages(
    flow=CASE,
    back="queue",
    back_title=gettext_lazy("My queue"),
    template="cases/case.html",
    context=case_context,
    do="case-action",
    fields={
        "category": fields.category, ("split", "category"): fields.second_category, "unit": fields.unit, "units": fields.units,
        "return_to": fields.return_to, "case": fields.merge_target, "found": fields.found, "amount": fields.amount,
        ("grant_extension", "amount"): fields.amount_asked,
        **{
            (row.action, "checker"): partial(lambda action, case, _access: fields.checker(case, action), row.action)
            for row in CASE.rows
            if "checker" in row.given
        },
    },
    labels=LABELS,
    titles={
        "void": gettext_lazy("Void this case"), "reject": gettext_lazy("Reject this report"), "merge": gettext_lazy("Merge this case"),
    },
    hints=HINTS,
    names={
        "category_id": ("category",), "condition_id": ("category",), "unit_id": ("unit", "return_to"), "case_id": ("case",),
        "checker_id": ("checker",),
    },
    roles={"hand_over": "after", "assist": "after"},
    given=given,
    parts={**dict.fromkeys(JUDGING, ("cases/compared_part.html", "")), "file": ("cases/alike_part.html", "cases/alike_below.html")},
    around=around,
    dangerous=DANGEROUS,
)  # fmt: skip
