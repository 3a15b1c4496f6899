"""The API under generated requests, right and wrong ones, against its own description; schemathesis.toml has the bounds.

The application is called in this process, as the web server calls it. Half of the ids that are generated are replaced by ids
that exist, so that requests get behind the first look-up.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, settings

from linli.core.access.public import make_token
from linli.core.api.public import handle_of
from linli.core.platform.public import SYSTEM, receive_photo
from linli.web.api import public_reports
from tests.access_table import signed_in
from tests.api.caller import photo_bytes
from tests.city import TestCity
from tests.flow.contracts import contracts

pytestmark = pytest.mark.django_db

CONFIG = schemathesis.Config.from_path(Path(__file__).with_name("schemathesis.toml"))
if os.environ.get("LINLI_SOAK"):
    CONFIG.projects.default.generation.update(max_examples=1000)
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), config=CONFIG)
CSRF = "a" * 32
# What exists, for the hooks: filled by the fixture.
EXISTING: dict[str, list[Any]] = {"case_id": [], "tracking": [], "item_id": [], "handle": [], "who": []}


@pytest.fixture
def fuzzed_city(city: TestCity, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[TestCity]:
    """The test city with cases in some states, or an item of the flow that is asked for; one for all requests of an operation."""
    # The rate limits have tests of their own; here they would answer everything.
    endless = dict.fromkeys(public_reports.LIMITS, (10_000_000, timedelta(minutes=10)))
    monkeypatch.setattr(public_reports, "LIMITS", endless)
    cases = [city.report(reporter_name="王女士"), *(city.bring_to(state) for state in ("handling", "closed"))]
    EXISTING["case_id"] = [case.id for case in cases]
    EXISTING["tracking"] = [case.tracking for case in cases]
    photo = receive_photo(photo_bytes())
    steps = [
        one.first_step(one.settled(city)) for code, one in contracts().items() if f"/flows/{code}/" in request.node.name
    ]
    EXISTING["item_id"] = [item.id for item, _action, _who in steps]
    EXISTING["who"] = [who for _item, _action, who in steps] or ["acceptance"]
    callers = (f"user:{city.users[EXISTING['who'][0]].id}", "resident:files")
    EXISTING["handle"] = [handle_of(photo, caller) for caller in callers]
    # The end of a request closes its connection, and with it the transaction of the test; Django's test client does the same.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield city
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.hook
def map_path_parameters(_context: Any, parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Puts ids in that exist, for right values only: a wrong one has to stay wrong."""
    for name, existing in EXISTING.items():
        value = (parameters or {}).get(name)
        if existing and isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53 and value % 2:
            parameters[name] = existing[value % len(existing)]  # type: ignore[index]
        elif existing and name == "tracking" and isinstance(value, str) and len(value) <= 40 and len(value) % 2:
            parameters[name] = existing[len(value) % len(existing)]  # type: ignore[index]
    return parameters


@schema.hook
def map_body(_context: Any, body: Any) -> Any:
    """Puts handles in that exist."""
    files = body.get("files") if isinstance(body, dict) else None
    for file in files if isinstance(files, list) else ():
        if isinstance(file, dict) and isinstance(file.get("file_id"), str) and len(file["file_id"]) in range(1, 200, 2):
            file["file_id"] = EXISTING["handle"][len(file["file_id"]) // 2 % 2]
    for photos in (body.get(name) for name in ("photo", "photos") if isinstance(body, dict)):
        if isinstance(photos, list) and photos and all(isinstance(one, str) and len(one) < 200 for one in photos):
            photos[0] = EXISTING["handle"][0]
    return body


def sign_in(city: TestCity, path: str) -> dict[str, str]:
    """The headers of a signed-in request: a token, or, where tokens are made, a session with its CSRF token."""
    if path != "/api/v1/me/tokens":
        return {"Authorization": f"Bearer {make_token(SYSTEM, user=city.users[EXISTING['who'][0]], name='fuzz')[1]}"}
    key = signed_in(Client(), city.users["acceptance"]).cookies[django_settings.SESSION_COOKIE_NAME].value
    cookies = f"{django_settings.SESSION_COOKIE_NAME}={key}; {django_settings.CSRF_COOKIE_NAME}={CSRF}"
    return {"Cookie": cookies, "X-CSRFToken": CSRF}


@schema.parametrize()
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # the city is meant to fill up
def test_the_api_answers_as_it_describes_itself(
    case: schemathesis.Case, fuzzed_city: TestCity, request: pytest.FixtureRequest
) -> None:
    headers = {} if "/public/" in case.path else sign_in(fuzzed_city, case.path)
    headers["Accept-Encoding"] = "identity"  # the client of this transport does not unpack
    try:
        case.call_and_validate(headers=headers)
    except Exception as error:
        # A group says of each check what it found; conftest.py tells it at the end, whatever becomes of the long output.
        found = " | ".join(str(one) for one in getattr(error, "exceptions", (error,)))
        asked = f"{case.method} {case.formatted_path} query={case.query!r} body={case.body!r}: {found}"
        request.node.user_properties[:] = [("request", asked)]
        raise
