"""The staff's pages about cases through HTTP: what they show, who may open them, and what a form does."""

from __future__ import annotations

import re
from io import BytesIO
from urllib.parse import quote, unquote, urlencode
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from linli.core.cases.public import ACTIONS, Case, CaseEvent, CaseFile, may_report, parse_report, possible
from tests.city import STREET, TestCity
from tests.web.staff import signed_in

PAGES = (
    "home",
    "queue",
    "cases",
    "report",
    "report-solved",
    "map",
    "grid-board",
    "category-search",
    "similar-cases",
)
PARTS = ("category-search", "similar-cases")  # asked for by scripts


def photo(name: str = "a.jpg", *, shade: int = 90) -> SimpleUploadedFile:
    made = BytesIO()
    Image.new("RGB", (60, 40), (shade, 40, 40)).save(made, "JPEG")
    return SimpleUploadedFile(name, made.getvalue(), "image/jpeg")


def form(case: Case, **fields: object) -> dict[str, object]:
    return {"effect_id": str(uuid4()), "seen_seq": str(case.seq), **fields}


def do_url(case: Case, action: str) -> str:
    return reverse("case-action", args=[case.id, action])


@pytest.mark.parametrize("name", PAGES)
def test_nobody_signed_in_is_sent_to_sign_in_or_refused(city: TestCity, client: object, name: str) -> None:
    response = client.get(reverse(name))  # type: ignore[attr-defined]
    if name in PARTS:
        assert response.status_code == 401
    else:
        assert (response.status_code, response["Location"]) == (302, f"/sign-in/?next={quote(reverse(name), safe='')}")


def test_a_case_outside_the_area_is_not_there(city: TestCity) -> None:
    case = city.report(who="worker", grid=0)
    client = signed_in(city, "far_acceptance")
    for name in ("case", "case-print", "case-near"):
        assert client.get(reverse(name, args=[case.id])).status_code == 404
    assert client.post(do_url(case, "reject"), form(case, reason="不属实")).status_code == 404
    assert Case.objects.get(id=case.id).state == "reported"
    assert str(case.id) not in re.findall(r"/cases/(\d+)/", client.get(reverse("cases")).content.decode())
    assert client.get(reverse("map-cases", args=[0, 0, 0])).content == b""


@pytest.mark.parametrize("who", ["worker", "acceptance", "dispatcher", "handler", "verifier", "supervisor", "leader"])
@pytest.mark.parametrize("state", ["reported", "filed", "handling", "handled", "closed"])
def test_the_case_page_offers_exactly_the_possible_actions(city: TestCity, who: str, state: str) -> None:
    case = city.bring_to(state)
    response = signed_in(city, who).get(reverse("case", args=[case.id]))
    assert response.status_code == 200
    shown = set(re.findall(r'data-dialog="do-(\w+)"', response.content.decode()))
    assert shown == {row.action for row in possible(case, city.access[who])}


@pytest.mark.parametrize("who", ["worker", "acceptance", "dispatcher", "handler", "verifier", "supervisor"])
@pytest.mark.parametrize("state", ["reported", "handling", "handled", "closed"])
def test_the_dialog_of_every_possible_action_can_be_opened_and_of_no_other(
    city: TestCity, who: str, state: str
) -> None:
    case = city.bring_to(state)
    client, mine = signed_in(city, who), {row.action for row in possible(case, city.access[who])}
    assert client.get(reverse("case", args=[case.id])).status_code == 200
    opened = set()
    for action in ACTIONS:
        response = client.get(do_url(case, action), {"seen": "1"})
        if response.status_code == 200:
            page = response.content.decode()
            assert f'id="do-{action}"' in page
            assert 'name="seen_seq" value="1"' in page
            opened.add(action)
        else:
            assert response.status_code in (403, 404, 409)
            assert f'id="do-{action}"' not in response.content.decode()
    assert opened == mine


def test_a_dialog_opened_after_somebody_else_acted_says_what_they_did_when_it_is_sent(city: TestCity) -> None:
    case = city.report()
    client = signed_in(city, "acceptance")
    city.do("acceptance", case, "comment", note="我去看看")
    page = client.get(do_url(case, "reject"), {"seen": "1"}).content.decode()
    assert 'name="seen_seq" value="1"' in page
    assert client.post(do_url(case, "reject"), form(case, reason="不属实")).status_code == 409


