"""Progress by tracking number: forgiving, in plain words, without anybody's words or name; rating and taking up again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from linli.algorithms.tracking import grouped
from linli.core.cases.public import ACTIONS, Case, CaseEvent, CaseFile, State
from linli.core.platform.public import clock_at, now, receive_photo
from linli.web.api.public_reports import LIMITS
from linli.web.public.words import STATES, STEPS
from tests.city import TestCity
from tests.public.test_report import jpeg, photo, send


def words(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


def look(client: Client, case: Case, name: str = "track-case", **form: str) -> HttpResponse:
    address = reverse(name, args=[grouped(case.tracking)])
    if name == "track-case":
        return client.get(address)  # type: ignore[return-value]
    return client.post(address, {"effect_id": str(uuid4()), **form})  # type: ignore[return-value]


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_state_is_told_in_plain_words(city: TestCity, client: Client, state: str, language: str) -> None:
    case = city.bring_to(state)
    client.cookies["linli_language"] = language
    response = look(client, case)
    assert response.status_code == 200
    shown = "reported" if state == "merged" else state  # the case that it was merged into
    with translation.override(language):
        assert str(STATES[shown][0]) in words(response)
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def handle_again(city: TestCity, case: Case) -> Case:
    """From `filed`, where a case is after it was taken up again, to its end."""
    for who, step, given in (
        ("dispatcher", "dispatch", {}), ("handler", "accept", {}),
        ("handler", "hand_over", {"note": "全部清完", "files": (city.photo("after"),)}), ("verifier", "send_to_verify", {}),
        ("worker", "verify_pass", {}), ("verifier", "close", {}),
    ):  # fmt: skip
        city.do(who, case, step, **given)  # type: ignore[arg-type]
    return Case.objects.get(id=case.id)


def test_every_step_that_is_told_is_an_action_and_has_words() -> None:
    assert set(STEPS) <= set(ACTIONS)
    assert set(STATES) == set(State.values)


def test_no_personal_word_leaves_the_office(city: TestCity, client: Client) -> None:
    send(
        client, description="秘密的话", address="江城路 9 号 302", reporter_name="陈阿姨", reporter_phone="13900000000"
    )
    case = Case.objects.get()
    city.do("acceptance", case, "send_to_confirm", note="问过 13911112222")
    city.do("worker", case, "confirm", found=True, note="是老王堆的")
    page = words(look(Client(), case))
    for word in ("秘密的话", "江城路", "陈阿姨", "13900000000", "13911112222", "老王", "Worker", "Acceptance"):
        assert word not in page


@pytest.mark.parametrize(
    "typing", [str, str.lower, lambda n: n.replace("-", " "), lambda n: n.replace("-", "－"), lambda n: f" {n} "]
)
def test_a_number_is_found_however_it_is_typed(city: TestCity, client: Client, typing: object) -> None:
    case = city.report()
    number = grouped(case.tracking)
    response = client.get(reverse("track"), {"number": typing(number)})  # type: ignore[operator]
    assert response["Location"] == reverse("track-case", args=[number])
    assert client.get(f"/track/{case.tracking.lower()}/")["Location"] == reverse("track-case", args=[number])


@pytest.mark.parametrize(
    "number", ["", "123", "7K3M-9QXA-2F0", "井盖", "x" * 500, "0000-0000-0001", "\x00", "<script>"]
)
def test_a_slip_is_named_and_what_was_typed_stays(city: TestCity, client: Client, number: str) -> None:
    response = client.get(reverse("track"), {"number": number})
    assert response.status_code == 422
    page = response.content.decode()
    assert "number-error" in page
    assert "<script>" not in page.replace("<script type", "")
    if number.isalnum():
        assert f'value="{number[:60]}"' in unescape(page)


def test_a_number_that_nobody_has_is_not_found(city: TestCity, client: Client) -> None:
    response = client.get("/track/0000-0000-0000/")
    assert response.status_code == 404
    assert "没有这个查询码" in words(response)
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_who_looks_up_number_after_number_is_stopped(
    city: TestCity, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "tracking", (3, LIMITS["tracking"][1]))
    case = city.report()
    for _ in range(3):
        assert client.get("/track/0000-0000-0000/").status_code == 404
    # A hit is refused as well, else guessing could go on.
    assert look(client, case).status_code == 429
    assert look(Client(REMOTE_ADDR="192.0.2.5"), case).status_code == 200


def test_only_public_photos_are_shown_and_without_what_the_camera_wrote(city: TestCity, client: Client) -> None:
    stored = receive_photo(jpeg(), "a.jpg")
    case = city.bring_to("closed")
    proof = CaseFile.objects.get(case_id=case.id, is_public=True)
    CaseFile.objects.filter(id=proof.id).update(stored_file_id=stored.id)
    hidden = CaseFile.objects.create(
        home_district=case.home_district, case_id=case.id, event_id=proof.event_id, stored_file_id=stored.id,
        role="report", is_public=False, at=now(),
    )  # fmt: skip
    number = grouped(case.tracking)
    page = words(look(client, case))
    address = reverse("track-photo", args=[number, proof.id, "display"])
    assert address in page
    assert reverse("track-photo", args=[number, hidden.id, "display"]) not in page
    shown = client.get(address)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert shown["X-Robots-Tag"] == "noindex, nofollow"
    assert b"".join(shown.streaming_content) != jpeg()  # type: ignore[attr-defined]
    other = grouped(city.report().tracking)
    for wrong in (
        [number, proof.id, "received"], [number, hidden.id, "display"], [other, proof.id, "display"],
        ["0000-0000-0000", proof.id, "display"], ["x", proof.id, "display"], [number, 10**18, "display"],
    ):  # fmt: skip
        assert client.get(reverse("track-photo", args=wrong)).status_code == 404


@pytest.mark.parametrize("action", ["comment", "verify_fail"])
def test_a_photo_of_the_offices_own_is_not_shown_as_the_result(city: TestCity, client: Client, action: str) -> None:
    case = city.bring_to("verifying")
    words_of: dict[str, Any] = {"comment": {"note": "内部"}, "verify_fail": {"reason": "还有一半"}}[action]
    city.do("verifier", case, action, files=(city.photo(),), **words_of)
    own = CaseFile.objects.filter(case_id=case.id).latest("id")
    assert not own.is_public
    assert reverse("track-photo", args=[grouped(case.tracking), own.id, "display"]) not in words(look(client, case))
    again: list[tuple[str, str, dict[str, Any]]] = [
        ("handler", "hand_over", {"note": "清完了", "files": (city.photo("after"),)}),
        ("verifier", "send_to_verify", {}),
    ]
    for who, step, given in [
        *(again if action == "verify_fail" else []),
        ("worker", "verify_pass", {}),
        ("verifier", "close", {}),
    ]:
        case = city.do(who, case, step, **given)
    own.refresh_from_db()
    assert not own.is_public


def test_a_result_that_was_found_wrong_is_not_shown_as_how_it_looks_now(city: TestCity, client: Client) -> None:
    case = city.bring_to("handled")
    first = CaseFile.objects.get(case_id=case.id)
    assert f"/{first.id}/display" in words(look(client, case))
    with clock_at(now() + timedelta(hours=1)):
        case = city.do("verifier", case, "rework", reason="没清干净")
    assert f"/{first.id}/display" not in words(look(client, case))
    with clock_at(now() + timedelta(hours=2)):
        case = city.do("handler", case, "hand_over", note="清完了", files=(city.photo("after"),))
    second = CaseFile.objects.filter(case_id=case.id).latest("id")
    page = words(look(client, case))
    assert f"/{second.id}/display" in page
    assert f"/{first.id}/display" not in page


def test_a_merged_report_says_so_and_shows_how_far_the_other_is(city: TestCity, client: Client) -> None:
    target = city.bring_to("dispatched")
    first, second = city.report(), city.report()
    city.do("acceptance", first, "merge", case_id=target.id)
    city.do("acceptance", second, "merge", case_id=target.id)
    for case in (first, second):
        page = words(look(client, case))
        assert "已经并在一起办理" in page
        assert "已派出" in page
        assert grouped(target.tracking) not in page
        assert look(client, case, "track-rate", score="5").status_code == 409


def test_the_answer_is_what_the_unit_wrote_at_the_end(city: TestCity, client: Client) -> None:
    case = city.bring_to("verified")
    assert "已清理" not in words(look(client, case))
    city.do("verifier", case, "close", note="已清理干净，谢谢提醒")
    assert "已清理干净，谢谢提醒" in words(look(client, case))
    assert "不属实" in words(look(client, city.bring_to("rejected")))


def test_a_good_rating_ends_it_and_a_bad_one_opens_the_way_back(city: TestCity, client: Client) -> None:
    good = city.bring_to("closed")
    assert "办得怎么样" in words(look(client, good))
    assert look(client, good, "track-rate", score="5", note="很快")["Location"].endswith("?done=rate")
    assert Case.objects.get(id=good.id).rating == 5
    assert 'id="reopen"' not in words(look(client, good))
    assert look(client, good, "track-reopen", reason="还是脏").status_code == 409
    bad = city.bring_to("closed")
    look(client, bad, "track-rate", score="2")
    assert 'id="reopen"' in words(look(client, bad))
    assert look(client, bad, "track-reopen", reason="第二天又堆满了")["Location"].endswith("?done=reopen")
    assert Case.objects.get(id=bad.id).state == "filed"
    page = words(look(Client(), bad))
    assert "重新办理" in page
    assert "第二天又堆满了" not in page


def test_after_fourteen_days_it_cannot_be_taken_up_again(city: TestCity, client: Client) -> None:
    case = city.bring_to("closed")
    look(client, case, "track-rate", score="1")
    with clock_at(now() + timedelta(days=14, minutes=1)):
        assert 'id="reopen"' not in words(look(client, case))
        response = look(client, case, "track-reopen", reason="还是脏")
    assert response.status_code == 409
    assert Case.objects.get(id=case.id).state == "closed"


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"score": ""},
        {"score": "0"},
        {"score": "6"},
        {"score": "x"},
        {"score": "٣"},
        {"score": "1", "note": "字" * 2001},
        {"score": "5", "effect_id": "x"},
    ],
)
def test_a_refused_rating_keeps_the_words_and_changes_nothing(
    city: TestCity, client: Client, form: dict[str, str]
) -> None:
    case = city.bring_to("closed")
    events = CaseEvent.objects.count()
    response = look(client, case, "track-rate", **{"note": "地上还有油", **form})
    assert response.status_code == 422
    assert f">{form.get('note', '地上还有油')}</textarea>" in words(response)
    assert Case.objects.get(id=case.id).rating is None
    assert CaseEvent.objects.count() == events


@pytest.mark.parametrize("reason", ["", "  ", "\u200b", "字" * 2001])
def test_taking_up_again_needs_a_reason(city: TestCity, client: Client, reason: str) -> None:
    case = city.bring_to("closed")
    look(client, case, "track-rate", score="1")
    assert look(client, case, "track-reopen", reason=reason).status_code == 422
    assert Case.objects.get(id=case.id).state == "closed"


def test_a_rating_sent_twice_counts_once(city: TestCity, client: Client) -> None:
    case, effect = city.bring_to("closed"), str(uuid4())
    for _ in range(2):
        assert look(client, case, "track-rate", score="2", effect_id=effect).status_code == 302
    assert CaseEvent.objects.filter(case_id=case.id, action="rate").count() == 1
    assert look(client, case, "track-rate", score="5", effect_id=effect).status_code == 409
    assert Case.objects.get(id=case.id).rating == 2


@pytest.mark.parametrize("state", ["reported", "handling", "rejected", "void"])
def test_what_is_not_over_cannot_be_rated_or_reopened(city: TestCity, client: Client, state: str) -> None:
    case = city.bring_to(state)
    assert "办得怎么样" not in words(look(client, case))
    for name, form in (("track-rate", {"score": "5"}), ("track-reopen", {"reason": "x"})):
        assert look(client, case, name, **form).status_code == 409
    assert Case.objects.get(id=case.id).state == state


def test_who_comes_to_a_form_by_a_link_is_led_to_the_progress(city: TestCity, client: Client) -> None:
    case = city.bring_to("closed")
    for name in ("track-rate", "track-reopen"):
        address = reverse(name, args=[grouped(case.tracking)])
        assert client.get(address)["Location"] == reverse("track-case", args=[grouped(case.tracking)])


def test_one_step_rates_and_has_it_taken_up_again_for_the_same_words(city: TestCity, client: Client) -> None:
    case, effect = city.bring_to("closed"), str(uuid4())
    for _ in range(2):
        response = look(client, case, "track-rate", score="1", note="还有一半没清", again="1", effect_id=effect)
        assert response["Location"].endswith("?done=reopen")
    case = Case.objects.get(id=case.id)
    assert (case.state, case.reopen_count) == ("filed", 1)
    said = dict(CaseEvent.objects.filter(case_id=case.id).values_list("action", "notes__text"))
    assert (said["rate"], said["reopen"]) == ("还有一半没清", "还有一半没清")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"score": "3", "note": "还行"}, "score"),
        ({"score": "", "note": "脏"}, "score"),
        ({"score": "1", "note": " "}, "note"),
    ],
)
def test_taking_up_again_with_the_rating_needs_few_stars_and_words(
    city: TestCity, client: Client, form: dict[str, str], field: str
) -> None:
    case = city.bring_to("closed")
    response = look(client, case, "track-rate", again="1", **form)
    assert response.status_code == 422
    page = words(response)
    assert f'id="{field}-error"' in page
    assert 'name="again" value="1" checked' in page
    case = Case.objects.get(id=case.id)
    assert (case.state, case.rating) == ("closed", None)


def test_after_its_time_the_rating_does_not_offer_to_take_it_up_again(city: TestCity, client: Client) -> None:
    case = city.bring_to("closed")
    assert 'name="again"' in words(look(client, case))
    with clock_at(now() + timedelta(days=14, minutes=1)):
        assert 'name="again"' not in words(look(client, case))
        assert look(client, case, "track-rate", score="1", note="脏", again="1").status_code == 409
    assert Case.objects.get(id=case.id).rating is None


def test_the_first_answer_and_its_photo_stay_when_it_is_taken_up_again(city: TestCity, client: Client) -> None:
    case = city.bring_to("closed")
    first = CaseFile.objects.get(case_id=case.id)
    with clock_at(now() + timedelta(hours=1)):
        look(client, case, "track-rate", score="1", note="还有一半没清", again="1")
    page = words(look(client, case))
    assert "先前的答复" in page
    before, after = page.split("先前的答复")
    assert "已清理" in after
    assert "还有一半没清" in after
    assert f"/{first.id}/display" in after
    assert "现在的样子" not in before
    assert "还有一半没清" not in words(look(Client(), case))
    assert "已清理" in words(look(Client(), case))
    with clock_at(now() + timedelta(hours=2)):
        handle_again(city, case)
    second = CaseFile.objects.filter(case_id=case.id).latest("id")
    before, after = words(look(client, case)).split("先前的答复")
    assert "全部清完" in before
    assert f"/{second.id}/display" in before
    assert f"/{first.id}/display" not in before
    assert "全部清完" not in after
    assert f"/{first.id}/display" in after


def test_a_low_rating_shows_all_five_stars_and_keeps_its_words_for_taking_up_again(
    city: TestCity, client: Client
) -> None:
    case = city.bring_to("closed")
    look(client, case, "track-rate", score="1", note="还有一半没清")
    page = words(look(client, case))
    rated = page.split('id="rated-title"')[1].split("</p>")[0]
    assert (rated.count("#star-full"), rated.count('#star"')) == (1, 4)
    # The full ones stand first, as anybody reads them.
    assert re.findall(r"#(star-full|star)\"", rated) == ["star-full", *["star"] * 4]
    assert ">还有一半没清</textarea>" in page
    assert "还有一半没清" not in words(look(Client(), case))


def test_only_the_browser_that_sent_a_report_sees_it_again(city: TestCity, client: Client) -> None:
    send(client, description="井盖没了", address="江城路口", photos=[photo()])
    case, file = Case.objects.get(), CaseFile.objects.get()
    number = grouped(case.tracking)
    picture = reverse("track-photo", args=[number, file.id, "display"])
    page = words(look(client, case))
    for word in ("你上报的内容", "井盖没了", "江城路口", picture):
        assert word in page
    assert "陈阿姨" not in page
    shown = client.get(picture)
    assert shown.status_code == 200
    assert b"".join(shown.streaming_content)  # type: ignore[attr-defined]
    stranger = Client()
    for word in ("你上报的内容", "井盖没了", "江城路口", picture):
        assert word not in words(look(stranger, case))
    assert stranger.get(picture).status_code == 404
    # A cookie that somebody wrote by hand opens nothing.
    stranger.cookies["linli_sent"] = case.tracking
    assert "井盖没了" not in words(look(stranger, case))
    assert stranger.get(picture).status_code == 404


def test_who_judges_a_report_is_not_shown_what_somebody_else_sent(city: TestCity, client: Client) -> None:
    send(Client(), description="井盖没了")
    case = Case.objects.get()
    Case.objects.update(state="closed", closed_at=now())
    look(client, case, "track-rate", score="1", note="没弄好")
    page = words(look(client, case))
    assert "没弄好" in page
    assert "井盖没了" not in page


def test_a_merged_report_shows_no_words_of_the_one_that_it_goes_on_as(city: TestCity, client: Client) -> None:
    other = Client()
    send(client, description="路灯不亮")
    mine = Case.objects.get()
    send(other, description="灯坏了")
    theirs = Case.objects.exclude(id=mine.id).get()
    look(client, mine, "track-rate", score="1")  # refused, and remembered as nothing
    city.do("acceptance", mine, "merge", case_id=theirs.id)
    case = city.bring_to("closed", case=theirs)
    look(other, case, "track-rate", score="1", note="王家门口还是黑的", again="1")
    assert "王家门口还是黑的" in words(look(other, case))
    for asked in (mine, theirs):
        assert "王家门口还是黑的" not in words(look(client, asked))


def test_who_holds_the_number_and_judges_reads_nobody_elses_judgement(city: TestCity, client: Client) -> None:
    send(client)
    case = city.bring_to("closed", case=Case.objects.get())
    look(client, case, "track-rate", score="1", note="我家 302 还漏水", again="1")
    assert "我家 302 还漏水" in words(look(client, case))
    handle_again(city, case)
    neighbour = Client()
    look(neighbour, case, "track-rate", score="2", note="邻居这么看", again="1")
    assert "邻居这么看" in words(look(neighbour, case))
    assert "我家 302 还漏水" not in words(look(neighbour, case))
    assert "我家 302 还漏水" in words(look(client, case))
    assert "邻居这么看" not in words(look(client, case))


def test_the_stars_of_a_round_are_changed_only_by_who_gave_them_or_sent_the_report(
    city: TestCity, client: Client
) -> None:
    send(client)
    case = city.bring_to("closed", case=Case.objects.get())
    neighbour, third = Client(), Client()

    def stars() -> int | None:
        return Case.objects.get(id=case.id).rating

    assert look(neighbour, case, "track-rate", score="4", note="邻居这么看").status_code == 302
    assert look(third, case, "track-rate", score="1").status_code == 409
    assert "收到的评价" in words(look(third, case))
    assert 'name="score"' not in words(look(third, case))
    assert stars() == 4
    api = f"/api/v1/public/reports/{case.tracking}/rate"
    key = {"Idempotency-Key": str(uuid4())}
    answer = third.post(api, {"score": 1}, content_type="application/json", headers=key)
    assert (answer.status_code, answer.json()["code"]) == (409, "rated")
    assert look(neighbour, case, "track-rate", score="3").status_code == 302
    assert stars() == 3
    page = words(look(client, case))
    assert 'name="score"' in page  # the sender's own judgement goes before a neighbour's
    assert "邻居这么看" not in page
    assert look(client, case, "track-rate", score="2", note="没弄好").status_code == 302
    assert stars() == 2
    assert look(neighbour, case, "track-rate", score="5").status_code == 409
    assert "没弄好" not in words(look(neighbour, case))
    assert 'name="score"' not in words(look(client, case))


def test_what_the_staff_wrote_down_for_a_caller_is_never_shown_by_the_number(city: TestCity, client: Client) -> None:
    send(client)
    Case.objects.update(source="hotline")
    assert "路灯不亮" not in words(look(client, Case.objects.get()))


MONDAY = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)  # 9:00 in China


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        (MONDAY, "预计今天 11:00 前有人查看。"),
        (MONDAY + timedelta(hours=9), "受理台现在不上班，明天 08:00 上班。预计明天 10:00 前有人查看。"),
        (MONDAY - timedelta(hours=7), "受理台现在不上班，今天 08:00 上班。预计今天 10:00 前有人查看。"),
        (
            datetime(2026, 11, 27, 14, 0, tzinfo=UTC),
            "受理台现在不上班，11月30日（星期一） 08:00 上班。预计11月30日（星期一） 10:00 前有人查看。",
        ),
    ],
)
def test_the_page_says_when_the_desk_is_open_and_by_when_somebody_looks(
    city: TestCity, client: Client, instant: datetime, said: str
) -> None:
    with clock_at(instant):
        case = city.report()
        page = words(look(client, case))
    assert said in page
    assert "马上" not in page


def test_a_date_that_has_passed_is_not_promised_again(city: TestCity, client: Client) -> None:
    with clock_at(MONDAY):
        case = city.report()
    with clock_at(MONDAY + timedelta(hours=8)):
        assert "应在今天 11:00 前有人查看，现已超时" in words(look(client, case))


def test_who_says_that_somebody_may_get_hurt_makes_it_urgent(city: TestCity, client: Client) -> None:
    send(client, urgency="urgent")
    assert Case.objects.get().urgency == "urgent"
    send(client, urgency="very")
    assert Case.objects.latest("id").urgency == "normal"


def test_public_photos_of_one_address_are_counted(monkeypatch: pytest.MonkeyPatch, city: TestCity) -> None:
    monkeypatch.setitem(LIMITS, "tracking-photo", (2, timedelta(minutes=10)))
    number = grouped(city.bring_to("closed").tracking)
    asked = [Client().get(reverse("track-photo", args=[number, 1, "display"])).status_code for _ in range(3)]
    assert asked == [404, 404, 429]


def test_who_sent_a_photo_sees_it_beside_the_result(city: TestCity, client: Client) -> None:
    send(client, description="井盖没了", lon="115.005", lat="30.005", position_source="map", photos=[photo()])
    case, before = Case.objects.get(), CaseFile.objects.get()
    for who, action, given in (
        ("acceptance", "file", {"category_id": city.category().id}), ("dispatcher", "dispatch", {}), ("handler", "accept", {}),
        ("handler", "hand_over", {"note": "已装好", "files": (city.photo("after"),)}), ("verifier", "send_to_verify", {}),
        ("verifier", "verify_pass", {}), ("verifier", "close", {}),
    ):  # fmt: skip
        case = city.do(who, case, action, **given)
    after = CaseFile.objects.latest("id")
    pair = words(look(client, case)).split('class="photos before-after"')[1].split("</div>")[0]
    number = grouped(case.tracking)
    shown = [reverse("track-photo", args=[number, file.id, "display"]) for file in (before, after)]
    assert 0 < pair.index(shown[0]) < pair.index(shown[1])
    assert "before-after" not in words(look(Client(), case))
