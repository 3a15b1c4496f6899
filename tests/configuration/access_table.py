"""Who gets which status from configuration: it is the city's, so who manages a district reads it and changes nothing."""

from __future__ import annotations

from uuid import uuid4

from django.test import Client
from django.urls import reverse

from linli.core.access.public import Role, grant_scope
from linli.core.configuration.public import begin_change, draft_rows, put_in_force, tables
from linli.core.platform.public import SYSTEM
from tests.access_table import PEOPLE, Ask, Entry, only
from tests.city import CITY, TestCity

PEOPLE_ALL = tuple(who for who in PEOPLE if who != "all_roles")
KEY = "~matter~06~~~"
PAIR = {"from_kind": "department", "to_kind": "community_office"}


def entries(city: TestCity) -> list[Entry]:
    """Every page and route, for a draft and for a change that holds."""
    made = []
    for _place in range(2):
        change = begin_change(
            SYSTEM, access=None, uuid=uuid4(), table=tables()["returns"], origin="hand", reason="会议纪要"
        )
        draft_rows(SYSTEM, access=None, change=change, table=tables()["returns"], rows=[PAIR])
        made.append(change)
    draft, done = made
    put_in_force(SYSTEM, access=None, change_id=done.id)

    def get(name: str, *args: object, **query: str) -> Ask:
        return lambda client: client.get(reverse(name, args=args), query)  # type: ignore[return-value]

    def post(name: str, *args: object, **form: str) -> Ask:
        return lambda client: client.post(reverse(name, args=args), {"effect_id": str(uuid4()), **form})  # type: ignore[return-value]

    def send(name: str, *args: object, **body: object) -> Ask:
        def ask(client: Client) -> object:
            return client.post(
                reverse(name, args=args),
                body,
                content_type="application/json",
                headers={"Idempotency-Key": str(uuid4())},
            )

        return ask  # type: ignore[return-value]

    def of_the_city(ask: Ask) -> Ask:
        def asked(client: Client) -> object:
            role = Role.objects.get(code="administrator")
            grant_scope(SYSTEM, user=city.users["administrator"], role=role, area=city.areas[CITY])
            return ask(client)

        return asked  # type: ignore[return-value]

    sees = only(200, "administrator", otherwise=404, nobody=302)
    barred = only(403, "administrator", otherwise=404, nobody=302)
    reads = only(200, "administrator", otherwise=404)
    refused = only(403, "administrator", otherwise=404)
    presses = (
        "configuration-move",
        "configuration-undo",
        "configuration-drop",
        "configuration-leave-out",
        "configuration-answers",
        "configuration-anew",
    )
    return [
        Entry("configuration", "GET", get("configuration"), only(200, *PEOPLE_ALL, nobody=302)),
        Entry("configuration-table", "GET", get("configuration-table", "routing"), sees),
        Entry("configuration-row", "GET", get("configuration-row", "routing", key=KEY), sees),
        Entry("configuration-edit", "GET", get("configuration-edit", "routing"), barred),
        Entry(
            "configuration-edit",
            "GET",
            of_the_city(get("configuration-edit", "routing")),
            sees,
            "rights for the whole city",
        ),
        Entry("configuration-edit", "POST", post("configuration-edit", "routing"), barred),
        Entry("configuration-end", "POST", post("configuration-end", "routing", key=KEY), barred),
        Entry("configuration-change", "GET", get("configuration-change", draft.id), sees, "a draft"),
        Entry("configuration-change", "GET", get("configuration-change", done.id), sees, "in force"),
        Entry("configuration-put", "POST", post("configuration-put", draft.id, reason="改", seq="2"), barred),
        *(Entry(name, "POST", post(name, done.id), barred) for name in presses),
        Entry("api:configuration", "GET", get("api:configuration"), only(200, *PEOPLE_ALL)),
        Entry("api:configuration-rows", "GET", get("api:configuration-rows", "returns"), reads),
        Entry("api:configuration-change", "GET", get("api:configuration-change", done.id), reads),
        Entry("api:configuration-changes", "POST", send("api:configuration-changes", "returns", rows=[PAIR]), refused),
        Entry("api:configuration-put", "POST", send("api:configuration-put", draft.id, seq=2, reason="改"), refused),
        Entry("api:configuration-undo", "POST", send("api:configuration-undo", done.id), refused),
    ]
