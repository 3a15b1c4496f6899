"""Guessing is held back per device, per address and in all, and no stranger shuts the owner of a name out."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from statistics import median
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.core.access import sign_in, throttle
from linli.core.access.public import (
    HeldBack,
    User,
    check_sign_in,
    create_unit,
    create_user,
    device_cookie,
    is_held_back,
    known_device,
)
from linli.core.accounts.pages.sign_in_page import DEVICE_COOKIE
from linli.core.areas.public import Area, import_areas, parse_area_rows
from linli.core.platform.models import AuditRecord, RateCount
from linli.core.platform.public import SYSTEM, TooBusy, clock_at, now, verify
from linli.core.platform.rationing import turns
from linli.lib.apart import Turns
from tests.accounts.test_sign_in import sign_in_as, words
from tests.city import PASSWORD, TestCity


def guess(name: str = "worker", password: str = "wrong", origin: str = "192.0.2.1", device: str = "") -> User | None:
    return check_sign_in(name, password, origin=origin, device=device)


def held_back(**more: str) -> bool:
    try:
        guess(**more)
    except HeldBack:
        return True
    return False


@pytest.mark.parametrize("name", ["worker", "nobody-of-this-name"])
def test_five_wrong_passwords_hold_one_address_back_in_the_same_words_for_every_name(
    city: TestCity, client: Client, name: str
) -> None:
    for _ in range(5):
        assert sign_in_as(client, name, "wrong").status_code == 422
    waits = sign_in_as(client, name, PASSWORD)
    assert (waits.status_code, waits.headers["Retry-After"]) == (429, "900")
    assert "密码输错太多次" in words(waits)
    assert settings.SESSION_COOKIE_NAME not in client.cookies or not client.cookies[settings.SESSION_COOKIE_NAME].value


def test_a_stranger_shuts_out_neither_another_address_nor_a_known_device(city: TestCity) -> None:
    mine = Client(REMOTE_ADDR="198.51.100.7")
    assert sign_in_as(mine).status_code == 302
    mine.post(reverse("sign-out"))
    stranger = Client(REMOTE_ADDR="192.0.2.1")
    tries = [sign_in_as(stranger, "worker", "wrong").status_code for _ in range(30)]
    assert (tries.count(422), tries.count(429)) == (5, 25)
    assert sign_in_as(Client(REMOTE_ADDR="203.0.113.5")).status_code == 302
    assert sign_in_as(mine).status_code == 302
    # Not even behind the same address, as in an office.
    mine.post(reverse("sign-out"))
    mine.defaults["REMOTE_ADDR"] = "192.0.2.1"
    assert sign_in_as(mine).status_code == 302


def test_one_address_alone_never_makes_others_wait(city: TestCity) -> None:
    """Fifteen tries of one address a day are fewer than the twenty after which a name has to wait."""
    start, passed = now().replace(hour=0, minute=1), 0
    for quarter in range(90):
        with clock_at(start + quarter * timedelta(minutes=15)):
            passed += sum(not held_back() for _ in range(6))
    assert passed == 15
    with clock_at(start + timedelta(hours=23)):
        assert guess(password=PASSWORD, origin="198.51.100.7") is not None


def test_tries_from_many_addresses_are_bounded_for_a_name_and_the_known_device_feels_none_of_it(city: TestCity) -> None:
    start, passed = now().replace(hour=0, minute=0, second=1), 0
    for minute in range(0, 24 * 60, 2):
        with clock_at(start + timedelta(minutes=minute)):
            passed += sum(not held_back(origin=f"10.{minute // 250}.{minute % 250}.{one}") for one in range(5))
    assert passed < 250  # of 3,600 from as many addresses
    with clock_at(start + timedelta(hours=23, minutes=59)):
        assert held_back(password=PASSWORD, origin="198.51.100.7")
        assert guess(password=PASSWORD, origin="198.51.100.7", device="mine") is not None


def test_the_delay_grows_and_ends_at_a_quarter_of_an_hour() -> None:
    assert [throttle.gap_after(tries) for tries in (0, 20, 21, 25, 30, 40, 60, 100, 10_000)] == [
        0, 0, 2, 4, 8, 32, 512, 900, 900,
    ]  # fmt: skip


def test_a_known_device_has_a_limit_of_its_own(city: TestCity) -> None:
    tries = [held_back(device="mine", origin=f"192.0.2.{one}") for one in range(10)]
    assert not any(tries)
    for _ in range(5):
        guess(device="mine")  # as any other device from here on
    assert held_back(device="mine")


def test_the_cookie_of_a_device_is_signed_and_holds_for_the_names_that_signed_in(city: TestCity) -> None:
    client = Client()
    sign_in_as(client)
    kept = client.cookies[DEVICE_COOKIE]
    assert (kept["httponly"], kept["samesite"], kept["path"]) == (True, "Lax", "/sign-in/")
    assert known_device(kept.value, "worker") != ""
    assert known_device(kept.value, "administrator") == ""
    assert known_device(kept.value.replace(".", "", 1), "worker") == ""
    assert known_device("", "worker") == known_device("x.y:z", "worker") == ""
    both = device_cookie(kept.value, "administrator", "other")
    assert known_device(both, "worker") == known_device(both, "administrator") == known_device(kept.value, "worker")
    with clock_at(now() + timedelta(days=1)):
        assert "worker" not in both
    many = both
    for number in range(8):
        many = device_cookie(many, f"n{number}", "x")
    assert (known_device(many, "worker"), known_device(many, "n7") != "") == ("", True)


def test_a_password_link_makes_the_browser_known(city: TestCity) -> None:
    from tests.accounts.test_account import NEW, forgotten, give_mail, sent_link

    give_mail()
    client = Client()
    forgotten(client, "chen@example.org")
    client.post(sent_link(), {"password": NEW, "again": NEW})
    assert known_device(client.cookies[DEVICE_COOKIE].value, "worker") != ""


def test_a_try_is_recorded_without_what_was_typed_as_a_name(city: TestCity) -> None:
    guess(name="my-password-in-the-wrong-field")
    guess()
    records = AuditRecord.objects.filter(action="sign_in.failed").order_by("seq")
    assert sorted(one.subject_id for one in records) == ["", str(city.users["worker"].id)]
    assert {one.actor_kind for one in records} == {"system"}
    assert list(verify()) == []


def test_names_that_exist_cost_the_same_statements_as_others(city: TestCity, django_assert_num_queries: object) -> None:
    from django.test.utils import CaptureQueriesContext

    def statements(name: str) -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            guess(name=name)
        return [query["sql"].split(" ")[0] for query in asked.captured_queries]

    guess(name="nobody"), guess(name="worker")  # both chains begin
    User.objects.filter(username="dispatcher").update(is_active=False)
    create_user(SYSTEM, username="fresh", display_name="F", unit=city.units["environment"])
    assert statements("worker") == statements("nobody2") == statements("dispatcher") == statements("fresh")


@pytest.mark.slow
def test_names_that_exist_take_as_long_as_others(city: TestCity, settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # type: ignore[attr-defined]
    user = city.users["worker"]
    user.set_password(PASSWORD)
    user.save()
    took: dict[str, list[float]] = {"worker": [], "nobody": []}
    for number in range(15):
        for name, times in took.items():
            begun = time.perf_counter()
            with suppress(HeldBack):
                guess(name=name, origin=f"192.0.2.{number}")
            times.append(time.perf_counter() - begun)
    known, unknown = median(took["worker"]), median(took["nobody"])
    assert abs(known - unknown) < 0.5 * max(known, unknown)


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

    def try_it() -> None:
        try:
            barrier.wait(timeout=20)
            guess("guessed")
        except HeldBack:
            pass
        finally:
            connection.close()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sign_in, "check_password", check)
        threads = [threading.Thread(target=try_it) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
    return looked_at[0]


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_the_same_moment_are_not_all_looked_at() -> None:
    one_account()
    # The control: without a try that is counted before the look, all of them pass.
    with pytest.MonkeyPatch.context() as loose:
        loose.setattr(sign_in, "count_try", lambda *_args, **_more: None)
        assert guesses(12) == 12
    assert guesses(12) == 5


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        (0, "198.51.100.{n}", 5),  # nobody is believed: all come from one address
        (1, "198.51.100.{n}, 192.0.2.1", 5),  # what stands further left is the client's own claim
        (1, "192.0.2.{n}", 12),  # the proxy says that they are different
        (2, "192.0.2.1, 203.0.113.9", 5),
        (1, "", 5),
        (2, "192.0.2.{n}", 5),  # fewer entries than proxies: the peer counts
    ],
)
def test_addresses_that_a_client_claims_do_not_help(
    city: TestCity, settings: object, proxies: int, forwarded: str, counted: int
) -> None:
    settings.LINLI_TRUSTED_PROXIES = proxies  # type: ignore[attr-defined]

    def ask(number: int) -> HttpResponse:
        headers = {"X-Forwarded-For": forwarded.format(n=number)} if forwarded else {}
        form = {"username": "worker", "password": "wrong"}
        return Client(REMOTE_ADDR="10.0.0.1", headers=headers).post(reverse("sign-in"), form)  # type: ignore[return-value]

    assert [ask(number).status_code for number in range(12)].count(422) == counted


def test_right_passwords_hold_nobody_back(city: TestCity) -> None:
    """Several machines behind one address that do not know the name yet, as in an office on its first day."""
    for _ in range(60):
        assert guess(password=PASSWORD) is not None
    for _ in range(4):
        assert guess() is None
    assert guess(password=PASSWORD) is not None
    assert guess() is None
    assert held_back(), "five wrong ones are five, whatever right ones stood between them"


@pytest.mark.parametrize("name", ["worker", "nobody-of-this-name"])
def test_a_try_that_found_no_turn_counts_for_nobody(
    city: TestCity, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    settings.PASSWORD_HASHERS = [one for one in settings.PASSWORD_HASHERS if "MD5" not in one]
    User.objects.filter(username="worker").update(password=make_password(PASSWORD))
    browser, full = Client(headers={"Accept-Language": "en"}), Turns(places=1, waiting=0)
    with monkeypatch.context() as patched, full.turn():
        mine_alone = replace(turns.lines(), passwords=full)
        patched.setattr(turns, "lines", lambda: mine_alone)
        answers = [sign_in_as(browser, name, PASSWORD) for _ in range(30)]
        with pytest.raises(TooBusy):
            guess(name, PASSWORD, device="mine")
    assert {(one.status_code, one.headers["Retry-After"]) for one in answers} == {(503, "3")}
    assert all("Many people are signing in" in words(one) for one in answers)
    assert not any(record.exc_info for record in caplog.records)
    assert RateCount.objects.exclude(count=0).count() == 0
    assert sign_in_as(browser, name, "wrong").status_code == 422
    assert not is_held_back(name)


def test_a_turn_that_was_not_found_leaves_the_gap_open(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that many tried has one try in some seconds: it must not go to whoever was sent away."""
    at = now().replace(hour=3, minute=0, second=0, microsecond=0)
    with clock_at(at):
        for one in range(22):
            held_back(origin=f"10.0.0.{one}")
    with clock_at(at + timedelta(seconds=30)), monkeypatch.context() as patched:
        patched.setattr(sign_in, "check_password", busy)
        with pytest.raises(TooBusy):
            guess(password=PASSWORD, origin="198.51.100.7")
    with clock_at(at + timedelta(seconds=30)):
        assert guess(password=PASSWORD, origin="198.51.100.7") is not None


def busy(*_given: str) -> bool:
    raise TooBusy("Come back.", retry_after_s=3)
