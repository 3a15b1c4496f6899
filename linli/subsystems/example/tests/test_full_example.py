"""No slot of the descriptor without a reader: the example fills every one, and each is found again where it should act."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse
from PIL import Image

from linli.config.cli import linli
from linli.config.coverage import coverage_page
from linli.core.access.public import Role, access_of, create_user, grant_scope
from linli.core.cases.public import Case, IndicatorScope, parse_report, report_case
from linli.core.catalogue.public import catalogue
from linli.core.flow.public import flows, full
from linli.core.grids.public import main_layer
from linli.core.platform.models import Message, OutboxEvent
from linli.core.platform.plug import register as room
from linli.core.platform.public import (
    SYSTEM,
    Indicator,
    Setting,
    StoredFile,
    Subsystem,
    clock_at,
    data_matrices,
    now,
    parts,
    receive_photo,
    remove_orphans,
    render_message,
    subsystems,
    value_of,
    work_off,
    write,
)
from linli.core.platform.writing.jobs.queue import ensure_periodic
from linli.subsystems.example.models import BenchNote, Thanks
from linli.subsystems.example.repair import REPAIR
from linli.subsystems.example.services import note_bench
from linli.subsystems.example.settings import MOST_NOTES
from tests.access_table import signed_in
from tests.city import CITY, OTHER_STREET, PASSWORD, STREET, TestCity
from tests.flow.test_repair import TestRepair

from .bench_ledger import a_bench, keeps_its_ledger
from .brought_form import brings_a_form
from .brought_in import brings_in_a_file
from .city_parts import hangs_on_a_unit, is_looked_at_by_the_doctor, stands_among_what_a_city_needs
from .demo_city import lives_in_the_demo_city
from .settled import lets_the_city_settle_a_table
from .sponsor_service import lets_people_in_who_agreed

EXAMPLE = next(one for one in subsystems() if one.code == "example")
KEY = UUID("7c7d2f5e-6a75-4c5e-9d57-3a1f5f2f6b1a")


def keeper(city: TestCity) -> Client:
    """Somebody who holds the example's own role, signed in."""
    centre = city.units["street_centre"]
    user = create_user(SYSTEM, username="keeper", display_name="Keeper", unit=centre, password=PASSWORD)
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="bench_keeper"), area=city.areas[STREET])
    return signed_in(Client(), user)


def noted(**columns: Any) -> BenchNote:
    return note_bench(SYSTEM, **{"uuid": uuid4(), "place": "河边第三张长椅", "lon": 115.005, "lat": 30.005, **columns})


def has_a_page(city: TestCity) -> None:
    noted()
    assert "河边第三张长椅" in keeper(city).get("/example/").content.decode()


def stands_in_the_menu(city: TestCity) -> None:
    assert 'href="/example/"' in keeper(city).get("/home/").content.decode()
    assert 'href="/example/"' not in signed_in(Client(), city.users["worker"]).get("/home/").content.decode()


def answers_in_the_api(city: TestCity) -> None:
    noted()
    noted(place="塔山的长椅", lon=115.045)
    listed = keeper(city).get("/api/v1/example/notes")
    assert [note["place"] for note in listed.json()] == ["河边第三张长椅"]
    assert signed_in(Client(), city.users["worker"]).get("/api/v1/example/notes").status_code == 403


def brings_a_role(city: TestCity) -> None:
    role = Role.objects.get(code="bench_keeper")
    assert (role.names, role.permissions) == ({"zh-hans": "长椅管理员", "en": "Bench keeper"}, ["example.view"])


def widens_a_role_of_the_core(city: TestCity) -> None:
    assert city.access["auditor"].may("example.view")
    assert not city.access["worker"].may("example.view")


def declares_its_permissions(city: TestCity) -> None:
    with pytest.raises(LookupError, match=r"example\.veiw"):
        city.access["auditor"].may("example.veiw")


def brings_categories(city: TestCity) -> None:
    node = catalogue().by_code["example", "component", "X01"]
    condition = node.conditions[0]
    assert (node.name, condition.text, condition.closing_text) == ("长椅损坏", "长椅缺板、松动的", "可以安全坐下")
    assert (condition.limit_amount, condition.limit_unit) == (5, "work_day")


