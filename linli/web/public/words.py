"""The loop in plain words for who reported: what each state means, what each step was. No technical term stands here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# State: what it is now, and what comes next.
STATES = {
    "reported": (_("Received"), _("The office looks at it next.")),
    "confirming": (_("Being looked at on the spot"), _("A grid worker looks whether it is still there.")),
    "filed": (_("Taken up"), _("The office now chooses who puts it right.")),
    "dispatched": (_("Passed on"), _("The unit that puts it right has been told.")),
    "handling": (_("Being put right"), _("The unit is at work.")),
    "shelved": (_("Waiting"), _("Something from outside is missing, such as a spare part. It goes on as soon as it is there.")),
    "handled": (_("Done, says the unit"), _("Somebody else checks it next.")),
    "verifying": (_("Being checked"), _("Somebody else looks on the spot whether it is right.")),
    "verified": (_("Checked"), _("It is right; the office closes it next.")),
    "closed": (_("Solved"), _("Tell us how it went. If it is not right, it can be taken up again.")),
    "archived": (_("Solved"), _("The matter is closed.")),
    "rejected": (_("Not taken up"), _("Why stands below. Report it again when something has changed.")),
    "merged": (_("Joined with another report"), _("Somebody had reported the same before you.")),
    "void": (_("Ended"), _("The matter was ended by the office; why stands below.")),
}  # fmt: skip

STEPS = {
    "report": _("You reported it"),
    "solve_on_spot": _("Put right on the spot"),
    "send_to_confirm": _("A grid worker goes and looks"),
    "file": _("Taken up by the office"),
    "dispatch": _("Passed on to the unit"),
    "accept": _("The unit is at work"),
    "grant_shelving": _("Waits for something from outside"),
    "resume": _("Goes on"),
    "hand_over": _("Done, says the unit"),
    "verify_fail": _("Checked: not right yet, back to the unit"),
    "rework": _("Not right yet, back to the unit"),
    "verify_pass": _("Checked: right"),
    "close": _("Solved"),
    "pass_and_close": _("Checked and solved"),
    "settle": _("Solved"),
    "reject": _("Not taken up"),
    "void": _("Ended"),
    "merge": _("Joined with another report"),
    "reopen": _("Taken up again"),
}

STARS = (
    (5, _("Very good")),
    (4, _("Good")),
    (3, _("So so")),
    (2, _("Not good")),
    (1, _("Bad")),
)
