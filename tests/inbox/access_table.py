"""Who gets which status from the pages of the inbox: each shows what is the person's own, so everybody of the staff has them."""

from __future__ import annotations

from uuid import uuid4

from django.urls import reverse

from tests.access_table import Entry, each
from tests.city import TestCity


def entries(city: TestCity) -> list[Entry]:
    """Every page of the inbox with every person."""
    shown = each(200, nobody=302)

    def read(up_to: str) -> object:
        return lambda client: client.post(reverse("notices-read"), {"effect_id": str(uuid4()), "up_to": up_to})

    chosen = {"letters": "soon", "quiet_from": "20:00", "quiet_to": "07:00"}
    return [
        *(Entry(name, "GET", lambda client, name=name: client.get(reverse(name)), shown) for name in ("inbox", "notices", "notice-settings")),  # type: ignore[misc]
        Entry("notices-read", "POST", read("1"), each(302, nobody=302)),  # type: ignore[arg-type]
        Entry("notices-read", "POST", read("x"), each(422, nobody=302), note="no number"),  # type: ignore[arg-type]
        Entry(
            "notice-settings", "POST",
            lambda client: client.post(reverse("notice-settings"), {"effect_id": str(uuid4()), **chosen}),  # type: ignore[arg-type, return-value]
            each(302, nobody=302),
        ),
    ]  # fmt: skip