def test_the_dialog_of_an_action_whose_time_is_over_shows_the_case_as_it_is(city: TestCity) -> None:
    case = city.report()
    city.do("acceptance", case, "reject", reason="不属实")
    response = signed_in(city, "acceptance").get(do_url(case, "file"))
    assert response.status_code == 409
    assert "案卷有变动，请重新查看" in response.content.decode()


def test_a_form_sent_twice_acts_once(city: TestCity) -> None:
    case = city.report()
    client = signed_in(city, "acceptance")
    sent = form(case, reason="不属实")
    first = client.post(do_url(case, "reject"), sent)
    second = client.post(do_url(case, "reject"), sent)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"] == f"/cases/{case.id}/?done=reject"
    assert CaseEvent.objects.filter(case_id=case.id).count() == 2


def test_who_was_slower_reads_what_the_other_did_and_loses_no_words(city: TestCity) -> None:
    case = city.report()
    city.do("acceptance", case, "file", category_id=city.category().id)
    response = signed_in(city, "acceptance").post(do_url(case, "reject"), form(case, reason="我认为不属实"))
    page = response.content.decode()
    assert response.status_code == 409
    assert "已先一步立案" in page
    assert "我认为不属实" in page
    assert Case.objects.get(id=case.id).state == "filed"


def test_what_is_missing_stands_beside_its_field_and_what_was_typed_stays(city: TestCity) -> None:
    case = city.bring_to("handling")
    response = signed_in(city, "handler").post(do_url(case, "hand_over"), form(case, note="已经清运"))
    page = response.content.decode()
    assert response.status_code == 422
    assert 'id="do-hand_over" aria-labelledby="do-hand_over-title" data-open' in page
    assert '<div class="field__error" id="hand_over-photo_error"><span>请加一张照片作为凭证。' in page
    assert "已经清运</textarea>" in page
    assert Case.objects.get(id=case.id).state == "handling"


def test_a_photo_that_is_none_is_refused_with_its_name(city: TestCity) -> None:
    case = city.bring_to("handling")
    wrong = SimpleUploadedFile("说明.jpg", b"<html>", "image/jpeg")
    response = signed_in(city, "handler").post(do_url(case, "hand_over"), form(case, note="好了", photo=wrong))
    assert response.status_code == 422
    assert "说明.jpg" in response.content.decode()
    assert not CaseFile.objects.filter(case_id=case.id).exists()


def test_handing_over_with_a_photo_shows_it_to_who_may_see_the_case_only(city: TestCity) -> None:
    case = city.bring_to("handling")
    response = signed_in(city, "handler").post(do_url(case, "hand_over"), form(case, note="好了", photo=photo()))
    assert response.status_code == 302
    file = CaseFile.objects.get(case_id=case.id)
    assert file.role == "after"
    url = reverse("case-file", args=[file.id, "thumb"])
    shown = signed_in(city, "verifier").get(url)
    assert b"".join(shown.streaming_content)[:2] == b"\xff\xd8"  # type: ignore[attr-defined]
    assert signed_in(city, "far_acceptance").get(url).status_code == 404
    assert signed_in(city, "verifier").get(reverse("case-file", args=[file.id, "other"])).status_code == 404


def test_an_action_outside_the_table_changes_nothing(city: TestCity) -> None:
    case = city.report()
    client = signed_in(city, "dispatcher")
    assert client.post(do_url(case, "close"), form(case)).status_code == 409
    assert client.post(do_url(case, "reject"), form(case, reason="x")).status_code == 403
    assert client.post(do_url(case, "no_such"), form(case)).status_code == 404
    assert Case.objects.get(id=case.id).seq == 1


