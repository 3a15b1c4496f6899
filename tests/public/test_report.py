"""A resident's report through HTTP: once per form, located, with photos; what is refused keeps what was typed."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from linli.algorithms.tracking import grouped
from linli.core.cases.public import Case, CaseEvent, CaseFile
from linli.core.platform.models import StoredFile
from linli.core.platform.public import verify
from linli.web.api.public_reports import LIMITS
from linli.web.public import report_page
from tests.city import COMMUNITY, TestCity

TYPED = {
    "description": "路灯不亮，晚上看不清",
    "lon": "115.005",
    "lat": "30.005",
    "address": "江城路口",
    "reporter_name": "陈阿姨",
    "reporter_phone": "139 0000 0000",
}


def jpeg(color: tuple[int, int, int] = (200, 180, 150), size: tuple[int, int] = (640, 480)) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, color).save(made, "JPEG")
    return made.getvalue()


def photo(content: bytes | None = None, name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg() if content is None else content, "image/jpeg")


def send(client: Client, effect: str = "", **given: Any) -> HttpResponse:
    return client.post(reverse("public-report"), {"effect_id": effect or str(uuid4()), **TYPED, **given})  # type: ignore[return-value]


def words(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


def test_a_report_arrives_located_with_its_photo_and_leads_to_its_number(city: TestCity, client: Client) -> None:
    response = send(client, photos=[photo()])
    case = Case.objects.get()
    assert response["Location"] == f"/track/{grouped(case.tracking)}/?done=report"
    assert (case.source, case.state, case.worker_id) == ("resident", "reported", city.users["worker"].id)
    assert case.reporter_user_id is None
    assert [(file.role, file.is_public) for file in CaseFile.objects.all()] == [("report", False)]
    assert list(verify()) == []
    page = words(client.get(response["Location"]))
    assert grouped(case.tracking) in page
    assert "已经收到" in page


def test_the_page_asks_three_questions_and_works_without_script(city: TestCity, client: Client) -> None:
    page = words(client.get(reverse("public-report")))
    assert page.count('<fieldset class="step"') == 3
    assert 'enctype="multipart/form-data"' in page
    assert f'<option value="{COMMUNITY}"' in page
    effect = re.findall(r'name="effect_id" value="([\w-]+)"', page)[0]
    # What a browser without script sends: no position, the community instead, an empty photo field.
    response = client.post(
        reverse("public-report"),
        {"effect_id": effect, "description": "垃圾没人收", "lon": "", "lat": "", "area_code": COMMUNITY, "address": ""},
    )
    assert response.status_code == 302
    assert Case.objects.get().community_id == city.areas[COMMUNITY].id


def test_the_same_form_sent_again_arrives_once(city: TestCity, client: Client) -> None:
    effect = str(uuid4())
    first, again = send(client, effect, photos=[photo()]), send(client, effect, photos=[photo()])
    assert first["Location"] == again["Location"]
    assert Case.objects.count() == 1
    assert CaseEvent.objects.count() == 1


def test_the_same_number_with_other_words_is_refused_and_changes_nothing(city: TestCity, client: Client) -> None:
    effect = str(uuid4())
    send(client, effect)
    response = send(client, effect, description="别的事")
    assert response.status_code == 409
    assert ">别的事</textarea>" in words(response)
    assert Case.objects.get().description == TYPED["description"]


def test_name_and_telephone_are_sealed_and_optional(city: TestCity, client: Client) -> None:
    from linli.core.cases.models import CaseReporter
    from linli.core.people.public import masked, own_data

    send(client)
    row = CaseReporter.objects.get()
    assert "139" not in f"{row.name}{row.phone}{row.phone_index}"
    assert (masked(row, "phone"), own_data(row)[0].values["phone"]) == ("139****0000", "139 0000 0000")
    send(client, reporter_name="", reporter_phone="")
    assert CaseReporter.objects.count() == 1


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BAD: list[tuple[dict[str, Any], str]] = [
    ({"description": ""}, "description"),
    ({"description": " \u200b\n"}, "description"),
    ({"description": "字" * 2001}, "description"),
    ({"lon": "", "lat": ""}, "where"),
    ({"lon": "115.005", "lat": ""}, "where"),
    ({"lon": "", "lat": "30.005"}, "where"),
    ({"lon": "30.005", "lat": "115.005"}, "where"),
    ({"lon": "nan", "lat": "nan"}, "where"),
    ({"lon": "inf", "lat": "30"}, "where"),
    ({"lon": "1e400", "lat": "30"}, "where"),
    ({"lon": "-515.005", "lat": "30.005"}, "where"),
    ({"lon": "here", "lat": "there"}, "where"),
    ({"lon": "", "lat": "", "area_code": "000000000000"}, "where"),
    ({"lon": "", "lat": "", "area_code": "\x00'; --"}, "where"),
    ({"address": "路" * 201}, "address"),
    ({"reporter_name": "名" * 61}, "reporter_name"),
    ({"reporter_phone": "1" * 21}, "reporter_phone"),
    ({"reporter_phone": "<script>"}, "reporter_phone"),
    ({"effect_id": "x"}, ""),
    ({"effect_id": ""}, ""),
]


@pytest.mark.parametrize(("given", "field"), BAD)
def test_bad_input_keeps_what_was_typed_and_changes_nothing(
    city: TestCity, client: Client, given: dict[str, Any], field: str
) -> None:
    response = send(client, **given)
    assert response.status_code == 422
    assert not Case.objects.exists()
    page = words(response)
    assert (f'id="{field}-error"' if field else "notice--red") in page
    for name, value in TYPED.items():
        if name not in given:
            assert (f">{value}</textarea>" if name == "description" else f'value="{value}"') in page
    # The next try, mended, goes through with the number that the page gave.
    effect = re.findall(r'name="effect_id" value="([\w-]+)"', page)[0]
    assert send(client, effect).status_code == 302


@pytest.mark.parametrize(
    ("content", "name"),
    [(SVG, "a.svg"), (b"<html>", "a.jpg"), (b"", "leer.jpg"), (jpeg()[:500], "cut.jpg"), (b"\x00" * 100, "名" * 300)],
)
def test_what_is_no_photo_is_refused_with_its_name(city: TestCity, client: Client, content: bytes, name: str) -> None:
    response = send(client, photos=[photo(content, name)])
    assert response.status_code == 422
    assert name[:20] in words(response)
    assert not Case.objects.exists()
    assert not StoredFile.objects.exists()


def test_five_photos_are_one_too_many(city: TestCity, client: Client) -> None:
    many = [photo(jpeg((shade, 0, 0)), f"{shade}.jpg") for shade in range(0, 100, 20)]
    assert send(client, photos=many).status_code == 422
    assert not Case.objects.exists()


def test_what_is_no_voice_note_is_refused(city: TestCity, client: Client) -> None:
    response = send(client, voice=SimpleUploadedFile("a.webm", b"noise", "audio/webm"))
    assert response.status_code == 422
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "text", ["𠮷野家门口🚮", "شارع", "e\u0301", "<script>alert(1)</script>", "%s %(x)s {y}", "a\x00b"]
)
def test_text_of_every_plane_arrives_and_is_shown_as_text(city: TestCity, client: Client, text: str) -> None:
    assert send(client, description=text).status_code == 302
    assert Case.objects.count() == 1
    assert b"<script>alert" not in send(client, description=text, lon="x").content


def test_an_address_that_reports_without_end_is_told_to_wait_and_loses_nothing(
    city: TestCity, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "public-report", (2, LIMITS["public-report"][1]))
    for _ in range(2):
        assert send(client).status_code == 302
    refused = send(client)
    assert (refused.status_code, refused["Retry-After"]) == (429, "600")
    assert TYPED["description"] in words(refused)
    assert Case.objects.count() == 2
    # Two addresses of one IPv6 line count as one; another line is free.
    for host, status in (("2001:db8::1", 302), ("2001:db8::2", 302), ("2001:db8::3", 429), ("2001:db8:0:1::1", 302)):
        assert send(Client(REMOTE_ADDR=host)).status_code == status


def test_a_large_city_offers_its_streets_instead_of_its_communities(
    city: TestCity, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_page, "MOST_PLACES", 3)
    page = words(client.get(reverse("public-report")))
    assert "望江街道</option>" in page
    assert "柳荫社区</option>" not in page


def test_before_the_city_is_set_up_a_report_says_so(db: None, client: Client) -> None:
    assert client.get(reverse("start")).status_code == 200
    assert client.get(reverse("public-report")).status_code == 200
    assert send(client).status_code in (409, 422)


def test_the_start_leads_on_and_keeps_the_staff_door_quiet(city: TestCity, client: Client) -> None:
    page = words(client.get("/"))
    for name in ("public-report", "track", "sign-in"):
        assert f'href="{reverse(name)}"' in page
