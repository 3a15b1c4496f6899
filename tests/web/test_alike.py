"""Open cases that may be the same thing stand where it is decided, and one press merges."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.urls import reverse

from linli.core.cases.public import Case, nearby_cases
from linli.core.catalogue.public import CategoryNode, suggest_categories
from linli.core.platform.public import clock_at, now
from tests.city import TestCity
from tests.web.staff import signed_in

STEP = 0.0004  # degrees of longitude, some 39 m


def page(response: object) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def alike(html: str) -> list[str]:
    """The titles of what is shown as alike, in order."""
    return re.findall(r'class="alike__words"><a [^>]*>([^<]*)<', html)


def sofas(city: TestCity) -> tuple[Case, Case]:
    """A sofa that was reported a week ago, and the same one again, 39 m away; others that are not it."""
    with clock_at(now() - timedelta(days=7)):
        old = city.report(words="路口丢了一张旧沙发", category=None)
    city.report(words="路灯不亮", category=None)
    city.report(words="沙发在很远的地方", category=None, lon=115.005 + 4 * STEP)
    city.report(words="另一个社区的沙发", category=None, grid=3)
    new = city.report(words="有人扔沙发", category=None, lon=115.005 + STEP)
    return old, new


def test_the_case_page_and_the_dialog_show_what_is_alike_with_its_distance(city: TestCity) -> None:
    old, new = sofas(city)
    client = signed_in(city, "acceptance")
    for address in (reverse("case", args=[new.id]), reverse("case-action", args=[new.id, "file"])):
        html = page(client.get(address))
        assert alike(html) == ["路口丢了一张旧沙发"]
        assert "39 m" in html
        assert reverse("case", args=[old.id]) in html


def test_one_press_merges_through_the_ordinary_action(city: TestCity) -> None:
    old, new = sofas(city)
    client = signed_in(city, "acceptance")
    html = page(client.get(reverse("case", args=[new.id])))
    form = re.search(rf'<form method="post" action="([^"]*)" id="merge-page-{old.id}"(.*?)</form>', html, re.S)
    assert form is not None
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
    answer = client.post(form[1], sent)
    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('case', args=[new.id])}?done=merge")
    new.refresh_from_db()
    assert (new.state, new.merged_into_id) == ("merged", old.id)


def test_one_press_merges_only_into_what_came_before_or_is_filed_already(city: TestCity) -> None:
    """Of three about one sofa, two are reports and one is filed, whenever it came: the reports may end in it, it in none of them."""
    old, new = sofas(city)
    client = signed_in(city, "acceptance")

    def offered(case: Case) -> list[list[int]]:
        """The cases into which one press merges this one: by the buttons and by the forms that these send."""
        html = page(client.get(reverse("case", args=[case.id])))
        assert len(alike(html)) == 2
        return [sorted(int(i) for i in re.findall(rf'{name}="merge-page-(\d+)"', html)) for name in ("form", " id")]

    newest = city.report(words="又一张沙发", category=None, lon=115.005 + STEP)
    assert [offered(case)[0] for case in (old, new, newest)] == [[], [old.id], [old.id, new.id]]
    city.do("acceptance", newest, "file", category_id=city.category("废弃家具设备").id)
    assert [offered(case)[0] for case in (old, new, newest)] == [[newest.id], [old.id, newest.id], []]
    assert all(buttons == forms for buttons, forms in map(offered, (old, new, newest)))


def test_who_may_not_merge_gets_no_button_and_the_door_is_shut(city: TestCity) -> None:
    old, new = sofas(city)
    client = signed_in(city, "leader")
    html = page(client.get(reverse("case", args=[new.id])))
    assert alike(html) == ["路口丢了一张旧沙发"]
    assert "merge-page" not in html
    sent = {"effect_id": str(uuid4()), "seen_seq": "1", "case": str(old.id)}
    assert client.post(reverse("case-action", args=[new.id, "merge"]), sent).status_code in (403, 404, 409)
    new.refresh_from_db()
    assert new.state == "reported"


def test_the_report_form_shows_it_before_sending_and_only_what_one_may_see(city: TestCity) -> None:
    sofas(city)
    asked = {"lon": "115.0052", "lat": "30.005", "description": "一张沙发"}
    assert alike(page(signed_in(city, "acceptance").post(reverse("similar-cases"), asked))) == [
        "有人扔沙发",
        "路口丢了一张旧沙发",
    ]
    assert alike(page(signed_in(city, "other_acceptance").post(reverse("similar-cases"), asked))) == []
    lamp = {**asked, "description": "灯不亮"}
    assert alike(page(signed_in(city, "acceptance").post(reverse("similar-cases"), lamp))) == ["路灯不亮"]


def test_the_case_page_names_the_grids_worker_to_who_may_see_the_staff(city: TestCity) -> None:
    case = city.report()
    assert "<dt>网格员</dt><dd>Worker</dd>" in page(signed_in(city, "acceptance").get(reverse("case", args=[case.id])))
    handled = city.bring_to("handling")
    assert "<dt>网格员</dt>" not in page(signed_in(city, "handler").get(reverse("case", args=[handled.id])))


def test_in_a_crowded_place_the_nearest_are_found_and_not_the_oldest(city: TestCity) -> None:
    """Fifty cases that came earlier lie at the rim; the five nearest came last, the nearest of them first."""
    kept = [city.report(words=f"沙发{number}", category=None, lon=115.005 + 2.3 * STEP) for number in range(50)]
    by_distance = [
        city.report(words=f"近处沙发{number}", category=None, lon=115.005 + number * 1e-5) for number in range(5)
    ]
    Case.objects.filter(id__in=[case.id for case in kept]).update(lat=30.00501)
    asked = {"lon": "115.005", "lat": "30.005", "description": "一张沙发"}
    assert alike(page(signed_in(city, "acceptance").post(reverse("similar-cases"), asked))) == [
        f"近处沙发{number}" for number in range(5)
    ]
    near = nearby_cases(city.access["acceptance"], 115.005, 30.005, radius_m=200, limit=8)
    assert [case.id for case in near[:5]] == [case.id for case in by_distance]
    assert [case.id for case in near[5:]] == [case.id for case in kept[:-4:-1]]


def test_what_has_no_category_is_asked_for_its_kind_only_until_enough_is_found(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    for number in range(12):
        city.report(words=f"沙发{number}", category=None, lon=115.005 + number * 1e-5)

    def counted(words: str, **how: int) -> list[CategoryNode]:
        asked.append(words)
        return suggest_categories(words, **how)  # type: ignore[arg-type]

    monkeypatch.setattr("linli.core.cases.pages.alike.suggest_categories", counted)
    client = signed_in(city, "acceptance")
    sent = {"lon": "115.005", "lat": "30.005", "description": "一张沙发"}
    assert len(alike(page(client.post(reverse("similar-cases"), sent)))) == 5
    assert asked == ["一张沙发", *(f"沙发{number}" for number in range(5))]


def test_two_places_apart_by_as_many_degrees_are_nearer_east_than_north(city: TestCity) -> None:
    north = city.report(words="北边沙发", category=None, lon=115.005)
    east = city.report(words="东边沙发", category=None, lon=115.005 + 8e-4)
    Case.objects.filter(id=north.id).update(lat=30.005 + 7.5e-4)
    near = nearby_cases(city.access["acceptance"], 115.005, 30.005, radius_m=100)
    assert [case.id for case in near] == [east.id, north.id]  # 77 m and 83 m