def names_all_that_is_its_own(city: TestCity) -> None:
    noted()
    assert reverse("example:notes") == "/example/"
    assert reverse("api:example-notes") == "/api/v1/example/notes"
    assert Role.objects.get(code="bench_keeper").origin == "example"
    assert Case.objects.get().standard == "example"


def emits_its_event(city: TestCity) -> None:
    note = noted()
    (event,) = OutboxEvent.objects.filter(event="example.noted")
    assert (event.subject_kind, event.subject_id) == ("bench_note", note.id)


def hears_of_the_event(city: TestCity) -> None:
    note = noted()
    assert not Thanks.objects.exists()
    work_off()
    assert [thanks.note_id for thanks in Thanks.objects.all()] == [note.id]


def runs_its_job(city: TestCity) -> None:
    """Through the queue by the clock: at 03:50 in the city what is older than a week goes, and what is younger stays."""
    made = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    for note_id, days in ((1, 8), (2, 6)):
        Thanks.objects.create(note_id=note_id, at=made - timedelta(days=days))
    ensure_periodic(made)
    for at, left in (
        (datetime(2026, 11, 20, 19, 49, tzinfo=UTC), {1, 2}),
        (datetime(2026, 11, 20, 19, 50, tzinfo=UTC), {2}),
    ):
        with clock_at(at):
            work_off()
        assert set(Thanks.objects.values_list("note_id", flat=True)) == left


def counts_its_indicator(city: TestCity) -> None:
    noted()
    noted(photo_id=receive_photo(_photo()).id)
    indicator = next(one for one in parts(Indicator) if one.code == "example_benches")
    scope = IndicatorScope(city.access["auditor"], now() - timedelta(days=1), now() + timedelta(days=1))
    assert indicator.compute(scope) == (1.0, 2.0)
    assert "长椅记录附照片率" in signed_in(Client(), city.users["auditor"]).get(reverse("indicators")).content.decode()


def gives_its_tables_a_noun(city: TestCity) -> None:
    columns = data_matrices()[0].columns
    assert "长椅记录" in columns
    assert "example_benchnote" not in columns


def is_named_in_the_matrices(city: TestCity) -> None:
    assert "长椅" in data_matrices()[0].rows


def answers_on_the_command_line(city: TestCity) -> None:
    noted()
    noted(place="塔山的长椅")
    done = CliRunner().invoke(linli, ["benches"])
    assert (done.exit_code, done.output) == (0, "塔山的长椅\n河边第三张长椅\n")
    assert "benches" in CliRunner().invoke(linli, ["--help"]).output


def chosen(city: TestCity, setting: Setting[Any], value: object) -> None:
    """Chooses by the form on the page of settings, as an administrator of the city; the other settings stay as they are."""
    user = create_user(
        SYSTEM, username="chooser", display_name="Chooser", unit=city.units["district_centre"], password=PASSWORD
    )
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="administrator"), area=city.areas[CITY])
    typed = {
        one.code: "on" if value_of(one) is True else value_of(one)
        for one in EXAMPLE.settings
        if value_of(one) is not False
    }
    typed |= {setting.code: value, "effect_id": uuid4()}
    sent = signed_in(Client(), user).post("/settings/example/", typed)
    assert sent.status_code == 302, sent.content.decode()


def lets_a_city_choose(city: TestCity) -> None:
    noted()
    noted(place="另一张长椅")
    client = keeper(city)
    assert "河边第三张长椅" in client.get("/example/").content.decode()
    chosen(city, MOST_NOTES, "1")
    assert value_of(MOST_NOTES) == 1
    assert "河边第三张长椅" not in client.get("/example/").content.decode()


def has_a_page_for_everybody(city: TestCity) -> None:
    page = Client().get("/benches/")
    assert (page.status_code, "五个工作日" in page.content.decode()) == (200, True)
    assert '<a class="door" href="/benches/">' in Client().get("/").content.decode()


def stands_on_the_home_page(city: TestCity) -> None:
    tile = '<span class="figure__value">2</span><span class="figure__label">长椅</span>'
    noted()
    noted(place="另一张长椅")
    noted(place="塔山的长椅", lon=115.045)
    assert tile in keeper(city).get("/home/").content.decode()
    assert 'figure__label">长椅' not in signed_in(Client(), city.users["worker"]).get("/home/").content.decode()


