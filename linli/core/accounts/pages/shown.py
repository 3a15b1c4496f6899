"""What the list of people and the page of a person both show: what was just done, and rights that wait."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, PendingRight, made_by_asker, may_agree

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
}


def pending_with(rights: QuerySet[PendingRight], access: Access) -> list[tuple[PendingRight, bool, bool]]:
    """The oldest of the rights that wait, whether `access` is a second person for each, and whether who asks made the
    account or a link for it."""
    found = list(rights[:MOST_PENDING])
    if not found:
        return []
    made = made_by_asker(found)
    return [(one, may, one.id in made) for one, may in zip(found, may_agree(access, found), strict=True)]
