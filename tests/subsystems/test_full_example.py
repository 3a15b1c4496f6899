"""No slot of the descriptor without a reader: the example fills every one, and each is found again where it should act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from linli.core.access.public import Role, access_of, create_user, grant_scope
from linli.core.cases.public import IndicatorScope, catalogue
from linli.core.platform import subsystem as room
from linli.core.platform.jobs.registry import kinds, periods
from linli.core.platform.public import (
    SYSTEM,
    StoredFile,
    Subsystem,
    clock_at,
    data_matrices,
    indicators,
    now,
    receive_photo,
    remove_orphans,
    subsystems,
    work_off,
)
from linli.subsystems.example.models import BenchNote, Thanks
from linli.subsystems.example.services import note_bench
from tests.access_table import signed_in
from tests.city import PASSWORD, STREET, TestCity

EXAMPLE = next(one for one in subsystems() if one.code == "example")
KEY = UUID("7c7d2f5e-6a75-4c5e-9d57-3a1f5f2f6b1a")


def keeper(city: TestCity) -> Client:
    """Somebody who holds the example's own role, signed in."""
    user = create_user(
        SYSTEM, username="keeper", display_name="Keeper", unit=city.units["street_centre"], password=PASSWORD
    )
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
    assert catalogue().by_code["example", "component", "X01"].name == "长椅损坏"


def emits_its_event(city: TestCity) -> None:
    note = noted()
    work_off()
    assert [thanks.note_id for thanks in Thanks.objects.all()] == [note.id]


def runs_its_job(city: TestCity) -> None:
    assert {"example.forget_thanks"} <= set(kinds()) & set(periods())


def counts_its_indicator(city: TestCity) -> None:
    noted()
    noted(photo_id=receive_photo(_photo()).id)
    indicator = next(one for _package, one in indicators() if one.code == "example_benches")
    scope = IndicatorScope(city.access["auditor"], now() - timedelta(days=1), now() + timedelta(days=1))
    assert indicator.compute(scope) == (1.0, 2.0)
    assert "长椅记录附照片率" in signed_in(Client(), city.users["auditor"]).get(reverse("indicators")).content.decode()


def stands_in_the_matrices(city: TestCity) -> None:
    by_subject, by_table = data_matrices()
    assert "长椅记录" in by_subject.columns
    row = dict(zip(by_table.columns, dict(zip(by_table.rows, by_table.cells, strict=True))["example"], strict=True))
    assert (row["example_thanks"], row["grids_grid"]) == ("C", "U")


def is_named_in_the_matrices(city: TestCity) -> None:
    assert "长椅" in data_matrices()[0].rows


EFFECTS: dict[str, Callable[[TestCity], None]] = {
    "code": brings_categories,  # the standard of its categories is its code
    "titles": is_named_in_the_matrices,
    "creates": stands_in_the_matrices,
    "uses": stands_in_the_matrices,
    "subjects": stands_in_the_matrices,
    "modules": stands_in_the_matrices,
    "permissions": declares_its_permissions,
    "events": emits_its_event,
    "indicators": counts_its_indicator,
    "roles": brings_a_role,
    "adds": widens_a_role_of_the_core,
    "categories": brings_categories,
    "menu": stands_in_the_menu,
    "urls": has_a_page,
    "api": answers_in_the_api,
    "subscribers": emits_its_event,
    "jobs": runs_its_job,
}


def _photo() -> bytes:
    import io

    out = io.BytesIO()
    Image.new("RGB", (320, 240), "green").save(out, "JPEG")
    return out.getvalue()


def test_the_example_fills_every_slot() -> None:
    bare = [
        slot.name
        for slot in fields(Subsystem)
        if slot.default is not MISSING and getattr(EXAMPLE, slot.name) == slot.default
    ]
    assert bare == []
    assert EXAMPLE.adds


@pytest.mark.parametrize("slot", [slot.name for slot in fields(Subsystem)])
def test_what_stands_in_a_slot_has_its_effect(slot: str, city: TestCity) -> None:
    EFFECTS[slot](city)


def test_a_photo_that_a_note_holds_outlives_the_clean_up(city: TestCity) -> None:
    kept = receive_photo(_photo())
    noted(photo_id=kept.id)
    with clock_at(now() + timedelta(days=400)):
        remove_orphans()
    assert StoredFile.objects.filter(id=kept.id).exists()


def test_a_subsystem_that_is_taken_out_takes_its_role_with_it(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> None:
    from linli.core.access.public import role_plans, sync_roles

    keeper(city)
    user_id = BenchNote._meta.apps.get_model("access", "User").objects.get(username="keeper").id
    left = {code: one for code, one in room._register.subsystems.items() if code != "example"}
    monkeypatch.setattr(room._register, "subsystems", left)
    role_plans.cache_clear()
    try:
        assert sync_roles() == 2  # the keeper goes, the auditor is as before
        assert sync_roles() == 0
        found = access_of(user_id)
        assert found is not None
        assert found[0].grants == ()
        assert Role.objects.get(code="auditor").permissions == [
            "case.view",
            "grid.view",
            "indicator.view",
            "staff.view",
        ]
    finally:
        monkeypatch.undo()
        role_plans.cache_clear()
    assert sync_roles() == 2
    assert Role.objects.get(code="bench_keeper").retired_at is None
