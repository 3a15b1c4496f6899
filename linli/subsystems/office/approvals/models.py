"""The table of approvals."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.flow.public import SmallItem


class ApprovalState(models.TextChoices):
    """Where something that needs approval stands."""

    ASKED = "asked", _("To be approved")
    APPROVED = "approved", _("Approved")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Not approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ApprovalKind(models.TextChoices):
    """What is asked for."""

    PURCHASE = "purchase", _("Purchase")
    SEAL = "seal", _("Use of the seal")


class Approval(SmallItem):
    """A purchase or a use of the seal (审批) that whoever began it asks for. `amount` in yuan, of purchases."""

    state = models.CharField(max_length=12, choices=ApprovalState.choices)
    kind = models.CharField(max_length=12, choices=ApprovalKind.choices)
    subject = models.CharField(max_length=120)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)

    impersonal: ClassVar = {"subject"}

    class Meta(SmallItem.Meta):
        pass

    def __str__(self) -> str:
        return self.subject
