"""Every kind: found by its words by those who see it, not by the others; nothing personal is declared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from linli.core.access.public import Access, User
from linli.core.inbox.public import Task
from linli.core.platform.public import Found, IndexedKind
from linli.core.search import kinds as declared
from linli.core.search.public import answer, kinds
from tests.city import TestCity
from tests.search.table import table
from tests.web.staff import signed_in

CODES = sorted(table())


def titles(access: Access, code: str, words: str) -> list[str]:
    answers = answer(access, words, 20)
    return [hit.title for one in answers if one.kind.code == code for hit in one.hits]


def test_every_kind_has_a_row() -> None:
    assert {kind.code for kind in kinds()} == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_it_is_found_by_its_words_and_only_by_whoever_may_see_it(city: TestCity, code: str) -> None:
    row = table()[code]
    title = row.make(city)
    nobody = replace(city.access["worker"], user_id=0, unit_id=None, grants=())
    for words in row.words:
        for who in row.finds:
            assert title in titles(city.access[who], code, words), (who, words)
        for who in row.blind:
            assert title not in titles(city.access[who], code, words), (who, words)
        assert title not in titles(nobody, code, words), words


@pytest.mark.parametrize("code", CODES)
def test_what_is_found_leads_to_a_page_that_opens(city: TestCity, code: str) -> None:
    row, (kind,) = table()[code], [kind for kind in kinds() if kind.code == code]
    row.make(city)
    client, access = signed_in(city, row.finds[0]), city.access[row.finds[0]]
    (hit, *_others) = next(one.hits for one in answer(access, row.words[0], 5) if one.kind is kind)
    for url in filter(None, (hit.url, hit.map_url)):
        assert client.get(url).status_code == 200, url
    if kind.more:
        html = client.get(reverse(kind.more), {"q": row.words[0]}).content.decode()
        assert hit.title in html  # the list finds the same by the same words


def test_nobody_is_found_by_a_telephone(city: TestCity) -> None:
    User.objects.filter(id=city.users["dispatcher"].id).update(phone="13812345678")
    for words in ("13812345678", "138 1234 5678", "5678"):
        assert answer(city.access["acceptance"], words, 20) == []


def nothing(_access: Any) -> Any:
    raise AssertionError


PLAIN = IndexedKind(
    code="wrong", titles={"zh-hans": "错", "en": "Wrong"}, icon="star", permission="", model=User, rows=nothing,
    shown=lambda _row: Found("", "", ""), names=("display_name",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (PLAIN, "personal"),  # a name of a person
        (replace(PLAIN, names=(), codes=("phone",)), "no column with text|personal"),
        (replace(PLAIN, names=(), text=("mail",)), "no column with text|personal"),
        (replace(PLAIN, model=Task, names=("subject",)), "personal"),
        (replace(PLAIN, model=Task, names=("due_on",)), "no column with text"),
        (replace(PLAIN, names=("nothing_such",)), "no column with text"),
        (replace(PLAIN, names=(), by_area=True), "lie in none"),
    ],
)  # fmt: skip
def test_what_is_personal_sealed_or_no_text_cannot_be_declared(
    monkeypatch: pytest.MonkeyPatch, kind: IndexedKind, said: str
) -> None:
    monkeypatch.setattr(declared, "indexed_kinds", lambda: {kind.code: kind})
    with pytest.raises(ImproperlyConfigured, match=said):
        declared.check_kinds()


def test_the_public_has_none_of_it(city: TestCity) -> None:
    for route in ("search", "search-found"):
        assert Client().get(reverse(route), {"q": "柳荫"}).status_code in (302, 401)
    assert "/search/" not in Client().get("/").content.decode()
