"""Looks at every case of a made city: what is written and shown on its way speaks of the thing that it is about."""

from __future__ import annotations

from linli.core.cases.public import NATIONAL, Case, CaseEvent, CaseFile
from linli.demo.city.remarks import GROUPS
from linli.demo.city.stories import REPORTS

# Which words of a group may stand at an action.
STEP = {
    "hand_over": ("done", "redone"), "solve_on_spot": ("done",), "return": ("returned",), "verify_fail": ("not_yet",),
    "rework": ("not_yet",), "verify_pass": ("seen",), "ask_extension": ("longer",), "ask_shelving": ("shelved",),
    "rate": ("glad", "cross"), "reopen": ("again",), "file": ("to_do",), "reject": ("rejected",),
}  # fmt: skip
GENERAL = ("现场核实未发现所述问题。", "同一问题刚刚处置完毕。")


def misfits(stored: dict[int, str]) -> list[str]:
    """Cases whose words, pictures and category do not share a group; `stored` names the drawing behind each stored file."""
    found = []
    groups = {
        case.id: REPORTS[case.kind, case.category_code[:2], case.category_code[2:]][0]
        for case in Case.objects.filter(standard=NATIONAL)
        if (case.kind, case.category_code[:2], case.category_code[2:]) in REPORTS
    }
    for event in CaseEvent.objects.filter(action__in=STEP, case_id__in=groups).prefetch_related("notes"):
        group = GROUPS[groups[event.case_id]]
        fitting = {text for step in STEP[event.action] for text in getattr(group, step)}
        for note in event.notes.all():
            if note.text.removeprefix("已返工，") not in fitting and note.text not in GENERAL:
                found.append(f"{event.case_id} {groups[event.case_id]} {event.action}: {note.text}")
    for shown in CaseFile.objects.filter(case_id__in=groups):
        subject = stored[shown.stored_file_id].split("-")[1]
        if subject != (GROUPS[groups[shown.case_id]].photo or "orderly"):
            found.append(f"{shown.case_id} {groups[shown.case_id]} shows {subject}")
    return found


def shown_twice() -> list[int]:
    """Cases that were sent back and then show the very picture that was not good enough."""
    found = []
    for case_id in CaseEvent.objects.filter(action__in=("rework", "verify_fail", "reopen")).values_list(
        "case_id", flat=True
    ):
        proofs = list(
            CaseFile.objects.filter(case_id=case_id, role="proof")
            .order_by("id")
            .values_list("stored_file_id", flat=True)
        )
        if len(proofs) > 1 and len(set(proofs)) < 2:
            found.append(case_id)
    return found
