"""Two who make the same at once: each unique constraint of linli ends in a sentence, none in an error 500."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, close_old_connections, connection, connections, models, transaction
from django.db.models import UniqueConstraint
from django.test import Client
from django.urls import reverse

from linli.core.access.public import User, create_user
from linli.core.cases.public import Given, act
from linli.core.people.public import PersonValueField
from linli.core.platform.keeping.expiry import linli_models
from linli.core.platform.public import SYSTEM, Refusal, Taken, write
from linli.core.platform.writing.taken import _violated, taken
from tests.access_table import signed_in
from tests.city import PASSWORD, TestCity, build_city

COMMON = "已有人先一步做了同样的事，请刷新页面查看。"
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
UNIQUE: list[tuple[type[models.Model], tuple[str, ...], models.Q | None]] = [
    (model, fields, condition)
    for model in linli_models()
    for fields, condition in [
        *[((one.name,), None) for one in model._meta.concrete_fields if one.unique],
        *[(tuple(one.fields), one.condition) for one in model._meta.constraints if isinstance(one, UniqueConstraint)],
    ]
]


def value_of(field: models.Field[Any, Any], number: int) -> Any:
    """Something that the column takes, another one for another number."""
    kind = next(one for one in VALUES if isinstance(field, one))
    return VALUES[kind](field, number)


# From the special to the general, as `isinstance` finds them.
VALUES: dict[type[models.Field[Any, Any]], Callable[[Any, int], Any]] = {
    PersonValueField: lambda _field, number: f"p.{number}",
    models.ForeignKey: lambda _field, number: number, models.UUIDField: lambda _field, number: UUID(int=number),
    models.BooleanField: lambda _field, _number: True, models.JSONField: lambda _field, number: {"number": number},
    models.DateTimeField: lambda _field, number: AT + timedelta(days=number),
    models.DateField: lambda _field, number: AT.date() + timedelta(days=number),
    models.TimeField: lambda _field, number: time(number % 24), models.BinaryField: lambda _field, number: bytes([number]),
    models.CharField: lambda field, number: str(number)[-field.max_length:], models.TextField: lambda _field, number: str(number),
    models.IntegerField: lambda _field, number: number, models.FloatField: lambda _field, number: float(number),
    models.DecimalField: lambda _field, number: number % 10,
}  # fmt: skip


# What a check of the table asks of some columns, so that nothing but the unique constraint stops a row.
FITS: dict[str, dict[str, Any]] = {
    "office.Booking": {"amount": -1, "checked_by_id": None},
    "safety.Rating": {"stars": 3, "proposed": 3},
}


def row(model: type[models.Model], shared: dict[str, Any], number: int) -> models.Model:
    """A row whose columns are its own, except for those that it shares."""
    own = {one.attname: value_of(one, number) for one in model._meta.concrete_fields}
    return model(**own | FITS.get(model._meta.label, {}) | shared)


def alike(model: type[models.Model], fields: tuple[str, ...], condition: models.Q | None) -> dict[str, Any]:
    """What two rows must have in common so that this constraint stops the second, and no other one does."""
    shared = {model._meta.get_field(name).attname: value_of(model._meta.get_field(name), 7) for name in fields}
    asked = condition.children if condition is not None and not condition.negated else ()
    for path, wanted in (one for one in asked if isinstance(one, tuple)):  # what must not be so, made-up values are not
        name, _, lookup = path.partition("__")
        if lookup == "in":
            shared[model._meta.get_field(name).attname] = wanted[0]
        elif lookup != "isnull":
            shared[model._meta.get_field(name).attname] = wanted
        elif wanted:
            shared[model._meta.get_field(name).attname] = None
    return shared


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "fields", "condition"),
    UNIQUE,
    ids=[f"{model._meta.label}-{'-'.join(fields)}" for model, fields, _condition in UNIQUE],
)
def test_each_unique_constraint_is_a_refusal_with_a_sentence(
    model: type[models.Model], fields: tuple[str, ...], condition: models.Q | None
) -> None:
    """With what the database at hand says when it really stops the second of two rows."""
    shared = alike(model, fields, condition)
    with pytest.raises(IntegrityError) as stopped, transaction.atomic():
        model._base_manager.bulk_create([row(model, shared, 11), row(model, shared, 12)])
    assert _violated(stopped.value) == (
        model._meta.db_table, {model._meta.get_field(name).column for name in fields},
    )  # fmt: skip
    refusal = taken(stopped.value)
    assert refusal is not None
    assert (refusal.status, refusal.sentence.endswith((".", "。"))) == (409, True)
    named = [name for name in getattr(model, "taken", {}) if name in fields]
    assert refusal.field == (named[0] if named else "")
    assert str(refusal.sentence) == str(model.taken[named[0]] if named else COMMON)  # type: ignore[attr-defined]


def test_the_sentences_name_fields_of_unique_constraints() -> None:
    named = {(model, name) for model in linli_models() for name in getattr(model, "taken", ())}
    assert named <= {(model, name) for model, fields, _condition in UNIQUE for name in fields}
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
