"""Sealing of single values, blind indexes, and their rotation to another key or cipher."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection, models
from django.test.utils import isolate_apps

from linli.core.platform.models import AuditRecord
from linli.core.platform.public import (
    BlindIndexField,
    SealedField,
    SealError,
    blind_index,
    blind_indexes,
    rotate_sealed,
    seal,
    unseal,
)
from linli.core.platform.sealing.crypto import check_cipher, current_prefix, field_key_ids, new_field_key

OLD, NEW = f"old:{base64.b64encode(b'o' * 32).decode()}", f"new:{base64.b64encode(b'n' * 32).decode()}"


@pytest.fixture(params=["aes-gcm", "sm4-gcm"])
def cipher(request: pytest.FixtureRequest, settings: Any) -> str:
    settings.LINLI_FIELD_CIPHER = request.param
    settings.LINLI_FIELD_KEYS = OLD
    return str(request.param)


@pytest.mark.parametrize("text", ["13800138000", "张三", "a" * 5000, "𠮷野家🏮\u0000\n", "\ud800"])
def test_a_sealed_value_opens_for_its_purpose(cipher: str, text: str) -> None:
    token = seal(text, "case.phone")
    assert token.startswith("a.old." if cipher == "aes-gcm" else "s.old.")
    assert text not in token
    assert unseal(token, "case.phone") == text


def test_sealing_twice_gives_two_tokens(cipher: str) -> None:
    assert seal("13800138000", "p") != seal("13800138000", "p")


def test_a_token_moved_to_another_column_does_not_open(cipher: str) -> None:
    with pytest.raises(SealError, match="changed, moved"):
        unseal(seal("13800138000", "case.phone"), "staff.phone")


def test_every_changed_character_of_a_token_shows(cipher: str) -> None:
    token = seal("138", "p")
    for place in range(len(token)):
        other = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(SealError) as caught:
            unseal(other, "p")
        assert "138" not in str(caught.value)


@pytest.mark.parametrize("token", ["", "plain text", "a.old.", "a.old.!!!!", "a.old.QUJD", "x.old.QUJDREVG"])
def test_what_is_no_token_is_refused(cipher: str, token: str) -> None:
    with pytest.raises(SealError):
        unseal(token, "p")


def test_a_missing_key_is_named(cipher: str, settings: Any) -> None:
    token = seal("138", "p")
    settings.LINLI_FIELD_KEYS = NEW
    with pytest.raises(SealError, match="'old'"):
        unseal(token, "p")


def test_the_index_of_a_value_ignores_case_width_and_spaces_only(cipher: str) -> None:
    assert blind_index("ＡＢＣ 1", "p") == blind_index("abc1", "p")
    assert blind_index("abc1", "p") != blind_index("abc2", "p")
    assert blind_index("abc1", "p") != blind_index("abc1", "q")
    assert len(blind_index("x", "p")) <= 60


def test_an_index_is_found_through_a_change_of_key_and_of_cipher(cipher: str, settings: Any) -> None:
    before = blind_index("13800138000", "p")
    settings.LINLI_FIELD_KEYS = f"{NEW},{OLD}"
    settings.LINLI_FIELD_CIPHER = "sm4-gcm" if cipher == "aes-gcm" else "aes-gcm"
    now = blind_index("13800138000", "p")
    assert now != before
    wanted = blind_indexes("13800138000", "p")
    assert wanted[0] == now
    assert before in wanted
    assert not set(wanted) & set(blind_indexes("13800138001", "p"))


@pytest.mark.parametrize(
    "keys", ["", "old", "old:short", f"old:{base64.b64encode(b'x' * 16).decode()}", f"{OLD},{OLD}", "bad id:" + OLD[4:]]
)
def test_keys_that_cannot_be_used_are_refused_at_the_start(settings: Any, keys: str) -> None:
    settings.LINLI_FIELD_KEYS = keys
    with pytest.raises(ImproperlyConfigured):
        check_cipher()


def test_a_new_key_can_be_used(settings: Any) -> None:
    settings.LINLI_FIELD_KEYS = f"{new_field_key('2026a')},{OLD}"
    check_cipher()
    assert field_key_ids() == ["2026a", "old"]
    with pytest.raises(ValueError, match="give 1 to 16"):
        new_field_key("with.dot")


@pytest.fixture
def neighbours(transactional_db: None, cipher: str) -> Any:
    """A table with a sealed telephone and its index."""
    with isolate_apps("linli.core.platform"):

        class Neighbour(models.Model):
            name = models.CharField(max_length=20)
            # Before the field it is made of, so that the order of columns does not matter.
            phone_index = BlindIndexField(of="phone")
            phone = SealedField(purpose="neighbour.phone", null=True)

            class Meta:
                app_label = "platform"
                db_table = "test_neighbour"

        with connection.schema_editor() as editor:
            editor.create_model(Neighbour)
        try:
            yield Neighbour
        finally:
            with connection.schema_editor() as editor:
                editor.delete_model(Neighbour)


def raw(table: str = "test_neighbour") -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT phone, phone_index FROM {table} ORDER BY id")
        return list(cursor.fetchall())


def test_a_sealed_field_is_plain_in_python_and_sealed_in_the_table(neighbours: Any) -> None:
    for phone in ("13800138000", "", None):
        neighbours.objects.create(name="张", phone=phone)
    assert [row.phone for row in neighbours.objects.order_by("id")] == ["13800138000", "", None]
    sealed, empty, null = raw()
    assert sealed[0].startswith(current_prefix())
    assert "13800138000" not in sealed[0] + sealed[1]
    assert (empty, null) == (("", ""), (None, ""))
    assert neighbours.objects.get(phone_index__in=blind_indexes("13800138000", "neighbour.phone")).name == "张"


def test_a_sealed_field_cannot_be_compared_in_the_database(neighbours: Any) -> None:
    with pytest.raises(FieldError, match="blind index"):
        neighbours.objects.filter(phone="13800138000").exists()
    assert neighbours.objects.filter(phone__isnull=False).count() == 0


def test_rotation_reseals_every_row_once_and_looks_up_stay_right(neighbours: Any, settings: Any) -> None:
    neighbours.objects.bulk_create([neighbours(name=str(n), phone=f"1380013{n:04}") for n in range(25)])
    neighbours.objects.create(name="none", phone="")
    settings.LINLI_FIELD_KEYS = f"{NEW},{OLD}"
    steps = list(rotate_sealed(batch=10, chosen=[neighbours]))
    assert steps[-1] == ("test_neighbour.phone", 25)
    assert len(steps) == 3
    assert list(rotate_sealed(batch=10, chosen=[neighbours])) == []
    settings.LINLI_FIELD_KEYS = NEW  # The old key may go now.
    assert [row.phone for row in neighbours.objects.order_by("id")] == [f"1380013{n:04}" for n in range(25)] + [""]
    assert neighbours.objects.get(phone_index=blind_index("13800130007", "neighbour.phone")).name == "7"
    assert all(token.startswith(current_prefix()) for token, _index in raw()[:25])
    assert AuditRecord.objects.filter(action="keys.rotate").count() == 3


def test_rotation_that_was_cut_off_goes_on(neighbours: Any, settings: Any) -> None:
    neighbours.objects.bulk_create([neighbours(name=str(n), phone=f"1380013{n:04}") for n in range(25)])
    settings.LINLI_FIELD_KEYS = f"{NEW},{OLD}"
    next(rotate_sealed(batch=10, chosen=[neighbours]))
    assert sum(token.startswith(current_prefix()) for token, _index in raw()) == 10
    assert list(rotate_sealed(batch=10, chosen=[neighbours]))[-1][1] == 15


def test_rotation_does_not_undo_a_change_made_meanwhile(
    neighbours: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linli.core.platform.keeping import sealed_rotation

    row = neighbours.objects.create(name="张", phone="13800138000")
    settings.LINLI_FIELD_KEYS = f"{NEW},{OLD}"

    def change_first(token: str, purpose: str) -> str:
        neighbours.objects.filter(pk=row.pk).update(phone="13900139000")
        return unseal(token, purpose)

    monkeypatch.setattr(sealed_rotation, "unseal", change_first)
    list(rotate_sealed(chosen=[neighbours]))
    assert neighbours.objects.get(pk=row.pk).phone == "13900139000"


def test_rotation_stops_at_a_row_whose_key_is_gone_and_loses_nothing(neighbours: Any, settings: Any) -> None:
    neighbours.objects.create(name="张", phone="13800138000")
    before = raw()
    settings.LINLI_FIELD_KEYS = NEW
    with pytest.raises(SealError, match="'old'"):
        list(rotate_sealed(chosen=[neighbours]))
    assert raw() == before
