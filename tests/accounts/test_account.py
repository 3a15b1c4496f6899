"""My account: sessions, sign-out everywhere, password, keys for the API, language; a forgotten password by mail."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.core.access.public import ApiToken, Session, User, access_by_token, ask_password_reset, check_sign_in
from linli.core.accounts.pages import password_pages, present_password
from linli.core.platform.models import AuditRecord, Job, Message
from linli.core.platform.plug.message_texts import render as render_message
from linli.core.platform.public import clock_at, now, work_off
from linli.core.platform.rationing import turns
from linli.lib.apart import Turns
from tests.city import PASSWORD, TestCity
from tests.forms import sent

NEW = "a-quite-new-sentence"


def signed_in(username: str = "worker", **more: str) -> Client:
    client = Client(**more)  # type: ignore[arg-type]
    assert client.post(reverse("sign-in"), {"username": username, "password": PASSWORD}).status_code == 302
    return client


def words(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


def test_my_sessions_stand_on_my_page_and_nobody_elses(city: TestCity) -> None:
    mine = signed_in(REMOTE_ADDR="192.0.2.1", HTTP_USER_AGENT="Mozilla/5.0 (iPhone) Safari/604")
    signed_in(REMOTE_ADDR="192.0.2.2", HTTP_USER_AGENT="Mozilla/5.0 (Windows) Firefox/130")
    signed_in("acceptance", REMOTE_ADDR="192.0.2.3")
    page = words(mine.get(reverse("account")))
    assert "Safari, iPhone" in page
    assert "Firefox, Windows" in page
    assert "192.0.2.2" in page
    assert "192.0.2.3" not in page
    assert page.count("（本机）") == 1
    for session in Session.objects.all():
        assert session.session_key not in page


def test_one_session_can_be_ended_and_only_ones_own(city: TestCity) -> None:
    mine, other, stranger = signed_in(), signed_in(), signed_in("acceptance")
    digests = re.findall(r'name="session" value="(\w+)"', words(mine.get(reverse("account"))))
    here = re.findall(r"（本机）.*?name=\"session\" value=\"(\w+)\"", words(mine.get(reverse("account"))), re.DOTALL)
    [digest] = set(digests) - set(here)
    stranger.post(reverse("session-end"), sent(session=digest))
    assert other.get("/home/").status_code == 200
    mine.post(reverse("session-end"), sent(session=digest))
    assert other.get("/home/").status_code == 302
    assert mine.get("/home/").status_code == 200
    assert mine.post(reverse("session-end"), sent(session=here[0]))["Location"].startswith(reverse("sign-in"))
    assert mine.get("/home/").status_code == 302


def test_sign_out_everywhere_ends_copies_of_cookies_too(city: TestCity) -> None:
    mine, other = signed_in(), signed_in()
    copy = Client()
    copy.cookies[settings.SESSION_COOKIE_NAME] = other.cookies[settings.SESSION_COOKIE_NAME].value
    kept = [(row.session_key, row.session_data, row.expire_date) for row in Session.objects.all()]
    mine.post(reverse("sessions-end-all"), sent())
    assert [client.get("/home/").status_code for client in (mine, other, copy)] == [302, 302, 302]
    # Even when the rows come back (a backup restored, a write that was under way), their epoch is over.
    for key, data, expires in kept:
        Session.objects.create(
            session_key=key, session_data=data, expire_date=expires, started_at=now(), seen_at=now(),
            user_id=city.users["worker"].id,
        )  # fmt: skip
    back = Client()
    back.cookies[settings.SESSION_COOKIE_NAME] = kept[0][0]
    assert back.get("/home/").status_code == 302


def test_a_session_whose_time_is_over_opens_nothing(city: TestCity) -> None:
    mine, other = signed_in(), signed_in()
    over = Session.objects.filter(session_key=mine.cookies[settings.SESSION_COOKIE_NAME].value)
    assert over.update(expire_date=datetime.now(UTC) - timedelta(seconds=1)) == 1
    assert mine.get("/home/").status_code == 302
    assert other.get("/home/").status_code == 200


def test_a_changed_password_keeps_this_browser_and_ends_the_others(city: TestCity) -> None:
    mine, other = signed_in(), signed_in()
    old_key = mine.cookies[settings.SESSION_COOKIE_NAME].value
    response = mine.post(reverse("password-change"), {"present": PASSWORD, "password": NEW, "again": NEW})
    assert response["Location"] == f"{reverse('account')}?done=password"
    assert "新密码已设置" in words(mine.get(response["Location"]))
    assert mine.cookies[settings.SESSION_COOKIE_NAME].value != old_key
    assert other.get("/home/").status_code == 302
    assert check_sign_in("worker", PASSWORD) is None
    assert check_sign_in("worker", NEW) is not None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"present": "wrong"}, "当前密码不对"),
        ({"again": "another-sentence"}, "两次输入不一样"),
        ({"password": "short", "again": "short"}, "密码太短，至少要 10 个字符。"),
        ({"password": "1234567890", "again": "1234567890"}, ""),
        ({"password": "worker4worker4", "again": "worker4worker4"}, "登录名"),
        ({"password": "Worker-worker1", "again": "Worker-worker1"}, "登录名"),
        ({"password": "abcabcabcabc", "again": "abcabcabcabc"}, "同样几个字符"),
        ({"password": "aaaabbbbaaaab", "again": "aaaabbbbaaaab"}, "同样几个字符"),
        ({"password": "", "again": ""}, ""),
    ],
)
def test_a_refused_password_changes_nothing(city: TestCity, given: dict[str, str], said: str) -> None:
    client = signed_in()
    response = client.post(reverse("password-change"), {"present": PASSWORD, "password": NEW, "again": NEW} | given)
    assert response.status_code == 422
    assert "field--error" in words(response)
    assert said in words(response)
    assert client.get("/home/").status_code == 200
    assert check_sign_in("worker", PASSWORD) is not None


def test_the_present_password_cannot_be_guessed_through_an_open_browser(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(present_password, "PASSWORD_TRIES", 2)
    client = signed_in()
    for _ in range(2):
        client.post(reverse("password-change"), {"present": "wrong", "password": NEW, "again": NEW})
    response = client.post(reverse("password-change"), {"present": PASSWORD, "password": NEW, "again": NEW})
    assert response.status_code == 429
    assert check_sign_in("worker", PASSWORD) is not None


def make_key(client: Client, effect: str, **given: str) -> HttpResponse:
    form = {"effect_id": effect, "name": "报表程序", "days": "30"} | given
    return client.post(reverse("token-create"), form)  # type: ignore[return-value]


def test_a_key_is_shown_once_works_and_can_be_revoked(city: TestCity) -> None:
    client, effect = signed_in(), str(uuid4())
    first = words(make_key(client, effect))
    [key] = re.findall(r"linli_[\w-]{40,}", first)
    found = access_by_token(key)
    assert found is not None
    assert found.user_id == city.users["worker"].id
    again = words(make_key(client, effect))
    assert "已经生成并显示过" in again
    assert ApiToken.objects.count() == 1
    assert key not in again
    assert key not in words(client.get(reverse("account")))
    with clock_at(now() + timedelta(days=31)):
        assert access_by_token(key) is None
    client.post(reverse("token-revoke", args=[ApiToken.objects.get().id]), sent())
    assert access_by_token(key) is None


def test_nobody_revokes_the_key_of_another(city: TestCity) -> None:
    key = re.findall(r"linli_[\w-]{40,}", words(make_key(signed_in(), str(uuid4()))))[0]
    stranger = signed_in("administrator")
    assert stranger.post(reverse("token-revoke", args=[ApiToken.objects.get().id]), sent()).status_code == 404
    assert access_by_token(key) is not None


@pytest.mark.parametrize(
    "given", [{"name": ""}, {"name": "x" * 81}, {"days": "100000"}, {"days": "x"}, {"days": ""}, {"effect_id": "x"}]
)
def test_a_refused_key_keeps_its_name_and_makes_none(city: TestCity, given: dict[str, str]) -> None:
    response = make_key(signed_in(), str(uuid4()), **given)
    assert response.status_code == 422
    assert ApiToken.objects.count() == 0
    if "name" not in given:
        assert 'value="报表程序"' in words(response)


def test_the_chosen_language_holds_for_pages_and_mail(city: TestCity) -> None:
    client = signed_in()
    client.post(reverse("language-change"), sent(language="en"))
    assert "<h1>My account</h1>" in words(client.get(reverse("account")))
    assert User.objects.get(username="worker").language == "en"
    assert client.post(reverse("language-change"), sent(language="xx")).status_code == 422
    assert User.objects.get(username="worker").language == "en"


def test_anybody_switches_the_language_of_the_page(client: Client, city: TestCity) -> None:
    client.post(reverse("set_language"), {"language": "en", "next": "/track/"})
    assert "Follow a report" in words(client.get("/track/"))
    assert client.post(reverse("set_language"), {"language": "en", "next": "//evil.example/"})["Location"] == "/"


@pytest.mark.parametrize(
    "name", ["session-end", "sessions-end-all", "password-change", "token-create", "language-change"]
)
def test_who_comes_by_a_link_is_led_to_the_page_and_nothing_happens(city: TestCity, name: str) -> None:
    client = signed_in()
    assert client.get(reverse(name))["Location"] == reverse("account")
    assert client.put(reverse(name)).status_code == 405
    assert client.get("/home/").status_code == 200


def give_mail(username: str = "worker", mail: str = "Chen@example.org") -> None:
    user = User.objects.get(username=username)
    user.mail = mail
    user.save()


def sent_link() -> str:
    """The address in the last mail."""
    work_off()
    envelope = Message.objects.order_by("-id")[0].envelope
    return str(re.findall(r"http://localhost:8000(/password/new/[\w/-]+/)", envelope)[0])


def forgotten(client: Client, mail: str) -> HttpResponse:
    return client.post(reverse("password-forgotten"), {"mail": mail})  # type: ignore[return-value]


def test_a_forgotten_password_is_set_anew_by_mail_and_only_once(city: TestCity, client: Client) -> None:
    give_mail()
    signed = signed_in()
    assert forgotten(client, " chen@EXAMPLE.org").status_code == 302
    assert Message.objects.count() == 0  # a job writes it, so that every address takes the same time
    link = sent_link()
    assert client.get(link).status_code == 200
    response = client.post(link, {"password": NEW, "again": NEW})
    assert response["Location"] == f"{reverse('sign-in')}?done=password"
    assert signed.get("/home/").status_code == 302
    assert check_sign_in("worker", NEW) is not None
    assert client.get(link).status_code == 404
    assert client.post(link, {"password": "yet-another-sentence", "again": "yet-another-sentence"}).status_code == 404
    assert check_sign_in("worker", NEW) is not None


def test_the_same_is_said_for_a_known_and_an_unknown_address(city: TestCity, client: Client) -> None:
    give_mail()
    known, unknown = forgotten(client, "chen@example.org"), forgotten(client, "nobody@example.org")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    work_off()
    assert Message.objects.count() == 1
    assert "如果有账号用这个邮箱" in words(client.get(known["Location"]))


def test_a_link_is_over_after_three_days_and_a_changed_one_never_works(city: TestCity, client: Client) -> None:
    give_mail()
    forgotten(client, "chen@example.org")
    link = sent_link()
    for wrong in (link.replace("/new/", "/new/x"), link[:-2] + "x/", reverse("password-new", args=["MQ", "x-y"])):
        assert client.get(wrong).status_code == 404
    # Signing in ends the link as well: it proves that the password is known.
    signed_in()
    assert client.get(link).status_code == 404


def test_a_weak_new_password_is_refused_and_the_link_still_works(city: TestCity, client: Client) -> None:
    give_mail()
    forgotten(client, "chen@example.org")
    link = sent_link()
    assert client.post(link, {"password": "short", "again": "short"}).status_code == 422
    assert client.post(link, {"password": NEW, "again": NEW + "x"}).status_code == 422
    assert client.post(link, {"password": NEW, "again": NEW}).status_code == 302


def test_one_mail_box_gets_few_links_and_one_address_asks_seldom(
    city: TestCity, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_mail()
    asked = []
    for address in range(8):
        stranger = Client(REMOTE_ADDR=f"192.0.2.{address}")
        asked += [forgotten(stranger, "chen@example.org").status_code for _ in range(4)]
    assert (set(asked), Job.objects.filter(kind="password_reset").count()) == ({302}, 12)
    monkeypatch.setattr(password_pages, "ASKS_PER_ADDRESS", 1)
    forgotten(client, "chen@example.org")
    many = forgotten(client, "chen@example.org")
    assert many.status_code == 429
    assert 0 < int(many.headers["Retry-After"]) <= 3600


def letters() -> int:
    """How many were written; those of one second hold one link and are one message."""
    return AuditRecord.objects.filter(action="password.reset_asked").count()


def test_all_spellings_of_an_address_have_one_purse(city: TestCity) -> None:
    """An account is found by its address in any case and width, so a limit by the letters typed would be none."""
    give_mail()
    for number in range(24):
        domain = "".join(chr(ord(one) + 0xFEE0) if number >> at & 1 else one for at, one in enumerate("example"))
        forgotten(Client(REMOTE_ADDR=f"192.0.2.{number}"), f"chen@{domain}.org")
    assert Job.objects.filter(kind="password_reset").count() == 12
    work_off()
    assert letters() == 12


def test_a_person_gets_a_dozen_letters_a_day_by_whatever_way_they_were_asked_for(city: TestCity) -> None:
    give_mail()
    at = now().replace(hour=3)
    with clock_at(at):
        for _ in range(15):
            ask_password_reset(mail="chen@example.org", link="http://localhost:8000/{uid}/{token}/")
        work_off()
    assert letters() == 12
    with clock_at(at + timedelta(days=1)):
        ask_password_reset(mail="chen@example.org", link="http://localhost:8000/{uid}/{token}/")
        work_off()
    assert letters() == 13


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "现在登录的人较多"), ("en", "Many people are signing in")])
def test_a_password_that_finds_no_turn_is_told_in_the_form_and_no_try(
    city: TestCity,
    client: Client,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    language: str,
    word: str,
) -> None:
    give_mail()
    settings.PASSWORD_HASHERS = [one for one in settings.PASSWORD_HASHERS if "MD5" not in one]
    User.objects.filter(username="worker").update(password=make_password(PASSWORD))
    mine = signed_in()
    forgotten(client, "chen@example.org")
    link = sent_link()
    full = Turns(places=1, waiting=0)
    form = {"present": PASSWORD, "password": NEW, "again": NEW}
    with monkeypatch.context() as patched, full.turn():
        mine_alone = replace(turns.lines(), passwords=full)
        patched.setattr(turns, "lines", lambda: mine_alone)
        mine.cookies["linli_language"] = client.cookies["linli_language"] = language
        answers = [client.post(link, {"password": NEW, "again": NEW})]
        for _ in range(11):
            answers.append(mine.post(reverse("password-change"), form))
    assert {one.status_code for one in answers} == {503}
    assert {one.headers["Retry-After"] for one in answers} == {"3"}
    assert all(word in words(one) for one in answers)
    assert not any(record.exc_info for record in caplog.records)
    assert mine.post(reverse("password-change"), form)["Location"].endswith("?done=password")


@pytest.mark.parametrize("mail", ["", "x", "a@b", "x" * 300 + "@example.org", "a@example.org\nBcc: b@example.org"])
def test_what_is_no_mail_address_is_refused(city: TestCity, client: Client, mail: str) -> None:
    response = forgotten(client, mail)
    assert response.status_code == 422
    assert Message.objects.count() == 0


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "设置新密码"), ("en", "Set a new password")])
def test_the_mail_speaks_the_language_of_the_account(language: str, word: str) -> None:
    subject, body = render_message("password_reset", language, {"name": "王强", "link": "http://x/"})
    assert word in subject
    assert "王强" in body
    assert "http://x/" in body
