"""Fields of documents: who has not read one yet, and which document is answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy

from linli.core.access.public import Access
from linli.core.desk.public import Chooser, ManyChooser, Offer
from linli.subsystems.office.documents.flow_in import DOCUMENT_IN
from linli.subsystems.office.documents.models import DocumentIn
from linli.subsystems.office.documents.readers import Reader, readers_of

MOST_ANSWERED = 200


class UnreadField(ManyChooser[Reader]):
    """Those to whom a document is circulated and who have not read it; cleaned to a tuple of Reader."""

    unknown = gettext_lazy("“%s” is not among those who have not read it.")

    def __init__(self, document: DocumentIn, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.document = document

    def offers(self, access: Access) -> Iterable[Offer[Reader]]:  # noqa: ARG002 - whoever sees the document sees them
        """They, by name."""
        unread = [one for one in readers_of(self.document) if one.read_at is None]
        return [Offer(str(one.user_id), one.name, one) for one in sorted(unread, key=lambda one: one.name)]


class AnsweredField(Chooser[DocumentIn]):
    """A document in that the person sees and that is not in the files; cleaned to the document. The newest stand first."""

    unknown = gettext_lazy("No document of yours is called “%s”; choose one from the list.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("In answer to"), **kwargs})

    def offers(self, access: Access) -> Iterable[Offer[DocumentIn]]:
        """The documents, in one statement."""
        found = DOCUMENT_IN.visible(access).exclude(state__in=DOCUMENT_IN.ended).order_by("-id")[:MOST_ANSWERED]
        return [Offer(str(one.id), str(one), one, one.reference) for one in found]
