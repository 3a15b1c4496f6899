"""Signing in: one sentence for every wrong try, a lock that guessing cannot outrun, a session that is fresh."""

from __future__ import annotations

import threading
from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.core.access import sign_in
from linli.core.access.pages import sign_in_page
from linli.core.access.public import Locked, Session, User, check_sign_in, create_unit, create_user
from linli.core.areas.public import Area, import_areas, parse_area_rows
from linli.core.platform.public import SYSTEM, clock_at, now, verify
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


@pytest.mark.parametrize("name", ["worker", "nobody-of-this-name"])
def test_five_wrong_passwords_lock_known_and_unknown_names_in_the_same_words(
    city: TestCity, client: Client, name: str
) -> None:
    for _ in range(sign_in.LOCK_AFTER):
        assert sign_in_as(client, name, "wrong").status_code == 422
    locked = sign_in_as(client, name, PASSWORD)
    assert locked.status_code == 409
    assert "密码输错太多次，账号已锁定。15 分钟后再试" in words(locked)
    assert settings.SESSION_COOKIE_NAME not in client.cookies or not client.cookies[settings.SESSION_COOKIE_NAME].value


def test_the_lock_opens_after_its_time_and_counts_anew(city: TestCity) -> None:
    for _ in range(sign_in.LOCK_AFTER):
        assert check_sign_in("worker", "wrong") is None
    with pytest.raises(Locked):
        check_sign_in("worker", PASSWORD)
    with clock_at(now() + sign_in.LOCK_FOR + timedelta(seconds=1)):
        assert check_sign_in("worker", "wrong") is None
        assert check_sign_in("worker", PASSWORD) == city.users["worker"]


def test_a_right_password_forgets_the_wrong_ones(city: TestCity) -> None:
    for _ in range(3):
        for _ in range(sign_in.LOCK_AFTER - 1):
            assert check_sign_in("worker", "wrong") is None
        assert check_sign_in("worker", PASSWORD) is not None


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


def one_account() -> None:
    rows, _errors = parse_area_rows([(2, {"code": "990100000000", "level": "city", "name": "云溪市", "parent": ""})])
    import_areas(SYSTEM, rows, source="test")
    unit = create_unit(SYSTEM, code="centre", kind="centre", area=Area.objects.get(), name="市中心")
    create_user(SYSTEM, username="guessed", display_name="王强", unit=unit, password=PASSWORD)


def guesses(count: int) -> int:
    """How many of `count` wrong guesses at the same moment had their password looked at."""
    looked_at, barrier, lock = [0], threading.Barrier(count), threading.Lock()

    def check(password: str, encoded: str) -> bool:
        with lock:
            looked_at[0] += 1
        return False

    def guess() -> None:
        try:
            barrier.wait(timeout=20)
            check_sign_in("guessed", "wrong")
        except Locked:
            pass
        finally:
            connection.close()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sign_in, "check_password", check)
        threads = [threading.Thread(target=guess) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
    return looked_at[0]


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_the_same_moment_are_not_all_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    one_account()
    # The control: counting after the look, as a lock without a reserved place does, lets all of them through.
    with pytest.MonkeyPatch.context() as loose:
        loose.setattr(sign_in, "_count_attempt", lambda user_id, actor: 1)
        assert guesses(12) == 12
    User.objects.update(failed_sign_ins=0, locked_until=None)
    assert guesses(12) == sign_in.LOCK_AFTER
    assert User.objects.get().locked_until is not None
