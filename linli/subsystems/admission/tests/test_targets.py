"""Campaigns that look at premises one by one: a line for each, filled in about it or missed with the reason, summed by grid and area."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from linli.core.forms.public import AnswerSheet
from linli.core.platform.public import SYSTEM, BadInput, now, work_off
from linli.core.registry.public import PlacedRow, Premises, add_premises
from linli.subsystems.admission.campaigns.progress import by_area, by_grid
from linli.subsystems.admission.campaigns.running import fill_in_grid
from linli.subsystems.admission.models import Campaign, CampaignTarget
from tests.city import COMMUNITY, TestCity
from tests.desk.inherited import browser
from tests.forms import sent
from tests.forms.documents import form, question

from .test_campaigns import form_of, grid, prepared, step, tasks

CHECK = form(
    question("text", "name", label="店名", fact="premises.name", impersonal=True), question("number", "doors", label="出口", required=True),
    titles={"zh-hans": "沿街商铺摸底"}, subject="premises",
)  # fmt: skip


def premises_at(city: TestCity, code: str, name: str, kind: str = "shop") -> Premises:
    """Premises in the first grid."""
    columns = {"kind": kind, "name": name, "address": ""}
    add_premises(SYSTEM, [PlacedRow(code, 115.005, 30.005, city.areas[COMMUNITY].id, columns)], source="test")
    return Premises.objects.get(code=code)


def opened(city: TestCity, count: int = 2, **more: Any) -> Campaign:
    """A running campaign about premises of the first grid."""
    for number in range(count):
        premises_at(city, f"S{number}", f"商铺 {number}")
    given = {
        "form": form_of(city, "shops", CHECK),
        "targets": "premises",
        "per_grid": None,
        "for_residents": False,
        **more,
    }
    item = step(city, "leader", prepared(city, **given), "open")
    work_off()
    return item


def test_each_premises_is_a_line_filled_in_about_it_or_missed_and_the_grid_is_done_when_none_is_open(
    city: TestCity,
) -> None:
    item, worker = opened(city), browser(city.access["worker"])
    first, second = CampaignTarget.objects.filter(item_id=item.id).order_by("title")
    assert (first.grid_id, first.title, len(tasks(item))) == (
        grid("G1").id,
        "商铺 0",
        1,
    )  # no task for a grid with nothing in it
    address = f"/admission/campaigns/{item.id}/"
    assert "未采集" in worker.get(address).content.decode()
    begun = worker.post(f"{address}targets/{first.id}/", sent())["Location"]
    shown = worker.get(begun).content.decode()
    assert "商铺 0" in shown
    assert worker.post(f"{address}targets/{first.id}/", sent())["Location"] == begun
    worker.post(begun, sent(name="商铺 0", doors="2", send="1"))
    first.refresh_from_db()
    sheet = AnswerSheet.objects.get()
    assert (first.state, first.sheet_id, sheet.subject_kind, sheet.subject_id) == (
        "done",
        sheet.id,
        "premises",
        first.subject_id,
    )
    assert sheet.again_facts == []  # the name was shown
    assert tasks(item)[0].state == "open"
    assert worker.post(f"{address}targets/{second.id}/", sent(missed="no such")).status_code == 422
    worker.post(f"{address}targets/{second.id}/", sent(missed="refused"))
    second.refresh_from_db()
    assert (second.state, second.missed, tasks(item)[0].state) == ("missed", "refused", "done")
    (one,) = [row for row in by_grid(item) if row.wanted]
    assert (one.done, one.missed, one.wanted, one.behind, one.shade) == (1, 1, 2, False, 4)
    assert [(area.done, area.missed, area.wanted, area.behind, area.grids) for area in by_area(by_grid(item))] == [
        (1, 1, 2, 0, 2)
    ]
    (bare,) = [row for row in by_grid(item) if not row.wanted]
    assert (bare.nothing_there, bare.behind, bare.shade) == (True, False, 0)
    page = browser(city.access["leader"]).get(address).content.decode()
    assert "&quot;shades&quot;: {&quot;G1&quot;: 4}" in page  # the grid with nothing in it is neither done nor behind
    assert page.count("无需查看") == 2  # in the table, and in the key of the map
    assert (
        worker.post(f"{address}targets/{first.id}/", sent(missed="away")).status_code == 404
    )  # what is done stays done
    later = fill_in_grid(
        city.access["worker"].actor(),
        city.access["worker"],
        uuid4(),
        item_id=item.id,
        grid=grid("G1"),
        given={"name": "商铺 1", "doors": 1},
        target=second,
    )
    second.refresh_from_db()
    assert (second.state, second.missed, second.sheet_id) == ("done", "", later.id)  # who was met in the end
    assert later.again_facts == ["premises.name"]  # it was known and not shown


def test_targets_are_of_the_chosen_kind_in_use_and_come_with_the_grids(city: TestCity) -> None:
    premises_at(city, "A", "学校", kind="school")
    premises_at(city, "B", "商铺", kind="shop")
    Premises.objects.filter(id=premises_at(city, "C", "停办").id).update(retired_at=now())
    made = form_of(city, "shops", CHECK)
    given = {"form": made, "targets": "premises", "per_grid": None, "for_residents": False}
    item = prepared(city, premises_kind="school", **given)
    assert [one.title for one in CampaignTarget.objects.filter(item_id=item.id)] == ["学校"]
    for more, field in (
        ({"targets": "compound"}, "form"), ({"for_residents": True}, "for_residents"), ({"premises_kind": "hospital"}, "targets"),
        ({"targets": ""}, "form"),
    ):  # fmt: skip
        with pytest.raises(BadInput) as refused:
            prepared(city, **{**given, **more})
        assert refused.value.field == field
    step(city, "leader", item, "open")
    premises_at(city, "D", "新学校", kind="school")
    work_off()
    assert CampaignTarget.objects.filter(item_id=item.id).count() == 2


def test_progress_stands_on_the_map_by_area_and_in_a_file(city: TestCity) -> None:
    item, leader = opened(city), browser(city.access["leader"])
    page = leader.get(f"/admission/campaigns/{item.id}/").content.decode()
    assert "&quot;shades&quot;: {&quot;G1&quot;: 0}" in page  # nothing to look at in G2
    assert "未开始" in page
    table = leader.post(f"/admission/campaigns/{item.id}/progress.csv").content.decode("utf-8-sig").splitlines()
    assert table[1].split(",")[2:5] == ["0", "2", "0"]
