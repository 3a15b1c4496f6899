"""The forms that write an emergency plan and note down a drill; the rest of their pages the engine makes of lists.py."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import pgettext_lazy

from linli.core.access.public import Access
from linli.core.desk.public import Chooser, DayField, DeskForm, LineField, Offer, PhotosField, WordsField
from linli.core.flow.public import begin_page
from linli.core.platform.public import local_today
from linli.subsystems.safety.plans.drills import DRILL, note_down_drill
from linli.subsystems.safety.plans.flow import IN_FORCE, PLAN, draft_plan
from linli.subsystems.safety.plans.lists import DRILL_PAGES, PLAN_PAGES, TEXT_CHARS
from linli.subsystems.safety.records import EmergencyPlan
from linli.subsystems.safety.subjects import area_field, premises_field

MOST_OFFERED = 300


class PlanForm(DeskForm):
    """An emergency plan to be written."""

    premises = premises_field()
    area = area_field("emergency_plan.draft")
    title = LineField(
        label=pgettext_lazy("safety", "Plan"),
        max_length=80,
        help_text=pgettext_lazy("safety", "Fire, flood, gas leak, …"),
    )
    valid_until = DayField(label=pgettext_lazy("safety", "Holds until"))
    text = WordsField(
        label=pgettext_lazy("safety", "Text"), required=False, max_length=TEXT_CHARS, rows=12,
        help_text=pgettext_lazy("safety", "Who calls whom, who leads people out, where they gather. Posts, no residents by name."),
    )  # fmt: skip
    photos = PhotosField(label=pgettext_lazy("safety", "Photos of its pages"), required=False, most=9)


class PlanField(Chooser[EmergencyPlan]):
    """A plan in force that the person may see; cleaned to the plan."""

    unknown = pgettext_lazy("safety", "No plan in force is called “%s”; choose one from the list.")

    def offers(self, access: Access) -> Iterable[Offer[EmergencyPlan]]:
        """The newest plans, in one statement."""
        found = PLAN.visible(access).filter(state__in=IN_FORCE).order_by("-id")[:MOST_OFFERED]
        return [Offer(str(one.id), f"{one.title} · {one.subject_words}", one) for one in found]


class DrillForm(DeskForm):
    """A drill that was held."""

    plan = PlanField(label=pgettext_lazy("safety", "Plan"))
    held_on = DayField(label=pgettext_lazy("safety", "Held on"), initial=local_today)
    people = forms.IntegerField(label=pgettext_lazy("safety", "People who took part"), min_value=1, max_value=1_000_000)
    went_wrong = WordsField(
        label=pgettext_lazy("safety", "What went wrong"), required=False, max_length=2000,
        help_text=pgettext_lazy("safety", "And what is changed because of it. Nobody by name."),
    )  # fmt: skip
    photos = PhotosField(label=pgettext_lazy("safety", "Photos"), required=False)


new_plan = begin_page(PLAN_PAGES, PlanForm, draft_plan, title=PLAN.titles["draft"], permission="emergency_plan.draft")
new_drill = begin_page(
    DRILL_PAGES, DrillForm, note_down_drill, title=DRILL.titles["note_down"], permission="drill.note_down"
)  # fmt: skip
