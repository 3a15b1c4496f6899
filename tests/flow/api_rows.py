"""The rows of the access table that the API of a flow has, derived from its contract. The contract tries them in a city of its own,
since an item of the table's city may stand in the way of another.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from linli.core.flow.public import AnyFlow, Beginning, beginnings
from linli.core.platform.public import now, receive_photo
from linli.web.api.api import api
from tests.access_table import NOBODY, PEOPLE, Ask, Entry
from tests.api.access_table import post
from tests.api.caller import photo_bytes
from tests.city import TestCity

if TYPE_CHECKING:
    from tests.flow.contract import FlowContract

SHARED = ("api:flow-timeline", "api:flow-file")


def get(name: str, *args: Any) -> Ask:
    """Asks for something."""
    return lambda client: client.get(reverse(name, args=args))  # type: ignore[return-value]


def routes_of(flow: AnyFlow) -> set[str]:
    """The names of the routes that are tried for a flow."""
    reverse("api:flows")  # the addresses of all departments are read
    own = (f"api:flow-{flow.code}", f"api:flow-{flow.code}-act")
    return {*SHARED, *own, *(f"api:flow-{flow.code}-{one.action}" for one in beginnings(flow.code))}


def rows_of_api(city: TestCity, contract: FlowContract) -> list[Entry]:
    """Who sees an item reads it, who may do a step does it, whoever else is refused or finds nothing."""
    reverse("api:flows")  # the addresses of all departments are read
    flow = contract.flow
    item, action, who = contract.first_step(city)
    row, code = contract.row_of(action), flow.code
    given = contract.given(city, item, row)
    sees = {one: flow.may_view(item, city.access[one]) for one in PEOPLE}
    read = {one: 200 if sees[one] else 404 for one in PEOPLE} | {NOBODY: 401}
    does = {one: 403 if sees[one] else 404 for one in PEOPLE} | {NOBODY: 401}
    does |= dict.fromkeys(set(contract.MAY[action]) & set(PEOPLE), 201)
    # Handles of photos belong to one person, so only a step without them is tried by everybody.
    if any(name.startswith("photo") for name in row.needs):
        does |= dict.fromkeys([one for one, status in does.items() if status == 201], 422)
    body = contract.sent(city, who, replace(given, files=()))
    return [
        Entry(f"api:flow-{code}", "GET", get(f"api:flow-{code}", item.id), read),
        Entry(f"api:flow-{code}-act", "POST", post(f"flow-{code}-act", body, item.id, action), does, action),
        Entry("api:flow-timeline", "GET", get("api:flow-timeline", code, item.id), read, code),
        Entry("api:flow-file", "GET", get("api:flow-file", code, photo_of(flow, item), "thumb"), read, code),
        *(_begins(city, one) for one in beginnings(code)),
    ]


def photo_of(flow: AnyFlow, item: Any) -> int:
    """A photo on the last entry of an item."""
    key = {**flow.key_of(item.id), "home_district": item.home_district, "at": now(), "role": "proof"}
    event = flow.tables.event._default_manager.filter(**flow.key_of(item.id)).latest("id")
    made = flow.tables.file._default_manager.create(
        **key, event_id=event.id, stored_file_id=receive_photo(photo_bytes()).id
    )
    return int(made.id)


def _begins(city: TestCity, one: Beginning) -> Entry:
    """An empty form: who may open it reads what is missing."""
    name = f"flow-{one.pages.flow.code}-{one.action}"
    expected = {who: 422 if not one.permission or city.access[who].may(one.permission) else 403 for who in PEOPLE}
    return Entry(f"api:{name}", "POST", post(name, nothing_typed(one)), expected | {NOBODY: 401}, "empty")


def nothing_typed(one: Beginning) -> dict[str, Any]:
    """A body that the description allows and the form refuses: everything that is needed, and nothing in it."""
    address = f"/api/v1/flows/{one.pages.flow.code}/actions/{one.action}"
    described = api.get_openapi_schema()
    content = described["paths"][address]["post"]["requestBody"]["content"]["application/json"]["schema"]
    schema = described["components"]["schemas"][content["$ref"].rsplit("/", 1)[1]]
    empty = {"string": "", "number": 0, "integer": 0, "boolean": False, "array": []}
    kinds = {name: schema["properties"][name] for name in schema.get("required", ())}
    return {name: kind["enum"][0] if "enum" in kind else empty[kind["type"]] for name, kind in kinds.items()}