def test_a_report_keeps_place_category_and_photo(city: TestCity) -> None:
    condition = city.category().conditions[0]
    sent = {
        "effect_id": str(uuid4()), "description": "桥下有垃圾", "lon": "115.005", "lat": "30.005", "position_source": "map",
        "condition_id": str(condition.id), "photos": photo(), "urgency": "urgent",
    }  # fmt: skip
    response = signed_in(city, "worker").post(reverse("report"), sent)
    case = Case.objects.get()
    assert response["Location"] == f"/cases/{case.id}/?done=report"
    assert (case.description, case.category_name, case.urgency) == ("桥下有垃圾", "暴露垃圾", "urgent")
    assert CaseFile.objects.get(case_id=case.id).role == "report"


def test_typed_coordinates_of_a_chinese_map_are_converted_and_pins_are_not(city: TestCity) -> None:
    client = signed_in(city, "worker")
    for source, moved in (("typed", True), ("map", False)):
        sent = {
            "effect_id": str(uuid4()), "description": source, "lon": "115.005", "lat": "30.005", "position_source": source,
            "position_system": "GCJ02",
        }  # fmt: skip
        assert client.post(reverse("report"), sent).status_code == 302
        assert (Case.objects.get(description=source).lon != 115.005) is moved


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"description": "x"}, 'id="lon-error"'),
        ({"description": "x", "lon": "abc", "lat": "30"}, 'id="lon-error"'),
        ({"description": "x", "lon": "30.005", "lat": "115.005"}, 'id="lon-error"'),
        ({"description": "", "lon": "115.005", "lat": "30.005"}, 'id="description-error"'),
        ({"description": "x", "lon": "115.005", "lat": "30.005", "condition_id": "999999"}, 'id="category-error"'),
    ],
)
def test_a_refused_report_says_where_and_keeps_the_words(city: TestCity, fields: dict[str, str], part: str) -> None:
    sent = {"effect_id": str(uuid4()), "address": "江城路一号", **fields}
    response = signed_in(city, "worker").post(reverse("report"), sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert part in page
    assert "江城路一号" in page
    assert not Case.objects.exists()


def test_solved_on_the_spot_needs_both_photos_and_the_own_area(city: TestCity) -> None:
    condition = city.category().conditions[0]
    client = signed_in(city, "worker")
    sent = {"description": "已捡走", "lat": "30.005", "condition_id": str(condition.id), "position_source": "map"}
    here, far = {**sent, "lon": "115.005"}, {**sent, "lon": "115.045"}
    half = client.post(reverse("report-solved"), {**here, "effect_id": str(uuid4()), "photos": photo()})
    assert half.status_code == 422
    both = {"photos": photo(shade=10), "photos_before": photo(shade=200)}
    assert client.post(reverse("report-solved"), {**far, "effect_id": str(uuid4()), **both}).status_code == 422
    both = {"photos": photo(shade=10), "photos_before": photo(shade=200)}
    assert client.post(reverse("report-solved"), {**here, "effect_id": str(uuid4()), **both}).status_code == 302
    assert Case.objects.get().state == "handled"


@pytest.mark.parametrize(("who", "lat", "is_kept"), [("all_roles", "30.0105", True), ("worker", "30.0105", False)])
def test_page_and_api_agree_on_what_is_solved_on_the_spot_beside_the_grids(
    city: TestCity, who: str, lat: str, is_kept: bool
) -> None:
    """Such a case goes to the desk of the street that is nearest, so who works in the whole street may bring it in."""
    condition = city.category().conditions[0]
    sent = {
        "description": "已捡走", "lon": "115.005", "lat": lat, "condition_id": str(condition.id), "position_source": "map",
        "effect_id": str(uuid4()), "photos": photo(shade=10), "photos_before": photo(shade=200),
    }  # fmt: skip
    report = parse_report(
        uuid=uuid4(), source="grid_worker", description="已捡走", lon=115.005, lat=float(lat), condition_id=condition.id
    )
    assert may_report(city.access[who], report, "solve_on_spot") is is_kept
    response = signed_in(city, who).post(reverse("report-solved"), sent)
    assert response.status_code == (302 if is_kept else 422)
    assert Case.objects.filter(area_id=city.areas[STREET].id).exists() is is_kept


def test_filters_stand_in_the_address_and_wrong_ones_are_said(city: TestCity) -> None:
    manhole = city.report(words="江城路井盖缺失", category=None)
    litter = city.report(words="桥下垃圾", grid=2)
    client = signed_in(city, "acceptance")

    def found(query: str) -> set[int]:
        return {
            int(one)
            for one in re.findall(r'row-link" href="/cases/(\d+)/"', client.get(f"/cases/{query}").content.decode())
        }

    assert found("?q=井盖") == {manhole.id}
    assert found("?grid=G3") == {litter.id}
    assert found("?area=990101001002") == {litter.id}
    assert found("?state=filed") == set()
    assert found("?category=no_such_category") == set()
    page = client.get("/cases/?area=12345&since=2026-13-01&clock=blue").content.decode()
    assert all(f"“{words}”" in page for words in ("12345", "2026-13-01", "blue"))
    assert len(found("?area=12345&since=2026-13-01&clock=blue")) == 2


def test_categories_are_found_by_words_pinyin_and_initials(city: TestCity) -> None:
    client = signed_in(city, "worker")
    for words in ("垃圾", "baolulaji", "bllj"):
        assert "暴露垃圾" in client.get(reverse("category-search"), {"category_words": words}).content.decode()
    assert "没有“qqqq”这一类" in client.get(reverse("category-search"), {"category_words": "qqqq"}).content.decode()


def test_a_search_that_finds_nothing_says_so_beside_what_is_chosen_already(city: TestCity) -> None:
    client = signed_in(city, "worker")
    found = client.get(reverse("category-search"), {"category_words": "暴露垃圾"}).content.decode()
    chosen = re.search(r'name="condition_id" value="(\d+)"', found)
    assert chosen
    asked = {"condition_id": chosen[1], "category_words": "qqqq"}
    page = client.get(reverse("category-search"), asked).content.decode()
    assert "没有“qqqq”这一类" in page
    assert f'value="{chosen[1]}" checked' in page
    assert "这一类" not in client.get(reverse("category-search"), {**asked, "category_words": "垃圾"}).content.decode()


def test_what_is_open_nearby_shows_before_a_report_is_sent(city: TestCity) -> None:
    city.report(words="路口井盖没了")
    asked = {"lon": "115.0051", "lat": "30.005"}
    assert "路口井盖没了" in signed_in(city, "acceptance").get(reverse("similar-cases"), asked).content.decode()
    assert (
        "路口井盖没了" not in signed_in(city, "other_acceptance").get(reverse("similar-cases"), asked).content.decode()
    )
    assert signed_in(city, "acceptance").get(reverse("similar-cases"), {"lon": "nan", "lat": "1e9"}).status_code == 200


def test_a_reporter_is_shown_for_a_purpose_only(city: TestCity) -> None:
    case = city.report(reporter_name="周小雨", reporter_phone="13800000000")
    client, url = signed_in(city, "acceptance"), reverse("case-reporter", args=[case.id])
    assert "周小雨" not in client.get(reverse("case", args=[case.id])).content.decode()
    assert client.post(url, {"purpose": ""}).status_code == 422
    assert "周小雨" in client.post(url, {"purpose": "ask_back"}).content.decode()
    assert signed_in(city, "dispatcher").post(url, {"purpose": "ask_back"}).status_code == 403


def test_home_shows_figures_that_lead_to_their_lists(city: TestCity) -> None:
    city.report()
    client = signed_in(city, "acceptance")
    page = client.get(reverse("home")).content.decode()
    for value, url in re.findall(r'class="figure[^"]*" href="([^"]+)"><span class="figure__value">(\d+)', page):
        listed = client.get(value.replace("&amp;", "&")).content.decode()
        assert len(re.findall('class="row-link"', listed)) == int(url)


@pytest.mark.parametrize("who", ["worker", "handler", "leader", "administrator", "auditor"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_everybody_has_a_home_in_their_language(city: TestCity, who: str, language: str) -> None:
    city.bring_to("handling")
    response = signed_in(city, who, language).get(reverse("home"))
    assert response.status_code == 200
    chinese = re.findall(
        "[一-鿿]{2,}", re.sub(r"(?s)<script.*?</script>|<title>.*?</title>", "", response.content.decode())
    )
    if language == "zh-hans":
        assert "首页" in chinese
    else:
        # Names of places and units, and what people wrote, stay as they are.
        assert not {"首页", "待办", "已超时", "在办案卷的状态", "处置中"} & set(chinese)


def test_after_an_action_the_next_waiting_case_is_one_click_away(city: TestCity) -> None:
    first, second = city.report(), city.report(grid=1)
    client = signed_in(city, "acceptance")
    condition = city.category().conditions[0].id
    sent = client.post(do_url(first, "file"), form(first, condition_id=str(condition)))
    page = client.get(sent["Location"]).content.decode()
    way = f"{reverse('next-case')}?besides={first.id}"
    assert f'href="{way}"' in page
    assert client.get(way)["Location"] == reverse("case", args=[second.id])
    city.do("acceptance", second, "reject", reason="不属实")
    assert client.get(way)["Location"] == reverse("queue")


def test_the_next_case_is_not_the_one_that_a_person_comes_from(city: TestCity) -> None:
    case = city.bring_to("handling")
    client = signed_in(city, "handler")
    assert client.get(reverse("next-case"))["Location"] == reverse("case", args=[case.id])
    assert client.get(reverse("next-case"), {"besides": str(case.id)})["Location"] == reverse("queue")


@pytest.mark.parametrize(
    ("who", "state", "action"),
    [
        ("handler", "handling", "hand_over"),
        ("verifier", "verified", "close"),
        ("acceptance", "reported", "reject"),
        ("acceptance", "reported", "void"),
    ],
)
def test_a_dialog_says_when_its_words_reach_the_reporter(city: TestCity, who: str, state: str, action: str) -> None:
    page = signed_in(city, who).get(do_url(city.bring_to(state), action)).content.decode()
    dialog = page.split(f'id="do-{action}"')[1].split("</dialog>")[0]
    assert "报告人会看到" in dialog


def test_the_rail_leads_to_the_indicators_who_may_see_them(city: TestCity) -> None:
    link = f'href="{reverse("indicators")}"'
    assert link in signed_in(city, "supervisor").get(reverse("home")).content.decode()
    assert link not in signed_in(city, "administrator").get(reverse("home")).content.decode()


def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(city: TestCity, client: object) -> None:
    case = city.report()
    page = reverse("case", args=[case.id])
    for referer, back in (
        (f"http://testserver{page}?done=file", f"{page}?done=file"),
        ("http://elsewhere.example/x/", "/home/"),
        ("http://testserver//elsewhere.example/", "/home/"),
        ("", "/home/"),
    ):
        sent = client.post(do_url(case, "reject"), form(case, reason="不属实"), headers={"referer": referer})  # type: ignore[attr-defined]
        assert sent["Location"] == f"/sign-in/?{urlencode({'next': back})}"


@pytest.mark.parametrize("number", [2**63, 10**30])
def test_a_number_that_no_row_can_have_is_not_there(city: TestCity, number: int) -> None:
    client = signed_in(city, "acceptance")
    for address in (
        reverse("case", args=[number]),
        reverse("case-near", args=[number]),
        reverse("case-file", args=[number, "thumb"]),
    ):
        assert client.get(address).status_code == 404


def test_an_answer_to_what_was_sent_does_not_say_what_was_done_before(city: TestCity) -> None:
    case, client = city.bring_to("filed"), signed_in(city, "acceptance")
    said = "立案：已完成"
    assert said in client.get(f"{reverse('case', args=[case.id])}?done=file").content.decode()
    refused = client.post(f"{do_url(case, 'comment')}?done=file", form(case, note=""))
    assert refused.status_code == 422
    assert said not in refused.content.decode()


def test_a_case_leads_to_the_map_programs_of_the_phone_and_tells_them_the_point_only(city: TestCity) -> None:
    case = city.report(words="张三家门口有垃圾", address="长安巷5号")
    page = signed_in(city, "dispatcher").get(reverse("case", args=[case.id])).content.decode()
    links = re.findall(r'<a href="(https://[^"]+)" target="_blank" rel="noopener noreferrer">([^<]+)</a>', page)
    assert [words for _address, words in links] == ["高德地图", "百度地图", "腾讯地图"]
    for address, _words in links:
        told = unquote(address)
        assert "张三" not in told
        assert "长安巷" not in told
        assert "/cases/" not in told
