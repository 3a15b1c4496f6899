"""What the list of people and the page of a person both show: what was just done, and rights that wait."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from linli.core.access.public import (
    Access,
    FactorReset,
    PendingRight,
    made_by_asker,
    may_agree,
    may_agree_to_resets,
)

MOST_PENDING = 50
SAID = {
    "created": gettext_lazy("The account is made."),
    "unlocked": gettext_lazy("This name can be tried again at once."),
    "granted": gettext_lazy("The right is given."),
    "ended": gettext_lazy("The right is ended."),
    "closed": gettext_lazy("The account is closed."),
    "alone": gettext_lazy("The right is given. Nobody else could agree to it, so leaders and auditors are told."),
    "waits": gettext_lazy("The right waits for a second person."),
    "refused": gettext_lazy("The right is not given."),
    "sent": gettext_lazy("The link is sent by mail."),
    "made": gettext_lazy("The link was shown once. Make a new one where it is lost."),
    "factor-granted": gettext_lazy(
        "The second factor is taken away. The person signs in by password and sets up a new one."
    ),
    "factor-alone": gettext_lazy(
        "The second factor is taken away. Nobody else could agree to it, so leaders and auditors are told."
    ),
    "factor-waits": gettext_lazy("The reset waits for a second person."),
    "factor-refused": gettext_lazy("The second factor stays."),
}


def pending_with(rights: QuerySet[PendingRight], access: Access) -> list[tuple[PendingRight, bool, bool]]:
    """The oldest of the rights that wait, whether `access` is a second person for each, and whether who asks made the
    account or a link for it."""
    found = list(rights[:MOST_PENDING])
    if not found:
        return []
    made = made_by_asker(found)
    return [(one, may, one.id in made) for one, may in zip(found, may_agree(access, found), strict=True)]


def resets_with(resets: QuerySet[FactorReset], access: Access) -> list[tuple[FactorReset, bool]]:
    """The oldest resets of a second factor that wait, and whether `access` is a second person for each."""
    found = list(resets[:MOST_PENDING])
    return list(zip(found, may_agree_to_resets(access, found), strict=True)) if found else []
