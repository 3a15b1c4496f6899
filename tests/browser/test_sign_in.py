"""The second factor in a browser without scripts: set up, codes kept, asked for at the next sign-in."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from linli.core.access.totp import code_of, step_of
from linli.core.platform.public import now
from tests.browser.test_case_pages import chromium, town
from tests.city import PASSWORD, TestCity

__all__ = ["chromium", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def first_step(chromium: Browser, url: str) -> Page:
    """A browser without scripts after name and password."""
    page = chromium.new_context(java_script_enabled=False, locale="zh-CN").new_page()
    page.goto(f"{url}/sign-in/")
    page.fill("[name=username]", "worker")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button").click()
    return page


def test_a_code_is_set_up_and_asked_for_without_scripts(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    page = first_step(chromium, live_server.url)
    page.goto(f"{live_server.url}/me/second-factor/")
    expect(page.locator(".qr svg")).to_be_visible()
    secret = page.locator("#totp-key").inner_text().replace(" ", "")
    page.fill("[name=present]", PASSWORD)
    page.fill("[name=code]", "000000")
    page.locator("main form .button--primary").click()
    expect(page.locator(".form-errors")).to_be_visible()
    assert page.locator("#totp-key").inner_text().replace(" ", "") == secret
    page.fill("[name=present]", PASSWORD)
    page.fill("[name=code]", code_of(secret, step_of(now())))
    page.locator("main form .button--primary").click()
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(set(codes)) == 10
    page.get_by_role("link", name="已保存好").click()
    page.wait_for_url("**/home/")

    again = first_step(chromium, live_server.url)
    again.wait_for_url("**/sign-in/?step=code")
    again.goto(f"{live_server.url}/home/")
    again.wait_for_url("**/sign-in/**")
    again.goto(f"{live_server.url}/sign-in/?step=code")
    again.fill("[name=code]", codes[0])
    again.locator("main form button").click()
    again.wait_for_url("**/home/")
