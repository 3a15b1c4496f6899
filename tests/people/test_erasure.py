"""Who was forgotten stays forgotten when yesterday's backup comes back; on both databases."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from linli.config.commands.safety import restore
from linli.core.cases.models import CaseReporter
from linli.core.people.models import KeyedPerson, Person
from linli.core.people.public import forget_person, keep, persons_of_exactly
from linli.core.people.tasks import destroy_keys
from linli.core.platform.public import (
    SYSTEM,
    Forgotten,
    KeyStoreTrouble,
    key_store,
    make_backup,
    now,
    restore_backup,
    work_off,
    write,
)

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, OTHER = "13812345678", "13900000000"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.LINLI_HOME, settings.LINLI_KEY_MIRROR = tmp_path / "home", tmp_path / "mirror"
    settings.LINLI_KEY_MIRROR.mkdir()
    return tmp_path / "home"


def reporter(phone: str) -> CaseReporter:
    row = CaseReporter(home_district="990101", key_class="important", case_id=1, created_at=now())
    keep(row, {"name": "王女士", "phone": phone}).save()
    return row


def person() -> Person:
    row = Person(home_district="990101", key_class="core", created_at=now())
    keep(row, {"name": "欧阳小明", "citizen_number": "11010519491231002X"}).save()
    return row


def values(row: KeyedPerson) -> list[str]:
    with write(SYSTEM):
        found = {name: getattr(row, name) for name in ("name", "phone") if getattr(row, name)}
        return [open_it(row, name) for name in found]


def open_it(row: KeyedPerson, name: str) -> str:
    from linli.core.people.keys import opened

    return opened(row, name)


def test_no_byte_of_a_forgotten_person_opens_out_of_yesterdays_backup(tmp_path: Path, home: Path) -> None:
    gone, stays, third = reporter(PHONE), reporter(OTHER), person()
    secrets = [key_store().secret(row.key_slot) for row in (gone, third)]
    made = make_backup(tmp_path / "yesterday.tar").path
    shutil.copy(key_store().path, tmp_path / "keys of yesterday")
    for row in (gone, third):
        forget_person(SYSTEM, row)
    work_off()

    restore_backup(made, force=True)
    back, back_third = CaseReporter.objects.get(key_slot=gone.key_slot), Person.objects.get()
    assert back.phone == gone.phone, "the rows came back as they were"
    for row in (back, back_third):
        for name in ("name", "phone", "citizen_number"):
            if getattr(row, name, ""):
                with pytest.raises(Forgotten):
                    open_it(row, name)
    assert values(CaseReporter.objects.get(key_slot=stays.key_slot)) == ["王女士", OTHER]
    for folder in (home, tmp_path / "mirror"):
        kept = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
        assert not any(secret in kept for secret in secrets)
    with tarfile.open(made) as tar:
        assert [name for name in tar.getnames() if "key" in name] == []

    # It is the destroyed key that keeps it shut, and nothing else: with yesterday's keys it would have opened.
    shutil.copy(tmp_path / "keys of yesterday", key_store().path)
    assert values(back) == ["王女士", PHONE]


def test_the_command_removes_again_what_came_back(tmp_path: Path) -> None:
    gone, stays = reporter(PHONE), reporter(OTHER)
    made = make_backup(tmp_path / "yesterday.tar").path
    forget_person(SYSTEM, gone)
    work_off()
    said = CliRunner().invoke(restore, [str(made), "--force"])
    assert said.output.count("CaseReporter") == 2, "the case of both is made up, and that is all that is wrong"
    assert CaseReporter.objects.get().key_slot == stays.key_slot
    assert persons_of_exactly("phone", PHONE) == []
    assert persons_of_exactly("phone", OTHER) == [stays]


def test_a_key_is_destroyed_only_when_the_mirror_has_forgotten_too(home: Path, settings: Any) -> None:
    gone = reporter(PHONE)
    forget_person(SYSTEM, gone)
    mirror = settings.LINLI_KEY_MIRROR
    settings.LINLI_KEY_MIRROR = mirror.parent / "not mounted"
    with write(SYSTEM) as work, pytest.raises(KeyStoreTrouble):
        destroy_keys(work, {"slots": [gone.key_slot]})
    work_off()
    settings.LINLI_KEY_MIRROR = mirror
    with write(SYSTEM) as work:
        destroy_keys(work, {"slots": [gone.key_slot]})
    assert key_store().path.read_bytes() == (mirror / key_store().path.name).read_bytes()


def test_a_lost_store_is_refused_before_anybody_gets_a_slot_twice(home: Path) -> None:
    reporter(PHONE)
    key_store().path.unlink()
    with pytest.raises(KeyStoreTrouble, match="mirror"):
        reporter(OTHER)
    assert CaseReporter.objects.count() == 1
