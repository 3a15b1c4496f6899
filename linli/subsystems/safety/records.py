"""What stands in safety files on the three levels (street, community, premises): papers and equipment, emergency plans, drills.

models.py names these tables to Django; the rooms files/ and plans/ say what moves them.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from linli.core.areas.public import place
from linli.core.flow.public import SmallItem
from linli.core.ledger.public import RecordId
from linli.core.platform.public import Personal


class Level(models.TextChoices):
    """Of whom a safety file is."""

    STREET = "street", pgettext_lazy("safety", "Street")
    COMMUNITY = "community", pgettext_lazy("safety", "Community")
    PREMISES = "premises", pgettext_lazy("safety", "Premises")


class EntryKind(models.TextChoices):
    """What stands in a safety file."""

    DUTIES = "duties", pgettext_lazy("safety", "Who answers for what")
    COMMITMENT = "commitment", pgettext_lazy("safety", "Safety commitment")
    TRAINING = "training", pgettext_lazy("safety", "Safety training of this year")
    EXTINGUISHERS = "extinguishers", pgettext_lazy("safety", "Fire extinguishers")
    ALARM = "alarm", pgettext_lazy("safety", "Smoke alarm")
    FIRE_CHECK = "fire_check", pgettext_lazy("safety", "Fire inspection of this year")
    WIRING = "wiring", pgettext_lazy("safety", "Check of wiring")
    GAS = "gas", pgettext_lazy("safety", "Check of gas")
    PERMIT = "permit", pgettext_lazy("safety", "Fire permit before opening")
    OTHER = "other", pgettext_lazy("safety", "Other paper")


# What has to be done anew each year: without a day until which it holds it counts in the year in which it was filed.
YEARLY = ("training", "fire_check")
# What is a thing and no paper: one that is over costs a star.
EQUIPMENT = ("extinguishers", "alarm", "wiring", "gas")


class OfSubject(SmallItem):
    """Something that a street, a community or premises have.

    `premises_name` is what they were called when it began: lists, the inbox and the search show it without asking the ledger, and its
    own page leads to the premises as they are called now.
    """

    level = models.CharField(max_length=12, choices=Level.choices)
    premises_id = RecordId(ledger="premises", null=True)
    premises_name = models.CharField(max_length=120, blank=True)

    impersonal: ClassVar = {"premises_name"}

    class Meta(SmallItem.Meta):
        abstract = True

    @property
    def subject_words(self) -> str:
        """Of whom it is: its premises by name, else its area."""
        return self.premises_name or place(self.area_id)


class EntryState(models.TextChoices):
    """Where an entry of a safety file stands."""

    HELD = "held", pgettext_lazy("safety", "Holds")
    ENDING = "ending", pgettext_lazy("safety", "Ends soon")
    OUT = "out", pgettext_lazy("safety", "Taken out")


class FileEntry(OfSubject):
    """Something that stands in a safety file (档案材料): a commitment, a permit, extinguishers, a training, with the day until which it
    holds and who keeps it current. Its photos are the pages of the paper, those of each renewal in their order.

    Why not a ledger: an entry has files, somebody by name who keeps it, and waits for them before it ends, which a flow has. Who is
    responsible for premises is a value of their ledger and stands in the file from there.
    """

    state = models.CharField(max_length=12, choices=EntryState.choices)
    kind = models.CharField(max_length=16, choices=EntryKind.choices)
    title = models.CharField(max_length=80, blank=True)
    valid_until = models.DateField(null=True)
    keeper_id = models.BigIntegerField(null=True)

    impersonal: ClassVar = {"title", "valid_until"}

    class Meta(OfSubject.Meta):
        abstract = False
        indexes: ClassVar = [
            *OfSubject.Meta.indexes,
            models.Index(fields=["premises_id", "-id"], name="file_entry_premises"),
            models.Index(fields=["keeper_id", "-id"], name="file_entry_keeper"),
            models.Index(fields=["valid_until"], condition=models.Q(state="held"), name="file_entry_ends"),
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()


class PlanState(models.TextChoices):
    """Where an emergency plan stands."""

    DRAFT = "draft", pgettext_lazy("safety", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("safety", "To be reviewed")
    REVIEWED = "reviewed", pgettext_lazy("safety", "To be approved")
    IN_FORCE = "in_force", pgettext_lazy("safety", "In force")
    ENDING = "ending", pgettext_lazy("safety", "In force, ends soon")
    REPLACED = "replaced", pgettext_lazy("safety", "Replaced by a newer one")
    WITHDRAWN = "withdrawn", pgettext_lazy("safety", "Withdrawn")


class EmergencyPlan(OfSubject):
    """An emergency plan (应急预案) of a street, a community or premises: one version of it, which two people approved one after the
    other, neither of them who wrote it. A newer version that comes into force replaces it.

    `drill_on` is the day by which the next drill has to be held. The text names posts and no residents.
    """

    state = models.CharField(max_length=12, choices=PlanState.choices)
    title = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField(default=1)
    text = models.TextField(blank=True)
    valid_until = models.DateField()
    written_by_id = models.BigIntegerField(null=True)
    reviewed_by_id = models.BigIntegerField(null=True)
    approved_by_id = models.BigIntegerField(null=True)
    in_force_on = models.DateField(null=True)
    drill_on = models.DateField(null=True)

    impersonal: ClassVar = {"title", "text", "valid_until", "in_force_on", "drill_on"}

    class Meta(OfSubject.Meta):
        abstract = False
        indexes: ClassVar = [
            *OfSubject.Meta.indexes,
            models.Index(fields=["premises_id", "-id"], name="safety_plan_premises"),
            models.Index(fields=["area_id", "level", "state"], name="safety_plan_level"),
            models.Index(fields=["valid_until"], condition=models.Q(state="in_force"), name="safety_plan_ends"),
            models.Index(fields=["drill_on"], condition=models.Q(drill_on__isnull=False), name="safety_plan_drill"),
        ]

    def __str__(self) -> str:
        return self.title


class DrillState(models.TextChoices):
    """Where a drill stands."""

    DUE = "due", pgettext_lazy("safety", "To be held")
    HELD = "held", pgettext_lazy("safety", "Held")
    DROPPED = "dropped", pgettext_lazy("safety", "Not held")


class Drill(OfSubject):
    """A drill (演练) of an emergency plan: due on a day, held on a day, with how many took part and what went wrong.

    Title and subject are those of its plan; whoever wrote that keeps it, until it is given to another.
    """

    state = models.CharField(max_length=12, choices=DrillState.choices)
    plan = models.ForeignKey(EmergencyPlan, on_delete=models.PROTECT, related_name="drills")
    title = models.CharField(max_length=80)
    keeper_id = models.BigIntegerField(null=True)
    due_on = models.DateField(null=True)
    held_on = models.DateField(null=True)
    people = models.PositiveIntegerField(null=True)
    went_wrong = models.TextField(blank=True)

    personal: ClassVar = {
        "went_wrong": Personal(
            purpose="mend the plan by what a drill showed", data_class="general", keep_days=1825, since="ended_at", erase="blank"
        )
    }  # fmt: skip
    impersonal: ClassVar = {"title", "due_on", "held_on"}

    class Meta(OfSubject.Meta):
        abstract = False
        indexes: ClassVar = [
            *OfSubject.Meta.indexes,
            models.Index(fields=["keeper_id", "-id"], name="safety_drill_keeper"),
        ]

    def __str__(self) -> str:
        return self.title
