"""The one table of transitions of a case: what may happen in which state, who may do it, what they must give, which clock moves.

Services, pages, API, the diagram in docs/case-loop.md and the tests read this table and nothing else. What is not in it is
refused. States, stages and actions are neutral keys; cities name them differently (`confirm` is 核实 in one, 核查 in another).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.flow.public import Transition, each

# How somebody stands to a case (reading/rules.py): `area`, `handling_unit` and `assisting_unit` hold the permission `case.<action>`
# there, `reporter` holds the tracking number, `system` are the clock's jobs, imports of history and a new division into grids.
# What may come with an action: `reason` and `note` are words; the others name a category with its condition, units, an amount,
# photos, another case, who goes to look.
HANDLER = ("handler",)

ACTION_TITLES = {
    "report": _("Report"),
    "solve_on_spot": _("Solved on the spot"),
    "send_to_confirm": _("Send to confirm"),
    "call_off_confirm": _("Call off the look"),
    "confirm": pgettext_lazy("case action", "Confirm"),
    "file": pgettext_lazy("case action", "File"),
    "reject": _("Reject"),
    "merge": _("Merge"),
    "split": _("Split"),
    "dispatch": _("Dispatch"),
    "add_assisting": _("Add assisting unit"),
    "accept": _("Accept"),
    "return": _("Return"),
    "recall": _("Recall"),
    "ask_extension": _("Ask for extension"),
    "grant_extension": _("Grant extension"),
    "deny_extension": _("Refuse extension"),
    "ask_shelving": _("Ask to shelve"),
    "grant_shelving": _("Grant shelving"),
    "deny_shelving": _("Refuse shelving"),
    "resume": _("Resume"),
    "assist": _("Report assistance"),
    "hand_over": _("Hand over"),
    "send_to_verify": _("Send to verify"),
    "call_off_verify": _("Call off the check"),
    "verify_pass": _("Pass the check"),
    "verify_fail": _("Fail the check"),
    "rework": _("Rework"),
    "close": pgettext_lazy("case action", "Close"),
    "pass_and_close": _("Pass and close"),
    "urge": _("Urge"),
    "supervise": _("Supervise"),
    "instruct": _("Instruct"),
    "escalate": _("Escalate"),
    "void": pgettext_lazy("case action", "Void"),
    "rate": _("Rate"),
    "reopen": _("Reopen"),
    "archive": _("Archive"),
    "comment": _("Comment"),
    "settle": _("Closed in the old system"),
    "take_over": _("Taken over from the old system"),
    "take_back": _("Import taken back"),
    "change_grid": _("Grid changed by new division"),
}

# How long a closed case can be taken up again, and up to how many stars say that somebody is not satisfied.
REOPEN_DAYS = 14
UNSATISFIED = 2
ENDED_STATES = ("archived", "rejected", "merged", "void")
DESK = ("reported", "confirming", "filed")
WORKING = ("dispatched", "handling")
AFTER = ("handled", "verifying", "verified")
OPEN_STATES = (*DESK, *WORKING, "shelved", *AFTER)
STATES_BEFORE_VOID = (*OPEN_STATES, "closed", "archived", "rejected", "merged")
STAGE_TITLES = {
    "file": pgettext_lazy("stage", "File"),
    "confirm": pgettext_lazy("stage", "Confirm"),
    "dispatch": pgettext_lazy("stage", "Dispatch"),
    "handle": pgettext_lazy("stage", "Handle"),
    "verify": pgettext_lazy("stage", "Verify"),
    "close": pgettext_lazy("stage", "Close"),
}
STAGES: tuple[str, ...] = tuple(STAGE_TITLES)


TRANSITIONS: tuple[Transition, ...] = (
    # The two ways in. The state before a case exists is the empty word.
    Transition("report", "", "reported", ("area", "reporter"), takes=("photo", "category"), starts="file"),
    Transition(
        "solve_on_spot", "", "handled", ("area",), needs=("category", "photo_before", "photo", "note"), starts="verify"
    ),
    # The acceptance desk: look, have somebody look on the spot, file or not.
    Transition("send_to_confirm", "reported", "confirming", ("area",), takes=("checker", "note"), starts="confirm"),
    Transition(
        "confirm", "confirming", "reported", ("area",), needs=("found",), takes=("note", "photo"), stops=("confirm",)
    ),
    # Nobody has to go and look any more.
    Transition("call_off_confirm", "confirming", "reported", ("area",), takes=("note",), stops=("confirm",)),
    *each(
        ("reported", "confirming"),
        "file",
        ("area",),
        "filed",
        needs=("category",),
        takes=("note",),
        stops=("file", "confirm"),
        starts="dispatch",
    ),
    *each(("reported", "confirming"), "reject", ("area",), "rejected", needs=("reason",), stops=("file", "confirm")),
    *each(DESK, "merge", ("area",), "merged", needs=("case",), takes=("note",), stops=("file", "confirm", "dispatch")),
    *each(DESK, "split", ("area",), needs=("note",), takes=("category",)),
    *each(
        (*DESK, "dispatched"),
        "void",
        ("area",),
        "void",
        needs=("reason",),
        stops=("file", "confirm", "dispatch", "handle"),
    ),
    # Command: which unit, and who helps.
    Transition(
        "dispatch",
        "filed",
        "dispatched",
        ("area",),
        takes=("unit", "units", "note"),
        stops=("dispatch",),
        starts="handle",
    ),
    *each(WORKING, "add_assisting", ("area",), needs=("units",), takes=("note",)),
    # Taken back before the unit has taken it on: the wrong unit, or one where nobody is left.
    Transition("recall", "dispatched", "filed", ("area",), takes=("note",), stops=("handle",), starts="dispatch"),
    # The handling unit.
    Transition("accept", "dispatched", "handling", ("handling_unit",), takes=("note",)),
    *each(
        WORKING,
        "return",
        ("handling_unit",),
        "filed",
        needs=("reason", "return_to"),
        stops=("handle",),
        starts="dispatch",
    ),
    Transition("ask_extension", "handling", "handling", ("handling_unit",), needs=("reason", "amount")),
    Transition("grant_extension", "handling", "handling", ("area",), takes=("note", "amount")),
    Transition("deny_extension", "handling", "handling", ("area",), needs=("reason",)),
    Transition("ask_shelving", "handling", "handling", ("handling_unit",), needs=("reason",)),
    Transition("grant_shelving", "handling", "shelved", ("area",), takes=("note",), pauses="handle"),
    Transition("deny_shelving", "handling", "handling", ("area",), needs=("reason",)),
    Transition("resume", "shelved", "handling", ("handling_unit", "area"), takes=("note",), resumes="handle"),
    Transition("assist", "handling", "handling", ("assisting_unit",), needs=("note",), takes=("photo",)),
    Transition(
        "hand_over",
        "handling",
        "handled",
        ("handling_unit",),
        needs=("note", "photo"),
        stops=("handle",),
        starts="verify",
    ),
    # Supervision: checked by somebody who is neither the handler nor of the handling unit.
    Transition("send_to_verify", "handled", "verifying", ("area",), takes=("checker", "note"), not_by=HANDLER),
    Transition("call_off_verify", "verifying", "handled", ("area",), takes=("note",), not_by=HANDLER),
    Transition(
        "verify_pass",
        "verifying",
        "verified",
        ("area",),
        takes=("note", "photo"),
        stops=("verify",),
        starts="close",
        not_by=HANDLER,
    ),
    Transition(
        "verify_fail",
        "verifying",
        "handling",
        ("area",),
        needs=("reason",),
        takes=("photo",),
        stops=("verify",),
        resumes="handle",
        not_by=HANDLER,
    ),
    *each(
        ("handled", "verified"),
        "rework",
        ("area",),
        "handling",
        needs=("reason",),
        stops=("verify", "close"),
        resumes="handle",
        not_by=HANDLER,
    ),
    Transition("close", "verified", "closed", ("area",), takes=("note",), stops=("close",), not_by=HANDLER),
    # Who went and looked closes in the same step, where the city does not ask for another person (StageLimit).
    *each(
        ("handled", "verifying"),
        "pass_and_close",
        ("area",),
        "closed",
        takes=("note", "photo"),
        stops=("verify",),
        not_by=HANDLER,
    ),
    # Pressure.
    *each((*WORKING, *AFTER), "urge", ("area",), needs=("note",)),
    *each(("filed", *WORKING, "shelved", *AFTER), "supervise", ("area",), needs=("note",)),
    *each(OPEN_STATES, "instruct", ("area",), needs=("note",)),
    *each((*DESK, *WORKING, *AFTER), "escalate", ("area", "system"), takes=("note",)),
    # After the loop.
    *each(("closed", "archived"), "rate", ("reporter",), needs=("score",), takes=("note",)),
    Transition("reopen", "closed", "filed", ("reporter", "area"), needs=("reason",), starts="dispatch"),
    Transition("archive", "closed", "archived", ("area", "system")),
    *each(
        OPEN_STATES,
        "comment",
        ("area", "handling_unit", "assisting_unit"),
        needs=("note",),
        takes=("photo",),
    ),
    # History of an old system (history/importing.py): what was closed there, what is still to be handled, an import taken back.
    Transition("settle", "reported", "closed", ("system",)),
    Transition("take_over", "reported", "dispatched", ("system",), starts="handle"),
    *each(STATES_BEFORE_VOID, "take_back", ("system",), "void", stops=STAGES),
    # A new version of the grids (loop/new_grids.py): an open case goes to the grid that now has its place, a closed one stays.
    *each(OPEN_STATES, "change_grid", ("system",)),
)

TABLE: dict[tuple[str, str], Transition] = {(row.state, row.action): row for row in TRANSITIONS}
ACTIONS: tuple[str, ...] = tuple(ACTION_TITLES)
# Actions that are chosen by hand on a case page, most usual first; the page shows those that the table and the gate allow.
PAGE_ORDER: tuple[str, ...] = (
    "file",
    "confirm",
    "dispatch",
    "accept",
    "hand_over",
    "pass_and_close",
    "verify_pass",
    "send_to_verify",
    "close",
    "grant_extension",
    "grant_shelving",
    "resume",
    "verify_fail",
    "rework",
    "send_to_confirm",
    "assist",
    "return",
    "ask_extension",
    "ask_shelving",
    "deny_extension",
    "deny_shelving",
    "add_assisting",
    "recall",
    "call_off_confirm",
    "call_off_verify",
    "merge",
    "split",
    "instruct",
    "urge",
    "supervise",
    "escalate",
    "reopen",
    "archive",
    "reject",
    "void",
    "comment",
)

# What a case waits for: who may do one of these to it has it in the queue. Urging, commenting and the like are no waiting work.
QUEUE_STEPS: tuple[str, ...] = (
    "file", "confirm", "dispatch", "accept", "hand_over", "send_to_verify", "verify_pass", "pass_and_close", "close", "grant_extension", "grant_shelving",
)  # fmt: skip
# What takes back what was just done, by one press. Another row that happens to lead back (dispatching what was recalled) is a
# new step, which its dialog asks about.
WAYS_BACK: tuple[str, ...] = ("call_off_confirm", "recall", "resume", "call_off_verify")
# What usually comes next in a state, the usual first: the one green button of the page. Merging, reopening and the like are
# nobody's usual next step.
NEXT_STEPS: dict[str, tuple[str, ...]] = {
    "reported": ("file", "send_to_confirm"),
    "confirming": ("confirm", "file"),
    "filed": ("dispatch",),
    "dispatched": ("accept",),
    "handling": ("grant_extension", "grant_shelving", "hand_over", "assist"),
    "shelved": ("resume",),
    "handled": ("pass_and_close", "send_to_verify"),
    "verifying": ("pass_and_close", "verify_pass"),
    "verified": ("close",),
}
