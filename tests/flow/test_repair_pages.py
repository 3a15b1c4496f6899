"""The pages that the engine makes of a flow, with the repair of the example: shown, sent, sent wrong, sent twice."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from linli.core.flow.public import Given
from linli.subsystems.example.models import Repair
from linli.subsystems.example.repair import REPAIR
from tests.access_table import signed_in
from tests.api.caller import photo_bytes
from tests.city import COMMUNITY, TestCity
from tests.flow import test_repair

REPAIRS = test_repair.TestRepair()


def client_of(city: TestCity, who: str) -> Client:
    return signed_in(Client(), city.users[who])


def typed(**fields: Any) -> dict[str, Any]:
    return {"effect_id": str(uuid4()), **fields}


def test_a_repair_goes_round_by_its_pages(city: TestCity) -> None:
    worker, dispatcher = client_of(city, "worker"), client_of(city, "dispatcher")
    sent = worker.post("/example/repairs/new/", typed(area=COMMUNITY, place="河边", note="缺一块板"))
    assert sent.status_code == 302
    item = Repair.objects.get()
    page = dispatcher.get(sent["Location"]).content.decode()
    assert "河边" in page
    assert "缺一块板" in page
    assert re.findall(r'button--primary" formaction="[^"]*/do/(\w+)/', page) == ["take"]
    assert dispatcher.get(f"/example/repairs/{item.id}/do/take/?seen={item.seq}").status_code == 200
    done = dispatcher.post(f"/example/repairs/{item.id}/do/take/", typed(seen_seq=item.seq, note="马上去"))
    assert done["Location"] == f"/example/repairs/{item.id}/?done=take"
    assert "马上去" in dispatcher.get(done["Location"]).content.decode()
    item.refresh_from_db()
    assert (item.state, item.clock_stage, item.clock_state) == ("doing", "mend", "running")


def test_a_wrong_form_says_what_is_missing_at_its_field_and_keeps_what_was_typed(city: TestCity) -> None:
    item, dispatcher = REPAIRS.bring_to(city, "doing"), client_of(city, "dispatcher")
    shown = dispatcher.post(f"/example/repairs/{item.id}/do/finish/", typed(seen_seq=item.seq, note="换了两块板"))
    page = shown.content.decode()
    assert shown.status_code == 422
    assert "请加一张照片作为凭证。" in page
    assert "换了两块板" in page
    assert page.count("data-open") == 1
    item.refresh_from_db()
    assert item.state == "doing"


def test_the_same_form_twice_acts_once(city: TestCity) -> None:
    item, dispatcher = REPAIRS.bring_to(city, "asked"), client_of(city, "dispatcher")
    form = typed(seen_seq=item.seq, note="马上去")
    first = dispatcher.post(f"/example/repairs/{item.id}/do/take/", form)
    again = dispatcher.post(f"/example/repairs/{item.id}/do/take/", form)
    assert (first.status_code, again.status_code) == (302, 302)
    item.refresh_from_db()
    assert item.seq == 2


def test_the_number_of_a_form_counts_for_one_item_and_one_action(city: TestCity) -> None:
    first, second = REPAIRS.bring_to(city, "asked"), REPAIRS.bring_to(city, "asked")
    dispatcher, form = client_of(city, "dispatcher"), typed(seen_seq=1, note="马上去")
    assert dispatcher.post(f"/example/repairs/{first.id}/do/take/", form).status_code == 302
    again = dispatcher.post(f"/example/repairs/{second.id}/do/take/", form)
    assert again.status_code == 409
    second.refresh_from_db()
    assert second.state == "asked"


def test_who_was_slower_reads_what_happened(city: TestCity) -> None:
    item, dispatcher = REPAIRS.bring_to(city, "asked"), client_of(city, "dispatcher")
    REPAIRS.attempt(city, "all_roles", item, "take", Given())
    told = dispatcher.post(f"/example/repairs/{item.id}/do/refuse/", typed(seen_seq=item.seq, reason="已拆除"))
    assert told.status_code == 409
    assert "已先一步" in told.content.decode()
    item.refresh_from_db()
    assert item.state == "doing"


@pytest.mark.parametrize("who", ["handler", "other_acceptance", "administrator"])
def test_what_is_not_theirs_is_not_there(city: TestCity, who: str) -> None:
    item = REPAIRS.bring_to(city, "asked")
    for address in ("", "do/take/"):
        assert client_of(city, who).get(f"/example/repairs/{item.id}/{address}").status_code == 404
    assert client_of(city, who).post(f"/example/repairs/{item.id}/do/take/", typed(seen_seq=1)).status_code == 404


def test_the_same_form_with_another_photo_is_another_one(city: TestCity) -> None:
    from io import BytesIO

    item, dispatcher, form = REPAIRS.bring_to(city, "doing"), client_of(city, "dispatcher"), typed(note="换了板")
    for shade, status in ((10, 302), (200, 409)):
        photo = BytesIO(photo_bytes(shade))
        photo.name = "after.jpg"
        sent = dispatcher.post(f"/example/repairs/{item.id}/do/finish/", {**form, "seen_seq": item.seq, "photo": photo})
        assert sent.status_code == status


def test_photos_of_a_dialog_hang_on_their_entry(city: TestCity) -> None:
    from io import BytesIO

    item, dispatcher = REPAIRS.bring_to(city, "doing"), client_of(city, "dispatcher")
    photo = BytesIO(photo_bytes())
    photo.name = "after.jpg"
    sent = dispatcher.post(
        f"/example/repairs/{item.id}/do/finish/", typed(seen_seq=item.seq, note="换了板", photo=photo)
    )
    assert sent.status_code == 302
    files = REPAIR.tables.file._default_manager.filter(**REPAIR.key_of(item.id))
    assert sorted(files.values_list("role", flat=True)) == ["proof", "report"]
