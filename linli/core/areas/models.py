"""The tree of administrative areas (行政区划): what scopes, cases and grids hang on. Grids stand in core.grids above."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """The rank of an area; each area lies in one of a higher rank."""

    CITY = "city", _("City")
    DISTRICT = "district", _("District")
    STREET = "street", _("Street")
    COMMUNITY = "community", _("Community")
    GROUP = "group", _("Residents' group")


LEVELS: tuple[str, ...] = tuple(Level.values)


class Area(models.Model):
    """One administrative area during one span of time.

    `code` is the official code in `code_system`; systems disagree with each other, so two areas are never joined by code
    across systems. An area is retired by `valid_to`, never deleted: yesterday's cases stay where they were.
    """

    code = models.CharField(max_length=32)
    code_system = models.CharField(max_length=32, default="cn-statistical-12")
    level = models.CharField(max_length=16, choices=Level.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    name = models.CharField(max_length=120)
    names = models.JSONField(default=dict, blank=True)  # other languages: {"en": "…"}
    outline = models.BinaryField(null=True)  # WKB polygon, WGS 84; null when only the code is known
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    impersonal: ClassVar = {"code", "code_system", "name", "names", "outline", "valid_from", "valid_to"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code_system", "code"],
                condition=models.Q(valid_to__isnull=True),
                name="area_code_once_in_force",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the language of the request."""
        return str(self.names.get(get_language() or "", self.name))


class AreaChange(models.Model):
    """What an import did to an area: added, changed or ended it, and what it was before (nothing of one that was added).

    How to use: taking an import back puts these values back, unless a later change of the same area stands. `import_id` is the import from the
    pages, 0 for the terminal. Rows are added and marked as taken back, never changed. No relation to the area: what hangs on an area is asked
    by its relations, and its own history hangs on nothing.
    """

    area_id = models.BigIntegerField(db_index=True)
    import_id = models.BigIntegerField(db_index=True)
    at = models.DateTimeField()
    what = models.CharField(max_length=8)  # added, changed, ended
    name = models.CharField(max_length=120, blank=True)
    names = models.JSONField(default=dict, blank=True)
    parent_id = models.BigIntegerField(null=True)
    outline = models.BinaryField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    impersonal: ClassVar = {"at", "what", "name", "names", "outline", "taken_back_at"}

    class Meta:
        db_table = "areas_area_change"


class AreaScoped(models.Model):
    """Base of every row that belongs to an area: it carries the chain of areas it was filed under, immutable.

    The columns are what the gate filters by and what lists are indexed by. `home_district` is the official code of the
    district (of the city, where there is no district): the partition key of tables that grow, part of their unique
    constraints, never changed. docs/adr/0002-partitioning.md has the trial.
    """

    home_district = models.CharField(max_length=32, editable=False)
    # No index of its own: lists ask by the level columns below, and every index costs each insert.
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    district_id = models.BigIntegerField(null=True, editable=False)
    street_id = models.BigIntegerField(null=True, editable=False)
    community_id = models.BigIntegerField(null=True, editable=False)

    class Meta:
        abstract = True


def loose(to: str, **kwargs: Any) -> models.ForeignKey[Any, Any]:
    """A relation between two tables that grow: no constraint in the database, so that both can be partitioned."""
    return models.ForeignKey(to, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, **kwargs)
