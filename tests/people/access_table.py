"""Who gets which status from the page on which people of a service are looked up."""

from __future__ import annotations

from uuid import uuid4

from django.urls import reverse

from tests.access_table import Entry, only
from tests.city import TestCity


def entries(city: TestCity) -> list[Entry]:
    """The page of the example's service, opened and sent."""
    address = reverse("look-up-sponsor")
    given = {"by": "phone", "value": "13900000000", "purpose": "thank", "effect_id": str(uuid4())}
    mine = only(200, "auditor", "supervisor", nobody=302)
    return [
        Entry("look-up-sponsor", "GET", lambda client: client.get(address), mine),  # type: ignore[arg-type,return-value]
        Entry("look-up-sponsor", "POST", lambda client: client.post(address, given), mine),  # type: ignore[arg-type,return-value]
    ]
