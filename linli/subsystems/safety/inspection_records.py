"""What the department keeps of inspections: plans, each inspection of premises, and which answers of a checklist are hazards."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from linli.core.areas.public import AreaScoped
from linli.core.flow.public import SmallItem
from linli.core.ledger.public import RecordId


class Level(models.TextChoices):
    """Who answers for the inspections of a plan: one of three levels."""

    STREET = "street", pgettext_lazy("safety", "By the street")
    COMMUNITY = "community", pgettext_lazy("safety", "By the community")
    SELF = "self", pgettext_lazy("safety", "Self-check of the premises")


class Doer(models.TextChoices):
    """Who goes there."""

    GRID = "grid", pgettext_lazy("safety", "Whoever works in the grid")
    COMMUNITY = "community", pgettext_lazy("safety", "The office of the community")
    TEAM = "team", pgettext_lazy("safety", "A team")


class Every(models.TextChoices):
    """How often the premises are inspected."""

    ONCE = "once", pgettext_lazy("safety", "Once within the term")
    WEEK = "week", pgettext_lazy("safety", "Every week")
    MONTH = "month", pgettext_lazy("safety", "Every month")
    QUARTER = "quarter", pgettext_lazy("safety", "Every quarter")


class InspectionPlan(AreaScoped):
    """Which premises are inspected with which checklist, how often, by whom (检查计划). It holds for premises of its area, from the first to
    the last day; ended by its last day, never deleted.

    `kinds` and `risks` narrow the premises, empty for all. `team_id` is the unit of a plan for a team. `looked_on` is the last day on which
    the job has given what was due; it moves in the write that gives the last of it, so a plan that was given half is gone on with.
    """

    uuid = models.UUIDField(unique=True)
    title = models.CharField(max_length=80)
    level = models.CharField(max_length=10, choices=Level.choices)
    form_id = models.BigIntegerField()
    kinds = models.JSONField(default=list, blank=True)
    risks = models.JSONField(default=list, blank=True)
    every = models.CharField(max_length=8, choices=Every.choices)
    doer = models.CharField(max_length=10, choices=Doer.choices)
    team_id = models.BigIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)
    first_day = models.DateField()
    last_day = models.DateField()
    made_by_id = models.BigIntegerField()
    looked_on = models.DateField(null=True)

    taken: ClassVar = {"uuid": pgettext_lazy("safety", "This plan was made before; nothing was done now.")}
    impersonal: ClassVar = {"home_district", "title", "note", "kinds", "risks", "first_day", "last_day", "looked_on"}

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["last_day"], name="inspection_plan_last_day"),
            models.Index(fields=["street_id", "-id"], name="inspection_plan_street"),
            models.Index(fields=["community_id", "-id"], name="inspection_plan_community"),
        ]

    def __str__(self) -> str:
        return self.title


class InspectionState(models.TextChoices):
    """Where an inspection stands."""

    TODO = "todo", pgettext_lazy("safety", "To be inspected")
    MISSED = "missed", pgettext_lazy("safety", "Could not be done")
    DONE = "done", pgettext_lazy("safety", "Inspected")
    WITHDRAWN = "withdrawn", pgettext_lazy("safety", "Called off")


class Cause(models.TextChoices):
    """Why premises could not be inspected."""

    CLOSED = "closed", pgettext_lazy("safety", "Closed when somebody came")
    REFUSED = "refused", pgettext_lazy("safety", "Entry was refused")
    GONE = "gone", pgettext_lazy("safety", "The business is not there any more")
    OTHER = "other", pgettext_lazy("safety", "Something else")


class Inspection(SmallItem):
    """Premises that are inspected once (检查): in one period of a plan, or, without a plan, as somebody came by.

    It is given to whoever works in `grid_id`, or to the people of `unit_id`, or, once handed over, to `assignee_id`. `sheet_id` is the answer
    sheet that is being or was filled in, `found_count` how many hazards it brought, new or known.
    """

    state = models.CharField(max_length=12, choices=InspectionState.choices)
    plan_id = models.BigIntegerField(null=True)
    period = models.CharField(max_length=12, blank=True)
    premises_id = RecordId(ledger="premises")
    title = models.CharField(max_length=120)
    form_id = models.BigIntegerField()
    level = models.CharField(max_length=10, choices=Level.choices)
    planned_by_id = models.BigIntegerField(null=True)
    grid_id = models.BigIntegerField(null=True)
    assignee_id = models.BigIntegerField(null=True)
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    cause = models.CharField(max_length=8, choices=Cause.choices, blank=True)
    sheet_id = models.BigIntegerField(null=True)
    found_count = models.PositiveSmallIntegerField(null=True)

    impersonal: ClassVar = {"period", "title", "due_on", "done_on"}

    class Meta(SmallItem.Meta):
        constraints: ClassVar = [
            *SmallItem.Meta.constraints,
            # Whatever dies in between, premises are given once in a period of a plan.
            models.UniqueConstraint(
                fields=["plan_id", "premises_id", "period", "home_district"], name="inspection_once_a_period"
            ),
        ]
        indexes: ClassVar = [
            *SmallItem.Meta.indexes,
            models.Index(fields=["premises_id", "-id"], name="inspection_premises"),
            models.Index(fields=["grid_id", "state", "due_at", "id"], name="inspection_of_grid"),
            models.Index(fields=["assignee_id", "state", "due_at", "id"], name="inspection_of_person"),
        ]

    def __str__(self) -> str:
        return self.title


class Checklist(models.Model):
    """Which answers of a form about premises are hazards (检查表), where an office has said so: by question, its answer, how grave that is,
    and which questions ask for words and photos of it. For a form that the department brings, forms/rules.json says so until then.

    It stands beside the form and not in it, so that a form of the designer or of a workbook becomes a checklist as well.
    """

    form_id = models.BigIntegerField(unique=True)
    rules = models.JSONField(default=dict)
    changed_at = models.DateTimeField()
    changed_by_id = models.BigIntegerField(null=True)

    impersonal: ClassVar = {"rules", "changed_at"}
