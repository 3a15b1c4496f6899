"""What somebody without account, or somebody of another street, tries with campaigns and gets nothing from."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.forms.public import AnswerSheet
from linli.core.platform.public import clock_at, now
from tests.access_table import signed_in
from tests.city import TestCity

from .test_campaigns import filled, grid, resident_draft, running, sent


def test_the_code_of_a_sheet_shows_nothing_sealed_once_it_was_handed_in_and_nothing_at_all_a_day_later(
    city: TestCity,
) -> None:
    code, client = resident_draft(running(city, per_grid=None)), Client()
    page, whole = f"/collect/sheets/{code}/", f"/collect/sheets/{code}/all/"
    client.post(
        whole, sent(gate="3栋", wish="yes", **{"contact-name": "佘卍叕", "contact-phone": "13777001001"}, later="1")
    )
    assert "佘卍叕" in client.get(page).content.decode(), "who fills it in reads it"
    client.post(
        whole, sent(gate="3栋", wish="yes", **{"contact-name": "佘卍叕", "contact-phone": "13777001001"}, send="1")
    )
    assert AnswerSheet.objects.get().state == "sent"
    for address in (page, whole, f"/collect/sheets/{code}/page/contact/"):
        assert "佘卍叕" not in client.get(address, follow=True).content.decode()
    assert "3栋" in client.get(page).content.decode()
    with clock_at(now() + timedelta(hours=25)):
        assert client.get(page).status_code == 404


def test_a_campaign_that_is_not_open_or_not_of_that_grid_takes_nothing_from_strangers(city: TestCity) -> None:
    shut, open_ = running(city, for_residents=False, per_grid=None), running(city, per_grid=None)
    far = next(
        node for node in (grid("G1"), grid("G3")) if node.id not in set(open_.grids.values_list("grid_id", flat=True))
    )
    for item, where in ((shut, grid("G1")), (open_, far)):
        address = f"/collect/{item.id}/{where.id}/"
        assert (Client().get(address).status_code, Client().post(address, sent()).status_code) == (404, 404)


@pytest.mark.parametrize("who", ["far_acceptance", "worker", "handler"])
def test_answers_of_a_campaign_are_read_by_who_runs_it_there(city: TestCity, who: str) -> None:
    item = running(city, per_grid=None)
    filled(city, "worker", item, gate="卍字楼")
    client = signed_in(Client(), city.users[who])
    for name in ("admission:answers", "admission:answers-csv"):
        for method in ("get", "post"):
            answer = getattr(client, method)(reverse(name, args=[item.id]), {"effect_id": str(uuid4())})
            assert answer.status_code in (403, 404, 405)
            assert "卍字楼" not in answer.content.decode()
