"""What people without account may leave on the disk, in bytes: per network and in all, by the hour and by the day."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from linli.core.cases.public import Case
from linli.core.platform.keeping import files
from linli.core.platform.keeping.storage import LocalStorage
from linli.core.platform.public import StorageFull, StoredFile, TooMany, clock_at, receive_photo
from linli.core.platform.rationing.purses import spend_bytes
from tests.city import COMMUNITY, TestCity

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 10, 4, 20, tzinfo=UTC)
HERE, NEXT_DOOR, ELSEWHERE = "203.0.113.7", "203.0.113.200", "198.51.100.1"
MB = 1_000_000


@pytest.fixture(autouse=True)
def small_purses(settings: Any, tmp_path: Path) -> None:
    """A network has 10 MB an hour and 40 MB a day, all together 50 MB an hour and 200 MB a day."""
    settings.LINLI_STRANGERS_MB = 200
    settings.LINLI_HOME = tmp_path


def takes(network: str, size: int) -> bool:
    try:
        spend_bytes(network, size)
    except TooMany:
        return False
    return True


def test_one_network_has_an_hours_share_and_others_theirs() -> None:
    with clock_at(NOON):
        assert [takes(HERE, 4 * MB), takes(NEXT_DOOR, 4 * MB), takes(HERE, 4 * MB)] == [True, True, False]
        assert takes(NEXT_DOOR, 2 * MB), "what did not fit was not counted"
        assert not takes(HERE, 1)
        assert takes(ELSEWHERE, 10 * MB)
    with clock_at(NOON + timedelta(minutes=40)):
        assert takes(HERE, 10 * MB)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:7::/64", "2001:db8:7:ffff::/64", True),
        ("2001:db8:7::/64", "2001:db8:8::/64", False),
        ("::ffff:203.0.113.7", HERE, True),
        ("unknown", "unknown", True),
    ],
)
def test_a_network_is_what_one_sender_can_hold(one: str, other: str, same: bool) -> None:
    with clock_at(NOON):
        assert takes(one, 10 * MB)
        assert takes(other, 10 * MB) is not same


def test_a_day_gives_a_network_four_hours_shares() -> None:
    given = 0
    for hour in range(20):
        with clock_at(NOON.replace(hour=hour)):
            given += sum(takes(HERE, 5 * MB) for _ in range(3))
    assert given == 8
    with clock_at(NOON + timedelta(days=1)):
        assert takes(HERE, 10 * MB)


def test_all_networks_together_fill_no_more_than_their_hour_and_their_day() -> None:
    with clock_at(NOON):
        assert sum(takes(f"10.0.{one}.1", 10 * MB) for one in range(30)) == 5
    taken = 5
    for hour in range(5, 24):
        with clock_at(NOON.replace(hour=hour)):
            taken += sum(takes(f"10.{hour}.{one}.1", 10 * MB) for one in range(30))
    assert taken == 20
    with clock_at(NOON.replace(hour=23)), pytest.raises(TooMany) as caught:
        spend_bytes("192.0.2.1", 10 * MB, field="photos")
    assert (caught.value.status, caught.value.retry_after_s, caught.value.field) == (429, 2400, "photos")
    assert "明天" in caught.value.sentence


def noise(number: int = 0, side_px: int = 1000) -> bytes:
    """A photo of some megabytes that no format makes smaller."""
    out = io.BytesIO()
    Image.frombytes("RGB", (side_px, side_px), os.urandom(3 * side_px * side_px)).save(out, "PNG")
    return out.getvalue()


def test_photos_of_strangers_are_paid_for_with_their_copies_and_those_of_the_staff_are_not() -> None:
    with clock_at(NOON):
        first = receive_photo(first_bytes := noise(), stranger=HERE)
        assert first.size_bytes > 3 * MB
        receive_photo(noise(), stranger=HERE)
        with pytest.raises(TooMany):  # 3 MB and the copies, thrice, are more than 10 MB
            receive_photo(noise(), stranger=NEXT_DOOR)
        assert StoredFile.objects.count() == 2
        assert receive_photo(first_bytes, stranger=HERE) == first  # nothing is kept anew
        assert receive_photo(noise()).size_bytes > 3 * MB


def test_the_form_and_the_api_say_it_and_the_words_arrive_without_photos(city: TestCity) -> None:
    def send(client: Client, **more: Any) -> Any:
        form = {"effect_id": str(uuid4()), "description": "井盖缺失", "area_code": COMMUNITY}
        return client.post(reverse("public-report"), form | more)

    client = Client(REMOTE_ADDR=HERE)
    with clock_at(NOON):
        for _ in range(2):
            assert send(client, photos=[SimpleUploadedFile("a.png", noise())]).status_code == 302
        page = send(client, photos=[SimpleUploadedFile("a.png", noise())])
        assert (page.status_code, page.headers["Retry-After"]) == (429, "2400")
        assert "请先不带照片和录音提交" in page.content.decode()
        assert "井盖缺失" in page.content.decode()
        upload = {"file": SimpleUploadedFile("a.png", noise()), "kind": "photo"}
        answer = client.post("/api/v1/public/files", upload, headers={"Idempotency-Key": str(uuid4())})
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2400")
        assert answer.json()["code"] == "too_many"
        assert send(client).status_code == 302
    assert Case.objects.count() == 3


def test_strangers_leave_a_gigabyte_of_the_disk_and_the_staff_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LocalStorage, "free_bytes", lambda _self: 1024**3 + MB)
    with pytest.raises(StorageFull):
        receive_photo(noise(), stranger=HERE)
    assert not StoredFile.objects.exists()
    assert receive_photo(noise()).size_bytes > 3 * MB


def test_of_a_motion_photo_the_picture_is_kept() -> None:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "red").save(out, "JPEG")
    film = b"\0\0\0\x10ftypmp42\0\0\0\0" + b"\0\x1e\x84\x88mdat" + os.urandom(2 * MB)
    kept = receive_photo(out.getvalue() + film, stranger=HERE)
    assert kept.size_bytes == len(out.getvalue())
    with files.storage().open("received", kept.sha256) as stream:
        assert stream.read() == out.getvalue()
    assert receive_photo(out.getvalue() + film) == kept
