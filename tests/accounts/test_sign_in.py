"""Signing in: one sentence for every wrong try, a session that is fresh; test_guessing.py holds guessing back."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.core.access.public import Session, User
from linli.core.accounts.pages import sign_in_page
from linli.core.platform.public import clock_at, now, verify
from tests.city import PASSWORD, TestCity


def sign_in_as(client: Client, username: str = "worker", password: str = PASSWORD, **more: str) -> HttpResponse:
    return client.post(reverse("sign-in"), {"username": username, "password": password, **more})  # type: ignore[return-value]


def words(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def test_name_in_any_case_and_password_open_the_home_page(city: TestCity, client: Client) -> None:
    response = sign_in_as(client, " Worker ")
    assert (response.status_code, response["Location"]) == (302, "/home/")
    assert client.get("/home/").status_code == 200
    assert list(verify()) == []


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/cases/?state=filed", "/cases/?state=filed"),
        ("https://evil.example/", "/home/"),
        ("//evil.example/", "/home/"),
        ("/\\evil.example", "/home/"),
        ("javascript:alert(1)", "/home/"),
        ("home/", "/home/"),
        ("", "/home/"),
    ],
)
def test_sign_in_leads_on_only_inside_this_site(city: TestCity, client: Client, wanted: str, leads_to: str) -> None:
    assert sign_in_as(client, next=wanted)["Location"] == leads_to
    assert client.get(reverse("sign-in"), {"next": wanted})["Location"] == leads_to


def test_a_protected_page_comes_back_after_sign_in(city: TestCity, client: Client) -> None:
    refused = client.get("/cases/?state=filed")
    assert refused.status_code == 302
    page = client.get(refused["Location"])
    assert 'name="next" value="/cases/?state=filed"' in words(page)  # type: ignore[arg-type]


def test_a_wrong_name_and_a_wrong_password_read_the_same(city: TestCity, client: Client) -> None:
    wrong_password = words(sign_in_as(client, "worker", "wrong"))
    wrong_name = words(sign_in_as(client, "worker2", "wrong"))
    assert "登录名或密码不对" in wrong_password
    for token in ("csrfmiddlewaretoken", "effect_id", 'value="worker'):
        assert token in wrong_password
    assert without_chance(wrong_password) == without_chance(wrong_name.replace("worker2", "worker"))


def without_chance(page: str) -> list[str]:
    return [line for line in page.split("<") if "csrfmiddlewaretoken" not in line and "effect_id" not in line]


def test_the_password_is_never_shown_again(city: TestCity, client: Client) -> None:
    page = words(sign_in_as(client, "worker", "a-wrong-but-secret-one"))
    assert "a-wrong-but-secret-one" not in page
    assert 'value="worker"' in page


def test_a_closed_account_reads_like_an_unknown_one(city: TestCity, client: Client) -> None:
    User.objects.filter(username="worker").update(is_active=False)
    response = sign_in_as(client)
    assert response.status_code == 422
    assert "登录名或密码不对" in words(response)


def test_one_address_cannot_go_through_all_names(
    city: TestCity, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in_page, "SIGN_INS_PER_ADDRESS", 3)
    for number in range(3):
        assert sign_in_as(client, f"name{number}").status_code == 422
    assert sign_in_as(client).status_code == 429
    assert sign_in_as(Client(REMOTE_ADDR="192.0.2.7")).status_code == 302


def test_the_session_key_changes_and_what_was_in_it_is_dropped(city: TestCity, client: Client) -> None:
    session = client.session
    session["planted"] = "by somebody who knows this key"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = old = session.session_key or ""
    sign_in_as(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != old
    assert "planted" not in client.session
    assert not Session.objects.filter(session_key=old).exists()


def test_the_session_knows_address_device_and_start(city: TestCity) -> None:
    client = Client(
        REMOTE_ADDR="192.0.2.9", HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile Safari/537"
    )
    sign_in_as(client)
    session = Session.objects.get(user_id=city.users["worker"].id)
    assert (session.origin, session.device) == ("192.0.2.9", "Chrome, Android")
    assert session.started_at <= session.seen_at


def test_use_is_noted_every_five_minutes_and_the_start_stays(city: TestCity, client: Client) -> None:
    sign_in_as(client)
    session = Session.objects.get()
    start, seen = session.started_at, session.seen_at
    with clock_at(now() + timedelta(minutes=1)):
        client.get("/home/")
    session.refresh_from_db()
    assert session.seen_at == seen
    with clock_at(now() + timedelta(minutes=6)):
        client.get("/home/")
    session.refresh_from_db()
    assert session.seen_at - seen > timedelta(minutes=5)
    assert session.started_at == start


@pytest.mark.parametrize("user_agent", ["", "curl/8.5.0", "\x00" * 300, "a" * 5000])
def test_any_device_name_is_short(user_agent: str) -> None:
    assert len(sign_in_page.device_of(user_agent)) <= 40


@pytest.mark.parametrize(
    ("username", "password"),
    [("", ""), ("worker", ""), ("", PASSWORD), ("w" * 5000, "x"), ("\x00", "\x00"), ("李" * 64, "😀")],
)
def test_rubbish_is_refused_with_the_form(city: TestCity, client: Client, username: str, password: str) -> None:
    response = sign_in_as(client, username, password)
    assert response.status_code == 422
    assert 'name="username"' in response.content.decode()


def test_signing_out_ends_the_session_and_a_copy_of_its_cookie(city: TestCity, client: Client) -> None:
    sign_in_as(client)
    copy = Client()
    copy.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert copy.get("/home/").status_code == 200
    assert client.post(reverse("sign-out")).status_code == 302
    assert client.get("/home/").status_code == 302
    assert copy.get("/home/").status_code == 302
    assert client.post(reverse("sign-out")).status_code == 302


def test_sign_out_by_a_link_does_nothing(city: TestCity, client: Client) -> None:
    sign_in_as(client)
    client.get(reverse("sign-out"))
    assert client.get("/home/").status_code == 200


def test_a_form_without_its_token_is_refused_with_a_page(city: TestCity) -> None:
    client = Client(enforce_csrf_checks=True)
    response = sign_in_as(client)
    assert response.status_code == 403
    assert "error-page" in response.content.decode()
