"""Progress by tracking number: forgiving, in plain words, without anybody's words or name; rating and taking up again."""

from __future__ import annotations

from datetime import timedelta
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
from tests.public.test_report import jpeg, send


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
    page = words(look(client, case))
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
    assert reverse("track-photo", args=[grouped(case.tracking), own.id, "thumb"]) not in words(look(client, case))
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
    assert f"/{first.id}/thumb" in words(look(client, case))
    with clock_at(now() + timedelta(hours=1)):
        case = city.do("verifier", case, "rework", reason="没清干净")
    assert f"/{first.id}/thumb" not in words(look(client, case))
    with clock_at(now() + timedelta(hours=2)):
        case = city.do("handler", case, "hand_over", note="清完了", files=(city.photo("after"),))
    second = CaseFile.objects.filter(case_id=case.id).latest("id")
    page = words(look(client, case))
    assert f"/{second.id}/thumb" in page
    assert f"/{first.id}/thumb" not in page


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
    assert "重新办理" not in words(look(client, good)).split("办理经过")[0].replace("可以重新办理", "")
    assert look(client, good, "track-reopen", reason="还是脏").status_code == 409
    bad = city.bring_to("closed")
    look(client, bad, "track-rate", score="2")
    assert 'id="reopen"' in words(look(client, bad))
    assert look(client, bad, "track-reopen", reason="第二天又堆满了")["Location"].endswith("?done=reopen")
    assert Case.objects.get(id=bad.id).state == "filed"
    page = words(look(client, bad))
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