def stands_on_pages_of_the_core(city: TestCity) -> None:
    """A case, the grid beside the map, an area on the board, the account of a person: each only for who holds the permission."""
    note, repair = noted(), TestRepair().bring_to(city, "asked")
    layer, grid = main_layer(), Case.objects.get(id=note.case_id).grid_id
    assert layer is not None
    assert grid is not None
    area = city.areas[STREET]
    manager = create_user(
        SYSTEM, username="manager", display_name="Manager", unit=city.units["district_centre"], password=PASSWORD
    )
    for role in ("administrator", "dispatcher"):
        grant_scope(SYSTEM, user=manager, role=Role.objects.get(code=role), area=city.areas[CITY])
    pages = {
        "bench": (f"/cases/{note.case_id}/", city.users["auditor"], city.users["verifier"]),
        "benches": (f"/map/grids/{layer.nodes[grid].code}/", city.users["auditor"], city.users["verifier"]),
        "area_benches": (f"/grids/?area={area.code}", city.users["auditor"], city.users["verifier"]),
        "repairs": (f"/people/{repair.begun_by_id}/", manager, city.users["administrator"]),
        "notes_near": (f"/ledgers/bench/{a_bench(city).id}/", city.users["supervisor"], city.users["worker"]),
    }
    assert set(pages) == {panel.code for panel in EXAMPLE.panels}
    assert {panel.on for panel in EXAMPLE.panels} == {*room.PANEL_PAGES, "bench"}
    for code, (page, shown, not_shown) in pages.items():
        for who, expected in ((shown, True), (not_shown, False)):
            answer = signed_in(Client(), who).get(page)
            assert answer.status_code == 200, page
            assert (f'id="panel-{code}"' in answer.content.decode()) is expected, page
    elsewhere = f"/grids/?area={city.areas[OTHER_STREET].code}"
    assert 'id="panel-area_benches"' not in signed_in(Client(), city.users["auditor"]).get(elsewhere).content.decode()


def lies_on_the_map(city: TestCity) -> None:
    noted()
    noted(place="远处的长椅", lon=115.008)
    auditor = signed_in(Client(), city.users["auditor"])
    assert "/map/layers/benches/" in auditor.get("/map/").content.decode()
    found = auditor.get("/map/layers/benches/?box=115.004,30.004,115.006,30.006").json()["features"]
    assert [(one["properties"]["title"], one["geometry"]["coordinates"]) for one in found] == [
        ("河边第三张长椅", [115.005, 30.005])
    ]
    worker = signed_in(Client(), city.users["worker"])
    assert "/map/layers/benches/" not in worker.get("/map/").content.decode()
    assert worker.get("/map/layers/benches/?box=115,30,116,31").status_code == 403


def is_found_by_the_search(city: TestCity) -> None:
    noted()
    client = keeper(city)
    assert "河边第三张长椅" in client.get("/search/found/?q=第三张").content.decode()
    assert 'data-at="115.005000,30.005000,17"' in client.get("/search/found/?q=第三张&on=map").content.decode()
    assert "/example/" not in signed_in(Client(), city.users["handler"]).get("/search/found/?q=第三张").content.decode()


def sends_its_message(city: TestCity) -> None:
    note = noted()
    message = Message.objects.get(key=f"bench:{note.id}")
    assert render_message(message.template, "en", {"place": "Quay"}) == (
        "A bench was noted",
        "Somebody noted a broken bench: Quay.",
    )


def moves_through_its_flow(city: TestCity) -> None:
    assert flows()["repair"] is REPAIR
    done = TestRepair().bring_to(city, "done")
    assert [entry.event.state_to for entry in full(REPAIR, done).timeline] == ["asked", "doing", "done"]
    assert OutboxEvent.objects.filter(event="repair.changed", subject_id=done.id).count() == 3


def brings_a_way_in(city: TestCity) -> None:
    report = parse_report(uuid=uuid4(), source="bench_sensor", description="长椅倒了", lon=115.005, lat=30.005)
    with write(SYSTEM):
        case, _similar = report_case(SYSTEM, report)
    auditor = signed_in(Client(), city.users["auditor"])
    assert "长椅传感器" in auditor.get(f"/cases/{case.id}/").content.decode()
    assert f'href="/cases/{case.id}/"' in auditor.get("/cases/?source=bench_sensor").content.decode()
    assert f'href="/cases/{case.id}/"' not in auditor.get("/cases/?source=hotline").content.decode()
    assert [one["id"] for one in auditor.get("/api/v1/cases?source=bench_sensor").json()["cases"]] == [case.id]
    assert auditor.get("/api/v1/cases?source=bench").status_code == 422


