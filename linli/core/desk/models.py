"""Tables of the desk: the views of lists that people keep."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.access.public import Unit, User


class SavedView(models.Model):
    """A list with its filters and sort under a name (常用视图): of one person, or with `unit` of all who work there.

    `list_code` names the list, `query` is what stands in the address behind the question mark. A filter that no longer
    fits is left out and said, as in any address.
    """

    uuid = models.UUIDField(unique=True)
    list_code = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()

    taken: ClassVar = {"uuid": _("This view was kept before; nothing was done now.")}
    impersonal: ClassVar = {"list_code", "name", "query", "made_at"}

    class Meta:
        db_table = "desk_saved_view"
        indexes: ClassVar = [
            models.Index(fields=["owner", "list_code"], name="desk_view_owner"),
            models.Index(fields=["unit", "list_code"], name="desk_view_unit"),
        ]

    def __str__(self) -> str:
        return self.name
