"""Error pages say what, why and what to do, in the user's language, and need no database."""

from __future__ import annotations

from html import unescape

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from linli.web import errors
from tests.city import TestCity
from tests.web.staff import signed_in


@pytest.mark.parametrize("status", errors.ERRORS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_error_page_says_what_why_and_what_to_do(status: int, language: str) -> None:
    # No database fixture here: pytest-django fails any query.
    with translation.override(language):
        response = errors.error_page(RequestFactory().get("/"), status)
        page, words = unescape(response.content.decode()), errors.ERRORS[status]
        assert response.status_code == status
        assert f'<html lang="{language}"' in page
        for sentence in (words.title, words.why, words.way_out):
            assert str(sentence) in page
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("status", errors.ERRORS)
def test_error_texts_are_translated(status: int) -> None:
    words = errors.ERRORS[status]
    with translation.override("zh-hans"):
        for sentence in (words.title, words.why, words.way_out):
            assert any("\u4e00" <= sign <= "\u9fff" for sign in str(sentence))
            assert "！" not in str(sentence)


def test_what_the_other_person_did_replaces_the_general_reason_and_is_escaped() -> None:
    page = errors.error_page(None, 409, said="王强 <b>10:42</b> 派遣").content.decode()
    assert "王强 &lt;b&gt;10:42&lt;/b&gt; 派遣" in page
    assert str(errors.ERRORS[409].why) not in unescape(page)


def test_a_refusal_for_a_while_says_for_how_long() -> None:
    assert errors.error_page(None, 429, retry_after_s=60).headers["Retry-After"] == "60"


def test_the_chosen_theme_holds_on_an_error_page_and_rubbish_in_the_cookie_does_not() -> None:
    request = RequestFactory().get("/")
    request.COOKIES["linli_theme"] = "dark"
    assert 'data-theme="dark"' in errors.handler404(request, Http404()).content.decode()
    request.COOKIES["linli_theme"] = '"><script>'
    assert 'data-theme="auto"' in errors.handler500(request).content.decode()


@pytest.mark.django_db
def test_an_address_for_forms_only_says_so_when_it_is_opened_and_keeps_the_header(city: TestCity) -> None:
    client = signed_in(city, "acceptance")
    answer = client.get(reverse("public-kinds"))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "这个地址不能直接打开" in answer.content.decode()
    assert f'href="{reverse("home")}"' in answer.content.decode()
    # A program gets the problem that it can read.
    assert client.delete("/api/v1/ping").headers["Content-Type"].startswith("application/problem+json")


def test_a_form_of_a_page_that_is_opened_by_itself_leads_to_its_page(city: TestCity) -> None:
    case = city.report()
    answer = signed_in(city, "acceptance").get(reverse("case-reporter", args=[case.id]))
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("case", args=[case.id]))


def test_a_refusal_that_no_page_takes_up_is_a_page_with_its_sentence_and_no_fault(city: TestCity) -> None:
    answer = signed_in(city, "worker").post(reverse("token-revoke", args=[1]))
    page = unescape(answer.content.decode())
    assert (answer.status_code, "内容不能这样提交" in page, "表单的编号丢失了" in page) == (422, True, True)