def is_found_on_the_page_of_functions(city: TestCity) -> None:
    assert "`/example/repairs/…/`" in coverage_page(EXAMPLE.covers)
    assert "`/example/repairs/…/`" not in coverage_page(())


EFFECTS: dict[str, Callable[[TestCity], None]] = {
    "code": names_all_that_is_its_own,
    "titles": is_named_in_the_matrices,
    "subjects": gives_its_tables_a_noun,
    "permissions": declares_its_permissions,
    "events": emits_its_event,
    "flows": moves_through_its_flow,
    "ledgers": keeps_its_ledger,
    "forms": brings_a_form,
    "covers": is_found_on_the_page_of_functions,
    "indicators": counts_its_indicator,
    "roles": brings_a_role,
    "adds": widens_a_role_of_the_core,
    "categories": brings_categories,
    "sources": brings_a_way_in,
    "menu": stands_in_the_menu,
    "urls": has_a_page,
    "public_pages": has_a_page_for_everybody,
    "tiles": stands_on_the_home_page,
    "panels": stands_on_pages_of_the_core,
    "layers": lies_on_the_map,
    "search": is_found_by_the_search,
    "messages": sends_its_message,
    "services": lets_people_in_who_agreed,
    "settings": lets_a_city_choose,
    "api": answers_in_the_api,
    "subscribers": hears_of_the_event,
    "imports": brings_in_a_file,
    "unit_holds": hangs_on_a_unit,
    "setup": stands_among_what_a_city_needs,
    "checks": is_looked_at_by_the_doctor,
    "settled": lets_the_city_settle_a_table,
    "jobs": runs_its_job,
    "commands": answers_on_the_command_line,
    "demo": lives_in_the_demo_city,
}


def _photo(colour: str = "green") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG")
    return out.getvalue()


def test_the_example_fills_every_slot() -> None:
    optional = [slot for slot in fields(Subsystem) if slot.default is not MISSING]
    assert [slot.name for slot in optional if getattr(EXAMPLE, slot.name) == slot.default] == []


def test_every_slot_has_an_effect_of_its_own() -> None:
    assert set(EFFECTS) == {slot.name for slot in fields(Subsystem)}
    assert len(set(EFFECTS.values())) == len(EFFECTS)


@pytest.mark.parametrize("slot", [slot.name for slot in fields(Subsystem)])
def test_what_stands_in_a_slot_has_its_effect(slot: str, city: TestCity) -> None:
    EFFECTS[slot](city)


def test_a_photo_that_a_note_holds_outlives_the_clean_up_and_one_that_nothing_holds_goes(city: TestCity) -> None:
    kept, stray = receive_photo(_photo()), receive_photo(_photo("red"))
    noted(photo_id=kept.id)
    with clock_at(now() + timedelta(days=400)):
        remove_orphans()
    assert StoredFile.objects.filter(id__in=[kept.id, stray.id]).get() == kept


def test_a_subsystem_that_is_taken_out_takes_its_role_with_it(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> None:
    from linli.core.access.public import role_plans, sync_roles

    keeper(city)
    user_id = BenchNote._meta.apps.get_model("access", "User").objects.get(username="keeper").id
    left = {code: one for code, one in room._register.subsystems.items() if code != "example"}
    monkeypatch.setattr(room._register, "subsystems", left)
    role_plans.cache_clear()
    try:
        assert sync_roles() == 5  # the keeper goes, four roles of the core are as before
        assert sync_roles() == 0
        found = access_of(user_id)
        assert found is not None
        assert found[0].grants == ()
        assert "example.view" not in Role.objects.get(code="auditor").permissions
        assert "case.view" in Role.objects.get(code="auditor").permissions
    finally:
        monkeypatch.undo()
        role_plans.cache_clear()
    assert sync_roles() == 5
    assert Role.objects.get(code="bench_keeper").retired_at is None
