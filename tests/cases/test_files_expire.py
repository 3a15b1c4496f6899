"""Photos, voice notes and exact positions go when their time is over, and the trail stays whole."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from linli.core.cases.public import Case, CaseFile, parse_report, report_case
from linli.core.platform.public import (
    StoredFile,
    clock_at,
    erase_expired,
    erase_received,
    now,
    open_variant,
    receive_photo,
    remove_orphans,
    verify,
)
from tests.access_table import signed_in
from tests.city import TestCity

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.LINLI_HOME = tmp_path
    return tmp_path


def photo(colour: str) -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    exif.get_ifd(0x8825)[2] = (39.0, 54.0, 20.0)
    exif[0x010F] = "SecretPhone"
    Image.new("RGB", (64, 48), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def trees(home: Path) -> tuple[int, int]:
    """How many contents lie there as received, and how many copies."""
    counts = [sum(path.is_file() for path in (home / "files" / tree).rglob("*")) for tree in ("received", "derived")]
    return counts[0], counts[1]


def clean_up() -> None:
    """What three nights do: the bytes of a row go in the run after its own."""
    for day in range(3):
        with clock_at(now() + day * DAY):
            erase_expired()
            erase_received()
            remove_orphans()


def findings() -> list[str]:
    return [found.sentence for found in verify()]


@pytest.fixture
def case(city: TestCity) -> Case:
    report = parse_report(
        uuid=uuid4(), source="hotline", source_reference="12345-77", description="路口有垃圾", address="柳荫路 12 号",
        lon=115.005, lat=30.005, files=({"role": "report", "stored_file_id": receive_photo(photo("red")).id},),
    )  # fmt: skip
    case, _similar = report_case(city.access["acceptance"].actor(), report)
    for who, action, given in (
        ("acceptance", "file", {"category_id": city.category().id}), ("dispatcher", "dispatch", {}), ("handler", "accept", {}),
        ("handler", "hand_over", {"note": "已清理", "files": ({"role": "after", "stored_file_id": receive_photo(photo("green")).id},)}),
        ("verifier", "send_to_verify", {}), ("worker", "verify_pass", {}), ("verifier", "close", {}),
    ):  # fmt: skip
        case = city.do(who, case, action, **given)  # type: ignore[arg-type]
    assert findings() == []
    return case


def test_received_bytes_go_half_a_year_after_closing_and_the_copies_stay(home: Path, case: Case) -> None:
    closed = case.closed_at
    assert closed is not None
    with clock_at(closed + 177 * DAY):
        clean_up()
        assert trees(home) == (2, 4)
    with clock_at(closed + 181 * DAY):
        clean_up()
        assert trees(home) == (0, 4)
        file = StoredFile.objects.latest("id")
        open_variant(file, "thumb").stream.close()
        with pytest.raises(FileNotFoundError):
            open_variant(file, "received")
        assert findings() == []
        assert erase_received() == 0


def test_received_bytes_of_an_open_case_and_of_a_shared_photo_stay(home: Path, city: TestCity, case: Case) -> None:
    with clock_at((case.closed_at or now()) + 170 * DAY):
        shared = receive_photo(photo("red"))
        city.report(files=({"role": "report", "stored_file_id": shared.id},))
    with clock_at((case.closed_at or now()) + 400 * DAY):
        clean_up()
        assert trees(home) == (1, 4)
        open_variant(shared, "received").stream.close()


def test_a_photo_sent_again_is_there_again_as_received(home: Path, case: Case) -> None:
    with clock_at((case.closed_at or now()) + 181 * DAY):
        clean_up()
        again = receive_photo(photo("red"))
        assert again.received_erased_at is None
        with open_variant(again, "received").stream as stream:
            assert stream.read() == photo("red")
        assert trees(home) == (1, 4)


def test_after_three_years_photos_and_positions_are_gone_and_the_trail_is_whole(
    home: Path, city: TestCity, case: Case
) -> None:
    closed = case.closed_at
    assert closed is not None
    with clock_at(closed + 1092 * DAY):
        clean_up()
        assert Case.objects.get(id=case.id).lon == 115.005
    with clock_at(closed + 1096 * DAY):
        clean_up()
    with clock_at(closed + 1110 * DAY):
        clean_up()
        assert not StoredFile.objects.exists()
        assert trees(home) == (0, 0)
        rows = CaseFile.objects.filter(case_id=case.id)
        assert [(row.role, row.stored_file_id) for row in rows.order_by("id")] == [("report", None), ("after", None)]
        kept = Case.objects.get(id=case.id)
        assert (kept.lon, kept.lat, kept.tile_key) == (None, None, None)
        assert (kept.source_reference, kept.position_given, kept.description) == ("", "", "")
        assert kept.grid_id == case.grid_id is not None
        assert findings() == []
        client = Client()
        signed_in(client, city.users["acceptance"])
        page = client.get(reverse("case", args=[case.id]))
        assert page.status_code == 200
        assert page.content.decode().count("1 份照片或语音，保存期满已删除") == 2
        assert "/thumb" not in page.content.decode()
        assert client.get(reverse("case-file", args=[rows[0].id, "thumb"])).status_code == 404


def test_a_photo_that_goes_before_its_time_or_changes_its_role_is_found(case: Case) -> None:
    CaseFile.objects.filter(case_id=case.id, role="after").update(stored_file_id=None)
    assert len(findings()) == 1
    with clock_at((case.closed_at or now()) + 1096 * DAY):
        assert findings() == []
        CaseFile.objects.filter(case_id=case.id, role="after").update(role="proof")
        assert len(findings()) == 1
        CaseFile.objects.filter(case_id=case.id, role="proof").delete()
        assert len(findings()) == 1
