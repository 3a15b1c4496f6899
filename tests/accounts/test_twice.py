"""A button pressed twice acts once, and the second answer is the first one's."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.access.public import make_token, scopes_of, tokens_of
from linli.core.platform.public import SYSTEM
from tests.access_table import signed_in
from tests.city import TestCity
from tests.forms import sent


def test_a_right_that_is_ended_by_two_presses_is_ended_once_and_both_are_told_so(city: TestCity) -> None:
    client, worker = signed_in(Client(), city.users["administrator"]), city.users["worker"]
    address, form = reverse("scope-end", args=[worker.id, scopes_of(worker.id)[0].id]), sent()
    answers = [client.post(address, form) for _press in range(2)]
    assert [answer["Location"] for answer in answers] == [f"{reverse('person', args=[worker.id])}?done=ended"] * 2
    assert client.post(address, sent()).status_code == 404


def test_a_key_that_is_revoked_by_two_presses_is_revoked_once(city: TestCity) -> None:
    worker = city.users["worker"]
    token, _text = make_token(SYSTEM, user=worker, name="x")
    client, form = signed_in(Client(), worker), sent()
    for _press in range(2):
        assert client.post(reverse("token-revoke", args=[token.id]), form)["Location"].endswith("?done=token")
    assert not tokens_of(worker.id).exists()


def test_a_link_is_shown_once_however_often_its_button_is_pressed(city: TestCity) -> None:
    client, worker, form = signed_in(Client(), city.users["administrator"]), city.users["worker"], sent()
    address = reverse("person-link", args=[worker.id])
    first, again = client.post(address, form), client.post(address, form)
    assert b"/password/new/" in first.content
    assert again["Location"].endswith("?done=made")


@pytest.mark.parametrize("route", ["person-unlock", "person-close"])
def test_one_number_does_not_do_two_things(city: TestCity, route: str) -> None:
    client, form = signed_in(Client(), city.users["administrator"]), sent()
    client.post(reverse(route, args=[city.users["worker"].id]), form)
    other = client.post(reverse(route, args=[city.users["handler"].id]), form)
    assert other.status_code in (404, 409)
    city.users["handler"].refresh_from_db()
    assert city.users["handler"].is_active
