"""The guide of the demo: one press makes you somebody else, the ribbon leads through the walk, and outside the demo nothing of it exists."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from django.test import Client, override_settings
from django.urls import include, path, reverse

from linli.algorithms.tracking import grouped
from linli.config.urls import urlpatterns as plain_addresses
from linli.core.access.public import User
from linli.demo import guide
from linli.demo.accounts import PASSWORD
from linli.demo.guide import COOKIE, demo_urls
from linli.web import frame
from tests.access_table import signed_in
from tests.city import TestCity, build_city

urlpatterns = [*plain_addresses, path("", include(demo_urls))]
handler404 = "linli.web.errors.handler404"


@pytest.fixture
def town(db: None) -> TestCity:
    """The small city that tests know by heart."""
    return build_city()


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> object:
    """The pages as demo mode shows them."""
    monkeypatch.setattr(frame, "_fillers", [*frame._fillers, guide.fill_frame])
    with override_settings(ROOT_URLCONF=__name__):
        yield


def forms(page: str) -> list[dict[str, str]]:
    """What the forms of a page would send to sign in."""
    found = re.findall(r'<form method="post" action="/sign-in/">(.*?)</form>', page, re.DOTALL)
    return [dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)) for form in found]


def test_a_card_signs_in_by_the_ordinary_form_and_no_other_door(demo: object, town: TestCity) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get("/sign-in/").content.decode()
    cards = {form["username"]: form for form in forms(page) if "username" in form}
    assert {
        "shouli",
        "paiqian",
        "huanwei",
        "hecha",
        "duban",
        "lingdao",
        "wangge01",
        "shequ01",
        "wanggezhang01",
        "guanli",
    } <= set(cards)
    user = town.users["acceptance"]
    user.username = "shouli"
    user.set_password(PASSWORD)
    user.save()
    sent = {**cards["shouli"], "next": "/home/"}
    assert client.post("/sign-in/", {**sent, "csrfmiddlewaretoken": "x" * 64}).status_code == 403
    answer = client.post("/sign-in/", sent)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/home/")
    assert "换成" not in client.get("/home/").content.decode()


def test_a_card_names_what_the_account_is() -> None:
    leaders = [one for one in guide.ACCOUNTS if one.role == "leader"]
    assert len(leaders) == 2
    assert all(one.title.startswith("分管领导") and one.title_en.startswith("Leader") for one in leaders)


def test_a_card_opens_no_account_whose_password_is_its_own(demo: object, town: TestCity) -> None:
    user = town.users["acceptance"]
    user.username = "shouli"
    user.set_password("another password")
    user.save()
    client = Client()
    sent = next(form for form in forms(client.get("/sign-in/").content.decode()) if form.get("username") == "shouli")
    assert client.post("/sign-in/", sent).status_code == 422


def test_the_ribbon_carries_the_reported_case_from_step_to_step(demo: object, town: TestCity) -> None:
    client = Client()
    report = town.report()

    number = grouped(report.tracking)
    assert client.get("/demo/walk/1/").headers["Location"] == "/report/"
    page = client.get(reverse("track-case", args=[number])).content.decode()
    step = next(form for form in forms(page) if form.get("username") == "shouli")
    assert step["next"] == f"/demo/walk/2/?number={number}"
    signed_in(client, town.users["acceptance"])
    assert client.get(step["next"]).headers["Location"] == reverse("case", args=[report.id])
    assert client.cookies[COOKIE].value == f"2.{number}"
    User.objects.filter(id=town.users["acceptance"].id).update(username="shouli")
    page = client.get("/home/").content.decode()
    assert f"/demo/walk/3/?number={number}" in page
    assert client.get(f"/demo/walk/6/?number={number}").headers["Location"] == reverse("track-case", args=[number])
    # Who may not see the case is led to their queue, not to an error.
    signed_in(client, town.users["other_worker"])
    assert client.get(f"/demo/walk/4/?number={number}").headers["Location"] == "/queue/"


def test_the_ribbon_can_be_put_away_and_leads_nowhere_else(demo: object, town: TestCity) -> None:
    client = Client()
    assert 'class="ribbon"' in client.get("/").content.decode()
    assert client.get("/demo/walk/close/?next=/track/").headers["Location"] == "/track/"
    assert 'class="ribbon"' not in client.get("/").content.decode()
    assert "/demo/walk/1/" in client.get("/sign-in/").content.decode()
    for away in ("https://example.org/", "//example.org", "javascript:alert(1)"):
        assert client.get("/demo/walk/close/", {"next": away}).headers["Location"] == "/"
    assert client.get("/demo/walk/99/").headers["Location"] == "/"
    assert client.post("/demo/walk/1/").status_code == 405
    client.cookies[COOKIE] = "²<script>"
    assert "<script>alert" not in client.get("/").content.decode()


def test_outside_the_demo_there_is_neither_address_nor_card_nor_password(town: TestCity) -> None:
    client = Client(raise_request_exception=False)
    assert client.get("/demo/walk/1/").status_code == 404
    for address in ("/", "/sign-in/", "/report/"):
        page = client.get(address).content.decode()
        assert PASSWORD not in page
        assert "ribbon" not in page


@pytest.mark.parametrize("mode", ["production", "demo"])
def test_only_the_mode_demo_knows_the_addresses(mode: str) -> None:
    look = (
        "from linli.config.start import start_django; start_django()\n"
        "from django.urls import Resolver404, resolve\n"
        "from linli.web import frame\n"
        "try: found = resolve('/demo/walk/1/').url_name\n"
        "except Resolver404: found = 'nothing'\n"
        "print(found, any('demo' in one.__module__ for one in frame._fillers))"
    )
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("LINLI_", "DJANGO_"))},
        "LINLI_MODE": mode, "LINLI_SECRET_KEY": "a-secret-of-this-test-0123456789-abcdefghijklmnopqrstuvwxyz-ABCD",
        "LINLI_FIELD_KEYS": "one:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    }  # fmt: skip
    told = subprocess.run([sys.executable, "-c", look], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.split() == (["demo-walk", "True"] if mode == "demo" else ["nothing", "False"])
