"""Drafts of grids over the API: edited step by step, undone, told to each other, measured, published, and nobody else's ground touched."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
import shapely
from django.test import Client

from linli.core.access.public import Access, Role, grant_scope
from linli.core.grids.public import GridLayer, GridSetVersion, last_version, rows_of_last
from linli.core.platform.public import SYSTEM, BadInput, NotThere, Refusal, forget_all
from linli.subsystems.division.drafts.services import begin_draft, undo
from linli.subsystems.division.drafts.standing import standing_of
from linli.subsystems.division.models import DraftStep, GridDraft
from tests.access_table import signed_in
from tests.city import CITY, COMMUNITY, OTHER_COMMUNITY, STREET, TestCity

pytestmark = pytest.mark.django_db
MIDDLE = [[115.005, 30.0], [115.005, 30.01]]


@pytest.fixture
def city(city: TestCity) -> TestCity:
    """The city with an administrator for all of it; usually theirs is one of its districts."""
    role, everywhere = Role.objects.get(code="administrator"), city.areas[CITY]
    grant_scope(SYSTEM, user=city.users["administrator"], role=role, area=everywhere, unit=None)
    return city


class Editor:
    """Somebody who edits one draft over the API."""

    def __init__(self, city: TestCity, who: str = "administrator", area: str = COMMUNITY) -> None:
        self.client = signed_in(Client(), city.users[who])
        self.draft = self.post("/api/v1/division/drafts", {"area": area}, 201)
        self.id, self.revision = self.draft["id"], 0

    def post(self, address: str, body: dict[str, Any] | None, status: int) -> dict[str, Any]:
        """What is answered to a body, with that status."""
        response = self.client.post(
            address, body, content_type="application/json", headers={"Idempotency-Key": str(uuid4())}
        )
        assert response.status_code == status, response.content.decode()
        told: dict[str, Any] = response.json()
        return told

    def get(self, rest: str = "") -> dict[str, Any]:
        """The draft, or what lies below it."""
        response = self.client.get(f"/api/v1/division/drafts/{self.id}{rest}")
        assert response.status_code == 200, response.content.decode()
        told: dict[str, Any] = response.json()
        return told

    def do(self, status: int = 201, revision: int | None = None, **command: Any) -> dict[str, Any]:
        """A command at the revision that this person saw last."""
        body = {"revision": self.revision if revision is None else revision, "command": command}
        return self._step("commands", body, status)

    def undo(self, status: int = 201) -> dict[str, Any]:
        """The last step taken back."""
        return self._step("undo", {"revision": self.revision}, status)

    def redo(self, status: int = 201) -> dict[str, Any]:
        """What was undone last, again."""
        return self._step("redo", {"revision": self.revision}, status)

    def publish(self, status: int = 201, **given: Any) -> dict[str, Any]:
        """The draft as a version."""
        body = {"revision": self.revision, **given}
        return self.post(f"/api/v1/division/drafts/{self.id}/publication", body, status)

    def _step(self, what: str, body: dict[str, Any], status: int) -> dict[str, Any]:
        told = self.post(f"/api/v1/division/drafts/{self.id}/{what}", body, status)
        if status == 201:
            self.revision = told["revision"]
        return told


def main_layer() -> GridLayer:
    """The layer of the test city."""
    return GridLayer.objects.get(is_main=True)


def codes(whole: dict[str, Any]) -> list[str]:
    """The codes of the grids of a draft."""
    return sorted(face["code"] for face in whole["faces"])


def without_state(whole: dict[str, Any]) -> dict[str, Any]:
    """What stands in a draft, whatever was done to get there."""
    return {key: whole[key] for key in ("arcs", "faces", "sites")}


def test_a_grid_is_split_undone_and_split_again_with_every_measure_told(city: TestCity) -> None:
    editor = Editor(city)
    before = editor.get()
    first, second = codes(before)
    step = editor.do(do="split", face=first, points=MIDDLE)
    (new,) = set(codes(editor.get())) - {first, second}
    assert codes(step) == sorted([first, new])
    halves = [face["area_m2"] for face in step["faces"]]
    whole = next(face["area_m2"] for face in before["faces"] if face["code"] == first)
    assert sum(halves) == pytest.approx(whole, rel=1e-6)
    assert halves[0] == pytest.approx(halves[1], rel=1e-3)
    after = editor.get()
    assert without_state(editor.undo() and editor.get()) == without_state(before)
    assert without_state(editor.redo() and editor.get()) == without_state(after)
    assert editor.get()["revision"] == 3
    assert editor.get("/now")["editing"][0]["is_self"] is True


def test_what_another_process_reads_is_the_same_to_the_bit(city: TestCity) -> None:
    editor = Editor(city, area=STREET)
    first, second, third = codes(editor.get())
    editor.do(do="split", face=first, points=MIDDLE)
    editor.do(do="merge", face=first, other=second)
    editor.undo()
    editor.do(
        do="cut_out", ring=[[115.012, 30.002], [115.016, 30.002], [115.016, 30.006]], name="柳荫小学", purpose="school"
    )
    editor.undo()
    editor.redo()
    seen = editor.get()
    draft = GridDraft.objects.get(id=editor.id)
    standing = standing_of(draft)
    forget_all()
    assert standing_of(GridDraft.objects.get(id=editor.id)) == standing
    assert editor.get() | {"editing": []} == seen | {"editing": []}
    assert third in codes(seen)
    assert list(DraftStep.objects.filter(draft=draft).values_list("kind", flat=True)) == [
        "do",
        "do",
        "undo",
        "do",
        "undo",
        "redo",
    ]


def test_who_was_slower_is_told_who_was_faster_and_nothing_happens(city: TestCity) -> None:
    editor = Editor(city)
    first, second = codes(editor.get())
    editor.do(do="split", face=first, points=MIDDLE)
    told = editor.do(409, revision=0, do="merge", face=first, other=second)
    assert told["code"] == "changed"
    assert city.users["administrator"].display_name in told["detail"]
    assert editor.get()["revision"] == 1


def test_what_would_break_the_ground_is_refused_in_words_and_nothing_changes(city: TestCity) -> None:
    editor = Editor(city)
    before = editor.get()
    first, second = codes(before)
    told = editor.do(422, do="split", face=first, points=[[115.002, 30.005], [115.004, 30.005]])
    assert told["errors"][0]["field"] == "command"
    outline = next(arc for arc in before["arcs"] if not arc["movable"])
    editor.do(
        422, do="redraw", arc=outline["id"], points=[outline["points"][0], [115.02, 30.02], outline["points"][-1]]
    )
    editor.do(422, do="merge", face=first, other="nothing")
    editor.do(422, do="cut_out", ring=[[115.002, 30.002], [115.004, 30.002], [115.004, 30.004]], name=" ")
    editor.do(422, do="cut_out", ring=[[115.002, 30.002], [999, 30.002], [115.004, 30.004]], name="x")
    editor.undo(409)
    editor.redo(409)
    assert editor.get() | {"editing": []} == before | {"editing": []}
    assert second in codes(before)


def test_after_an_undo_another_command_ends_what_could_be_done_again(city: TestCity) -> None:
    editor = Editor(city)
    first, second = codes(editor.get())
    editor.do(do="split", face=first, points=MIDDLE)
    editor.undo()
    step = editor.do(do="merge", face=first, other=second)
    assert (step["can_undo"], step["can_redo"]) == (True, False)
    assert step["faces_gone"] == [second]


def test_a_draft_is_compared_and_published_from_a_day_and_the_others_keep_their_bytes(city: TestCity) -> None:
    layer = main_layer()
    before = {row.code: row for row in rows_of_last(layer)}
    editor = Editor(city)
    first, _second = codes(editor.get())
    editor.do(do="split", face=first, points=MIDDLE)
    compared = editor.get("/comparison")
    (added,) = compared["added"]
    assert compared["changed"] == [first]
    assert compared["retired"] == []
    assert added in compared["gaps"]
    told = editor.publish(reason="柳荫一网格太大")
    assert (told["added"], told["changed"], told["retired"]) == (1, 1, 0)
    after = {row.code: row for row in rows_of_last(layer)}
    assert {code: row for code, row in after.items() if code not in (first, added)} == {
        code: row for code, row in before.items() if code != first
    }
    both = shapely.union_all([shapely.from_wkb(after[code].polygon) for code in (first, added)])
    assert both.equals(shapely.from_wkb(before[first].polygon))
    version = GridSetVersion.objects.get(id=told["version_id"])
    assert version.reason == "柳荫一网格太大"
    assert last_version(layer) == version
    assert editor.get()["draft"]["state"] == "published"
    assert editor.do(409, do="merge", face=first, other=added)["code"] == "ended"


def test_a_draft_that_changes_nothing_is_not_published(city: TestCity) -> None:
    before = last_version(main_layer())
    Editor(city).publish(409)
    assert last_version(main_layer()) == before


def test_two_areas_are_published_one_after_the_other_but_not_the_same_area_twice(city: TestCity) -> None:
    one, same, other = Editor(city), Editor(city), Editor(city, area=OTHER_COMMUNITY)
    for editor, points in ((one, MIDDLE), (same, MIDDLE), (other, [[115.035, 30.0], [115.035, 30.01]])):
        editor.do(do="split", face=codes(editor.get())[0], points=points)
    one.publish()
    other.publish()
    assert same.publish(409)["code"] == "changed"


def test_buildings_say_how_many_live_in_a_grid_and_the_larger_part_keeps_the_code(city: TestCity) -> None:
    rows = [row for row in rows_of_last(main_layer()) if row.lon < 115.01]
    sites = [
        ["b1", 115.002, 30.005, 30, 70, None],
        ["b2", 115.008, 30.005, 90, None, None],
        ["b3", 115.0081, 30.002, None, 5, None],
    ]
    access = city.access["administrator"]
    draft = begin_draft(access.actor(), access=access, layer=main_layer(), area_code=COMMUNITY, rows=rows, sites=sites)
    editor = Editor(city)
    editor.id = draft.id
    (face,) = editor.get()["faces"]
    assert (face["households"], face["people"], face["buildings"], face["fits"]) == (120, 75, 3, False)
    step = editor.do(do="split", face=face["code"], points=MIDDLE[::-1])
    (new,) = set(codes(step)) - {face["code"]}
    assert {one["code"]: one["households"] for one in step["faces"]} == {face["code"]: 90, new: 30}


def test_without_buildings_a_part_has_an_estimate_that_is_not_published(city: TestCity) -> None:
    rows = [replace(row, households=400) for row in rows_of_last(main_layer()) if row.lon < 115.02]
    access = city.access["administrator"]
    editor = Editor(city)
    editor.id = begin_draft(access.actor(), access=access, layer=main_layer(), area_code=COMMUNITY, rows=rows).id
    first, second = codes(editor.get())
    step = editor.do(do="split", face=first, points=MIDDLE)
    assert {(face["households"], face["estimate"]) for face in step["faces"]} == {(200, True)}
    editor.undo()
    step = editor.do(do="merge", face=first, other=second)
    assert (step["faces"][0]["households"], step["faces"][0]["estimate"]) == (800, False)
    editor.undo()
    editor.do(do="split", face=first, points=MIDDLE)
    editor.publish()
    known = {row.code: row.households for row in rows_of_last(main_layer()) if row.lon < 115.02}
    assert sorted(known.values(), key=str) == [400, None, None]


def test_an_area_that_is_none_and_one_of_others_are_refused(city: TestCity) -> None:
    access = city.access["administrator"]

    def begun(area: str, access: Access = access) -> GridDraft:
        return begin_draft(access.actor(), access=access, layer=main_layer(), area_code=area)

    with pytest.raises(BadInput):
        begun("990100000000")
    with pytest.raises(BadInput):
        begun("nowhere")
    with pytest.raises(Refusal):
        begun(COMMUNITY, city.access["worker"])
    draft = begun(COMMUNITY)
    with pytest.raises(NotThere):
        undo(SYSTEM, access=city.access["supervisor"], draft_id=draft.id, revision=0)
