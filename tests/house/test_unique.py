"""Two who make the same at once: each unique constraint of linli ends in a sentence, none in an error 500."""

from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, close_old_connections, connection, connections, models
from django.test import Client
from django.urls import reverse

from linli.core.access.public import User, create_user
from linli.core.cases.public import Given, act
from linli.core.platform.expiry import linli_models
from linli.core.platform.public import SYSTEM, Refusal, Taken, write
from linli.core.platform.taken import taken
from tests.access_table import signed_in
from tests.city import PASSWORD, TestCity, build_city

UNIQUE = [
    (model, fields)
    for model in linli_models()
    for fields in [
        *[(one.name,) for one in model._meta.concrete_fields if one.unique],
        *[tuple(one.fields) for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)],
    ]
]


@pytest.mark.parametrize(("model", "fields"), UNIQUE, ids=lambda value: getattr(value, "__name__", None))
def test_each_unique_constraint_is_a_refusal_with_a_sentence(
    model: type[models.Model], fields: tuple[str, ...]
) -> None:
    columns = ", ".join(f"{model._meta.db_table}.{model._meta.get_field(name).column}" for name in fields)
    refusal = taken(IntegrityError(f"UNIQUE constraint failed: {columns}"))
    assert refusal is not None
    assert (refusal.status, refusal.sentence.endswith((".", "。"))) == (409, True)
    if refusal.field:
        assert refusal.field in fields


def test_the_sentences_name_fields_of_unique_constraints() -> None:
    named = {(model, name) for model in linli_models() for name in getattr(model, "taken", ())}
    assert named <= {(model, name) for model, fields in UNIQUE for name in fields}
    assert len(named) >= 7


@pytest.mark.django_db
def test_the_database_says_which_constraint_it_was(city: TestCity) -> None:
    fields: dict[str, Any] = {"display_name": "A", "unit": city.units["environment"], "password": PASSWORD}
    create_user(SYSTEM, username="zhang.san", **fields)
    with pytest.raises(Taken) as refusal:
        create_user(SYSTEM, username="Zhang.San", **fields)
    assert (refusal.value.field, refusal.value.status) == ("username", 409)
    case, key = city.report(), uuid4()
    act(SYSTEM, case.id, "escalate", Given(), uuid=key)
    with pytest.raises(Taken) as refusal:
        act(SYSTEM, case.id, "escalate", Given(), uuid=key)
    assert refusal.value.field == "uuid"


@pytest.mark.django_db(transaction=True)
def test_another_error_of_integrity_stays_an_error(city: TestCity) -> None:
    with pytest.raises(IntegrityError) as error, write(SYSTEM):
        User.objects.filter(id=city.users["worker"].id).update(display_name=None)
    assert not isinstance(error.value, Refusal)


@pytest.mark.django_db(transaction=True)
def test_four_who_make_the_same_name_at_once_get_one_account_and_three_sentences() -> None:
    city = build_city()
    told: list[int] = []
    clients = []
    for _one in range(4):
        client = Client(raise_request_exception=False)
        signed_in(client, city.users["administrator"])
        clients.append(client)
    together = threading.Barrier(4, timeout=30)
    form = {
        "username": "chen.jie",
        "display_name": "陈姐",
        "unit": city.units["environment"].code,
        "password": PASSWORD,
    }

    def make(client: Client) -> None:
        try:
            together.wait()
            told.append(client.post(reverse("person-new"), {**form, "effect_id": str(uuid4())}).status_code)
        finally:
            close_old_connections()
            connections.close_all()

    threads = [threading.Thread(target=make, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == [302, 409, 409, 409], connection.vendor
    assert User.objects.filter(username="chen.jie").count() == 1
