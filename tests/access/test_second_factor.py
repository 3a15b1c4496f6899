"""A second factor of an account: set up, asked for at sign-in, lost, required by role. What stands against guessing its codes."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test import Client
from django.urls import reverse

from linli.core.access import totp
from linli.core.access.public import (
    HeldBack,
    TotpSecret,
    User,
    pass_second_step,
    set_up_second_factor,
    unlock,
)
from linli.core.accounts.pages import sign_in_page
from linli.core.platform.models import AuditRecord, Message
from linli.core.platform.public import SYSTEM, Taken, clock_at, verify
from tests.city import PASSWORD, TestCity
from tests.forms import sent

SECOND_STEP = "/sign-in/?step=code"
AT = datetime.fromisoformat("2026-12-01T09:00:10+08:00")


def words(response: Any) -> str:
    return unescape(response.content.decode())


def code_at(secret: str, instant: datetime, steps: int = 0) -> str:
    return totp.code_of(secret, totp.step_of(instant) + steps)


def with_factor(user: User, instant: datetime = AT) -> tuple[str, list[str]]:
    """A secret and recovery codes of somebody who set an app up an hour before."""
    secret, before = totp.new_secret(), instant - timedelta(hours=1)
    with clock_at(before):
        return secret, set_up_second_factor(SYSTEM, user=user, secret=secret, code=code_at(secret, before))


def first_step(username: str = "worker", **more: str) -> Client:
    client = Client(**more)  # type: ignore[arg-type]
    answer = client.post(reverse("sign-in"), {"username": username, "password": PASSWORD, "next": "/me/"})
    assert (answer.status_code, answer["Location"]) == (302, SECOND_STEP)
    return client


def type_code(client: Client, code: str) -> Any:
    return client.post(SECOND_STEP, {"code": code})


def test_codes_are_those_of_the_standard() -> None:
    # RFC 6238, appendix B: the last six of the eight digits, with SHA-1.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    known = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}
    assert {at: totp.code_of(secret, at // 30) for at in known} == known


@pytest.mark.parametrize(("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_of_this_step_and_its_neighbours_opens(city: TestCity, steps: int, fits: bool) -> None:
    worker = city.users["worker"]
    secret, _codes = with_factor(worker)
    with clock_at(AT):
        assert bool(pass_second_step(worker, code_at(secret, AT, steps))) is fits


def test_password_and_code_open_and_the_password_alone_opens_nothing(city: TestCity) -> None:
    worker = city.users["worker"]
    secret, _codes = with_factor(worker)
    with clock_at(AT):
        client = first_step()
        assert client.get("/home/").status_code == 302
        assert client.get("/api/v1/me/tokens").status_code in (401, 403, 404)
        assert User.objects.get(id=worker.id).last_login is None
        assert not AuditRecord.objects.filter(action="sign_in").exists()
        answer = type_code(client, code_at(secret, AT))
        assert (answer.status_code, answer["Location"]) == (302, "/me/")
        assert client.get("/home/").status_code == 200
    assert AuditRecord.objects.filter(action="sign_in").count() == 1
    assert list(verify()) == []


def test_no_other_door_takes_the_password_alone(city: TestCity) -> None:
    assert authenticate(username="worker", password=PASSWORD) is not None
    with_factor(city.users["worker"])
    with clock_at(AT):
        assert authenticate(username="worker", password=PASSWORD) is None


def test_a_code_opens_once(city: TestCity) -> None:
    worker = city.users["worker"]
    secret, _codes = with_factor(worker)
    with clock_at(AT):
        code = code_at(secret, AT)
        assert pass_second_step(worker, code) == "totp"
        assert pass_second_step(worker, code) == ""
        assert pass_second_step(worker, code_at(secret, AT, -1)) == ""  # nor one of a step before
        assert pass_second_step(worker, code_at(secret, AT, 1)) == "totp"


def test_the_code_that_set_it_up_opens_nothing(city: TestCity) -> None:
    worker, secret = city.users["worker"], totp.new_secret()
    with clock_at(AT):
        set_up_second_factor(SYSTEM, user=worker, secret=secret, code=code_at(secret, AT))
        assert pass_second_step(worker, code_at(secret, AT)) == ""


def test_a_recovery_code_opens_once_however_it_is_typed_and_the_person_is_told(city: TestCity) -> None:
    worker = city.users["worker"]
    User.objects.filter(id=worker.id).update(mail="worker@example.org")
    worker.refresh_from_db()
    _secret, codes = with_factor(worker)
    assert len(set(codes)) == totp.RECOVERY_CODES
    with clock_at(AT):
        assert pass_second_step(worker, codes[3].upper().replace("-", " ")) == "recovery"
        assert pass_second_step(worker, codes[3]) == ""
        assert pass_second_step(worker, codes[4]) == "recovery"
        assert pass_second_step(city.users["acceptance"], codes[5]) == ""  # another person's
    assert Message.objects.filter(template="recovery_code_used").count() == 2
    assert list(verify()) == []


def test_neither_secret_nor_recovery_codes_can_be_read_in_the_database(city: TestCity) -> None:
    secret, codes = with_factor(city.users["worker"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM access_totp")
        [kept] = cursor.fetchone()
        cursor.execute("SELECT digest FROM access_recovery_code")
        digests = {row[0] for row in cursor.fetchall()}
    assert secret not in kept
    assert not digests & {*codes, *map(totp.plain_code, codes)}
    assert TotpSecret.objects.get().secret == secret


def test_guessing_codes_is_held_back_apart_from_passwords_and_its_owner_is_told(city: TestCity) -> None:
    worker = city.users["worker"]
    User.objects.filter(id=worker.id).update(mail="worker@example.org")
    worker.refresh_from_db()
    secret, _codes = with_factor(worker)
    with clock_at(AT):
        thief = first_step(REMOTE_ADDR="192.0.2.66")
        assert [type_code(thief, "000000").status_code for _ in range(6)] == [422] * 5 + [429]
        right = code_at(secret, AT)
        assert type_code(thief, right).status_code == 429
        assert thief.get("/home/").status_code == 302
        # Whoever else is at the second step, elsewhere, is not held back by it, nor is the password.
        assert type_code(first_step(REMOTE_ADDR="192.0.2.7"), right).status_code == 302
    assert Message.objects.filter(template="wrong_codes").count() == 1
    assert AuditRecord.objects.filter(action="sign_in.code_failed").count() == 5


def test_many_addresses_together_are_slowed_down_and_the_administrator_unlocks(city: TestCity) -> None:
    worker = city.users["worker"]
    secret, _codes = with_factor(worker)
    with clock_at(AT):
        for number in range(20):
            pass_second_step(worker, "000000", origin=f"198.51.100.{number}")
        pass_second_step(worker, "000000", origin="203.0.113.1")
        with pytest.raises(HeldBack):
            pass_second_step(worker, "000000", origin="203.0.113.2")
        unlock(SYSTEM, user=worker)
        assert pass_second_step(worker, code_at(secret, AT), origin="203.0.113.9") == "totp"


def test_a_known_device_is_not_held_back_by_others(city: TestCity) -> None:
    worker = city.users["worker"]
    secret, _codes = with_factor(worker)
    with clock_at(AT):
        mine = first_step()
        assert type_code(mine, code_at(secret, AT)).status_code == 302
        for number in range(40):
            try:
                pass_second_step(worker, "000000", origin=f"198.51.100.{number}")
            except HeldBack:
                break
        else:
            pytest.fail("nobody was held back")
    with clock_at(AT + timedelta(minutes=1)):
        mine.post(reverse("sign-out"), sent())
        mine.post(reverse("sign-in"), {"username": "worker", "password": PASSWORD})
        assert type_code(mine, code_at(secret, AT + timedelta(minutes=1))).status_code == 302


@pytest.mark.parametrize("code", ["", "0" * 5000, "\x00", "１２３", "-- --", "李" * 16, "12345a"])
def test_rubbish_opens_nothing(city: TestCity, code: str) -> None:
    with_factor(city.users["worker"])
    with clock_at(AT):
        assert type_code(first_step(), code).status_code == 422


def test_the_second_step_is_over_after_ten_minutes_and_after_a_new_password(city: TestCity) -> None:
    worker = city.users["worker"]
    secret, _codes = with_factor(worker)
    late = AT + sign_in_page.SECOND_STEP_FOR + timedelta(seconds=30)
    with clock_at(AT):
        slow, robbed = first_step(), first_step()
    with clock_at(late):
        assert type_code(slow, code_at(secret, late))["Location"] == reverse("sign-in")
        fresh = first_step()
        User.objects.filter(id=worker.id).update(session_epoch=worker.session_epoch + 7)
        assert type_code(fresh, code_at(secret, late))["Location"] == reverse("sign-in")
        assert slow.get("/home/").status_code == robbed.get("/home/").status_code == 302
    assert Client().get(SECOND_STEP)["Location"] == reverse("sign-in")


def signed_in(username: str = "worker") -> Client:
    client = Client()
    assert client.post(reverse("sign-in"), {"username": username, "password": PASSWORD}).status_code == 302
    return client


def offered(client: Client) -> tuple[str, str]:
    """The secret on the page, and what its form brings back."""
    page = words(client.get(reverse("second-factor")))
    return re.findall(r'id="totp-key">([A-Z2-7 ]+)<', page)[0].replace(" ", ""), re.findall(
        r'name="offer" value="([^"]+)"', page
    )[0]


def test_setting_up_shows_ten_codes_once_and_signs_out_other_browsers(city: TestCity) -> None:
    with clock_at(AT):
        mine, other = signed_in(), signed_in()
        secret, offer = offered(mine)
        form = {"offer": offer, "present": PASSWORD, "code": code_at(secret, AT)}
        page = mine.post(reverse("second-factor"), form)
        codes = re.findall(r"<li><code>([a-z2-9-]{19})</code>", words(page))
        assert (page.status_code, len(codes)) == (200, 10)
        assert "no-store" in page["Cache-Control"]
        assert mine.get("/home/").status_code == 200
        assert other.get("/home/").status_code == 302
        assert not set(codes) & set(words(mine.get(reverse("second-factor"))).split())
        assert TotpSecret.objects.get().secret == secret
        again = mine.post(reverse("second-factor"), form)
        assert reverse("recovery-codes") in words(again)
        assert TotpSecret.objects.get().secret == secret


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"present": "wrong"}, "当前密码不对"), ({"code": "000000"}, "验证码不对"), ({"offer": "a.b.c"}, "二维码已更新")],
)
def test_setting_up_takes_password_code_and_ones_own_offer(city: TestCity, typed: dict[str, str], said: str) -> None:
    with clock_at(AT):
        mine = signed_in()
        secret, offer = offered(mine)
        answer = mine.post(
            reverse("second-factor"), {"offer": offer, "present": PASSWORD, "code": code_at(secret, AT)} | typed
        )
        assert answer.status_code == 422
        assert said in words(answer)
        assert not TotpSecret.objects.exists()


def test_an_offer_of_somebody_else_is_none(city: TestCity) -> None:
    with clock_at(AT):
        secret, offer = offered(signed_in("acceptance"))
        answer = signed_in().post(
            reverse("second-factor"), {"offer": offer, "present": PASSWORD, "code": code_at(secret, AT)}
        )
        assert answer.status_code == 422
        assert not TotpSecret.objects.exists()


def test_a_refused_form_keeps_the_secret_that_was_scanned(city: TestCity) -> None:
    with clock_at(AT):
        mine = signed_in()
        secret, offer = offered(mine)
        page = words(mine.post(reverse("second-factor"), {"offer": offer, "present": PASSWORD, "code": "000000"}))
        assert secret in page.replace(" ", "")


def test_two_apps_cannot_be_set_up_at_once(city: TestCity) -> None:
    with_factor(city.users["worker"])
    with pytest.raises(Taken):
        with_factor(city.users["worker"])


def in_with_code(city: TestCity, username: str = "worker") -> tuple[Client, str]:
    secret, _codes = with_factor(city.users[username])
    client = first_step(username)
    assert type_code(client, code_at(secret, AT)).status_code == 302
    return client, secret


def test_new_recovery_codes_and_the_end_take_a_code(city: TestCity) -> None:
    with clock_at(AT):
        mine, secret = in_with_code(city)
        for route in ("recovery-codes", "second-factor-end"):
            assert mine.post(reverse(route), {"code": "000000"}).status_code == 422
    later = AT + timedelta(minutes=2)
    with clock_at(later):
        page = words(mine.post(reverse("recovery-codes"), {"code": code_at(secret, later)}))
        [code, *_others] = re.findall(r"<li><code>([a-z2-9-]{19})</code>", page)
        assert mine.post(reverse("second-factor-end"), {"code": code})["Location"].startswith(reverse("account"))
        assert mine.get("/home/").status_code == 200
        assert not TotpSecret.objects.exists()
        assert signed_in().get("/home/").status_code == 200
    assert list(verify()) == []
