"""Rights are bound as they stand: who writes a scope, a role, a password or a token by SQL is found."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.db import connection
from django.utils.translation import override

from linli.core.access.public import (
    Role,
    close_account,
    create_user,
    grant_scope,
    make_token,
    set_password,
    sign_out_everywhere,
)
from linli.core.platform.models import AuditHead, AuditRecord
from linli.core.platform.public import SYSTEM, Actor, bind_what_stands, rotate_sealed, verify
from tests.city import STREET, TestCity


def findings() -> set[tuple[str, str]]:
    with override("en"):
        return {(one.place.split()[0], one.sentence.removesuffix(" behind linli's back.")) for one in verify()}


def by_sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount == 1


@pytest.fixture
def bound(city: TestCity) -> TestCity:
    """A city in which rights were given, taken, and made anew, and a trail that is whole."""
    worker = city.users["worker"]
    make_token(SYSTEM, user=worker, name="a")
    sign_out_everywhere(SYSTEM, user_id=worker.id)
    make_token(SYSTEM, user=city.users["leader"], name="b")
    create_user(SYSTEM, username="posted", display_name="Posted", unit=city.units["roads"], mail="posted@city.example")
    grant_scope(
        Actor("user", user_id=worker.id),
        user=city.users["leader"],
        role=Role.objects.get(code="verifier"),
        area=city.areas[STREET],
    )
    set_password(SYSTEM, user=city.users["clerk"], password="another-long-word-7")
    close_account(SYSTEM, user=city.users["handler"], by=city.access["administrator"])
    assert findings() == set()
    return city


@pytest.mark.parametrize(
    ("statement", "table", "words"),
    [
        ("INSERT INTO access_scope (user_id, role_id, area_id, valid_from) SELECT user_id, (SELECT max(id) FROM access_role), area_id, "
         "valid_from FROM access_scope WHERE id = (SELECT min(id) FROM access_scope)", "access_scope", "This row was added"),
        ("UPDATE access_scope SET valid_to = NULL WHERE valid_to IS NOT NULL", "access_scope", "This row was changed"),
        ("DELETE FROM access_scope WHERE id = (SELECT min(id) FROM access_scope)", "access_scope", "This row was removed"),
        ("UPDATE access_role SET permissions = '[]' WHERE code = 'leader'", "access_role", "Rows of this table were changed, added or removed"),
        ("UPDATE access_user SET password = 'x' WHERE username = 'leader'", "access_user", "This row was changed"),
        ("UPDATE access_user SET mail = (SELECT mail FROM access_user WHERE username = 'posted') WHERE username = 'leader'",
         "access_user", "This row was changed"),
        ("UPDATE access_user SET session_epoch = 0 WHERE username = 'worker'", "access_user", "This row was changed"),
        ("UPDATE access_scope SET granted_by_id = NULL WHERE granted_by_id IS NOT NULL", "access_scope", "This row was changed"),
        ("UPDATE areas_area SET parent_id = (SELECT min(id) FROM areas_area WHERE level = 'street') WHERE id = (SELECT max(id) FROM areas_area)",
         "areas_area", "Rows of this table were changed, added or removed"),
        ("UPDATE access_user SET is_active = true WHERE username = 'handler'", "access_user", "This row was changed"),
        ("UPDATE access_user SET unit_id = (SELECT max(id) FROM access_unit) WHERE username = 'leader'", "access_user", "This row was changed"),
        ("UPDATE access_apitoken SET revoked_at = NULL WHERE name = 'a'", "access_apitoken", "This row was changed"),
        ("UPDATE access_unit SET kind = 'centre' WHERE code = 'roads'", "access_unit", "This row was changed"),
    ],
)  # fmt: skip
def test_a_right_changed_by_sql_shows(bound: TestCity, statement: str, table: str, words: str) -> None:
    by_sql(statement)
    assert findings() == {(table, words)}


def test_what_decides_nothing_may_change(bound: TestCity) -> None:
    by_sql("UPDATE access_user SET language = 'en' WHERE username = 'leader'")
    assert findings() == set()


def test_a_database_of_before_is_bound_once(bound: TestCity) -> None:
    AuditRecord.objects.filter(chain="standing").delete()
    AuditHead.objects.filter(chain="standing").delete()
    assert ("access_user", "This row was added") in findings()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM platform_audit_detail WHERE chain = 'standing'")
    bind_what_stands()
    assert findings() == set()
    by_sql("UPDATE access_user SET password = 'x' WHERE username = 'leader'")
    bind_what_stands()
    assert findings() == {("access_user", "This row was changed")}


def test_sealing_anew_by_linli_is_no_change_by_somebody_else(bound: TestCity, settings: Any) -> None:
    key = base64.b64encode(b"k" * 32).decode()
    settings.LINLI_FIELD_KEYS = f"next:{key},{settings.LINLI_FIELD_KEYS}"
    assert ("access_user.mail", 1) in list(rotate_sealed())
    assert findings() == set()
