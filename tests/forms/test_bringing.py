"""Forms that packages bring by the slot `forms`: checked at the start, published for the city, changed with the package alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from linli.core.access.public import Role, access_of, create_user, grant_scope
from linli.core.forms import bringing
from linli.core.forms.public import (
    Form,
    bring_forms,
    brought_form,
    change_form,
    check_brought_forms,
    forms_to_fill,
    publish_form,
    set_form_state,
)
from linli.core.platform.public import SYSTEM, FormPlan, NotThere, Package, Refusal
from tests.access_table import signed_in
from tests.city import CITY, TestCity

from .documents import form, question, var

PACKAGE = Package(code="birds", titles={"zh-hans": "喂鸟", "en": "Feeding birds"})


@pytest.fixture
def brings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes one package bring these documents by their codes, and nobody anything else."""

    def put(for_residents: bool = False, **documents: Any) -> None:
        plans = []
        for code, document in documents.items():
            file = tmp_path / f"{code}-{uuid4().hex}.json"
            file.write_text(json.dumps(document), "utf-8")
            plans.append((PACKAGE, FormPlan(code=code, file=file, for_residents=for_residents)))
        monkeypatch.setattr(bringing, "brought", lambda _kind: tuple(plans))

    return put


def test_what_is_no_form_is_refused_at_the_start_with_all_faults(brings: Any) -> None:
    ring = question("calculated", "b", calculate=var("a"))
    brings(feed=form(question("tekst", "c"), question("calculated", "a", calculate=var("b")), ring))
    with pytest.raises(ImproperlyConfigured, match=r"birds: the form 'feed' is no form.*tekst"):
        check_brought_forms()
    brings(feed=form(question("number", "a"), subject="castle"))
    with pytest.raises(ImproperlyConfigured, match=r"about 'castle'; there are .*grid"):
        check_brought_forms()


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        ("feed", "{", "no JSON object"),
        ("feed", "[1]", "no JSON object"),
        ("feed", "[" * 100_000, "no JSON object"),
        ("feed", None, "cannot be read"),
        ("Feed me", "{}", "needs a code"),
    ],
)
def test_a_slot_says_what_is_wrong_with_its_file(code: str, text: str | None, words: str, tmp_path: Path) -> None:
    file = tmp_path / "feed.json"
    if text is not None:
        file.write_text(text, "utf-8")
    assert words in FormPlan(code=code, file=file).fault()


def test_what_is_brought_is_published_once_and_anew_when_its_document_changed(city: TestCity, brings: Any) -> None:
    brings(feed=form(question("number", "a")))
    assert bring_forms() >= 1
    assert bring_forms() == 0
    found = brought_form("feed")
    assert (found.origin, found.state, found.area_id) == ("birds", "open", city.areas[CITY].id)
    assert forms_to_fill(city.access["worker"]).filter(id=found.id).exists()
    brings(feed=form(question("number", "a"), question("number", "b")))
    assert bring_forms() == 1
    assert [one.number for one in found.versions.order_by("id")] == [1, 2]
    brings(for_residents=True, feed=form(question("number", "a"), question("number", "b")))
    assert bring_forms() == 1
    assert brought_form("feed").for_residents


def designer(city: TestCity) -> Any:
    """Somebody who designs forms of the whole city."""
    user = create_user(
        SYSTEM, username="designer", display_name="Designer", unit=city.units["city_centre"], password=""
    )
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="leader"), area=city.areas[CITY])
    return user


def test_an_office_closes_what_is_brought_but_does_not_change_it_so_no_update_undoes_its_work(
    city: TestCity, brings: Any
) -> None:
    brings(feed=form(question("number", "a")))
    bring_forms()
    user, found = designer(city), brought_form("feed")
    access = access_of(user.id)[0]  # type: ignore[index]
    with pytest.raises(Refusal, match="请复制一份"):
        change_form(access.actor(), access=access, form_id=found.id, document=form(question("number", "b")))
    with pytest.raises(Refusal, match="请复制一份"):
        publish_form(access.actor(), access=access, form_id=found.id)
    page = signed_in(Client(), user).get(f"/forms/design/{found.id}/").content.decode()
    assert "“birds”随版本更新" in page
    assert "/publish/" not in page
    assert "/question/" not in page
    set_form_state(access.actor(), access=access, form_id=found.id, open_=False)
    brings(feed=form(question("number", "a"), question("number", "b")))
    bring_forms()
    found.refresh_from_db()
    assert (found.state, found.versions.count()) == ("closed", 2)


def test_a_form_whose_package_was_taken_out_is_retired_and_comes_back_with_it(city: TestCity, brings: Any) -> None:
    brings(feed=form(question("number", "a")))
    bring_forms()
    user = designer(city)
    access = access_of(user.id)[0]  # type: ignore[index]
    brings()
    bring_forms()
    found = brought_form("feed")
    assert (found.state, found.versions.count()) == ("retired", 1)
    assert not forms_to_fill(city.access["worker"]).filter(id=found.id).exists()
    with pytest.raises(Refusal):
        set_form_state(access.actor(), access=access, form_id=found.id, open_=True)
    brings(feed=form(question("number", "a")))
    bring_forms()
    assert brought_form("feed").state == "open"


@pytest.mark.django_db
def test_before_the_first_area_nothing_is_published_and_nothing_fails() -> None:
    assert bring_forms() == 0
    assert not Form.objects.exists()
    with pytest.raises(NotThere):
        brought_form("bench-check")
