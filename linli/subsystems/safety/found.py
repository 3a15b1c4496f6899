"""What the search says of safety files and emergency plans."""

from __future__ import annotations

from django.urls import reverse

from linli.core.platform.public import Found
from linli.subsystems.safety.records import EmergencyPlan, FileEntry


def entry_found(entry: FileEntry) -> Found:
    """An entry of a safety file."""
    note = f"{entry.subject_words} · {entry.get_state_display()}"
    return Found(str(entry), note, reverse("safety:file-entry", args=[entry.id]))


def plan_found(plan: EmergencyPlan) -> Found:
    """An emergency plan."""
    note = f"{plan.subject_words} · {plan.get_state_display()}"
    return Found(plan.title, note, reverse("safety:plan", args=[plan.id]))
