"""The rows of the access table that a list of the desk has: one for each of its addresses, by who may open and export it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.core.desk.public import List
from tests.access_table import ROLES_IN_ONE_HAND, Ask, Entry, only


def rows_of(
    shown: List[Any],
    space: str,
    readers: tuple[str, ...],
    exporters: tuple[str, ...] = (),
    doers: tuple[str, ...] | dict[str, tuple[str, ...]] = (),
) -> list[Entry]:
    """`readers` open the list, `exporters` of them take it out, `doers` may take its bulk actions: all of them, or who which."""
    name = f"{space}:{shown.code}" if space else shown.code

    def get(route: str, *args: object) -> Ask:
        return lambda client: client.get(reverse(route, args=args))  # type: ignore[return-value]

    def post(route: str, *args: object, **form: str) -> Ask:
        def ask(client: Client) -> HttpResponse:
            return client.post(reverse(route, args=args), {"effect_id": str(uuid4()), **form})  # type: ignore[return-value]

        return ask

    hands = 404 if set(readers) & set(ROLES_IN_ONE_HAND) else 403
    made = [
        Entry(name, "GET", get(name), only(200, *readers, nobody=302)),
        Entry(f"{name}-views", "GET", get(f"{name}-views"), only(200, *readers, nobody=302)),
        Entry(f"{name}-views", "POST", post(f"{name}-views", name="x"), only(302, *readers, nobody=302), "kept"),
        Entry(
            f"{name}-view-drop",
            "POST",
            post(f"{name}-view-drop", 987),
            only(404, *readers, nobody=302, all_roles=hands),
            "of another",
        ),
    ]
    if shown.exported:
        taken = only(200, *exporters, nobody=302)
        made.append(Entry(f"{name}-export", "POST", post(f"{name}-export", format="csv", reason="x"), taken))
    for action in shown.bulk:
        ask = post(f"{name}-bulk", action.code, ids="987654", reason="x")
        made.append(
            Entry(
                f"{name}-bulk",
                "POST",
                ask,
                only(200, *(doers[action.code] if isinstance(doers, dict) else doers), nobody=302),
                action.code,
            )
        )
    return made
