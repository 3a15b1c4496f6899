"""What is most sensitive lives in this room and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from django.db import models
from django.test.utils import isolate_apps

from linli.core.people.public import KeyedPerson, PersonValueField, services
from linli.core.people.register import holders
from linli.core.platform.public import Personal, linli_models
from linli.core.platform.sealing.personal import personal_fields

CITIZEN = re.compile(r"citizen|identity|id_?(card|number)|passport|national_id|shenfenzheng|sfz", re.IGNORECASE)


def out_of_place(found: Iterable[type[models.Model]]) -> Iterator[str]:
    """Fields of the class core, and numbers of citizens, that are no value under the key of a person in a registered table."""
    homes = set(holders())
    for model in found:
        entries = personal_fields(model)
        for field in model._meta.concrete_fields:
            entry = entries.get(field.name)
            core = entry is not None and entry.data_class == "core"
            named = CITIZEN.search(field.name) and isinstance(field, models.CharField | models.TextField)
            if isinstance(field, models.CharField) and field.name in getattr(model, "indexed", {}).values():
                continue
            if (core or named) and not (isinstance(field, PersonValueField) and model in homes):
                yield f"{model._meta.label}.{field.name}"


def test_nothing_of_the_class_core_and_no_citizen_number_stands_outside() -> None:
    assert list(out_of_place(linli_models())) == []


@pytest.mark.parametrize(
    ("field", "entry"),
    [
        (models.TextField(), Personal(purpose="x", data_class="core", keep_days=1, since="at")),
        (models.CharField(max_length=18), None),
        (PersonValueField(), Personal(purpose="x", data_class="core", keep_days=None)),
    ],
    ids=["core", "citizen number", "a table that no service names"],
)
def test_a_model_that_keeps_one_is_found(field: models.Field, entry: Personal | None) -> None:  # type: ignore[type-arg]
    name = "citizen_number" if entry is None else "diagnosis"
    with isolate_apps("linli.core.people"):
        words = {"__module__": __name__, "Meta": type("Meta", (), {"app_label": "people"}), name: field}
        if entry is not None:
            words["personal"] = {name: entry}
        made = type("Made", (models.Model,), words)
        assert list(out_of_place([made])) == [f"people.Made.{name}"]


def test_every_table_of_persons_is_named_by_a_service_and_keeps_what_it_needs() -> None:
    named = {model._meta.label: model for model in holders()}
    keyed = {label for label, model in named.items() if issubclass(model, KeyedPerson)}
    assert {model._meta.label for model in linli_models() if issubclass(model, KeyedPerson)} == keyed
    # Their values are those of forms and ledgers (bring_people).
    assert set(named) - keyed == {"forms.AnsweredPerson", "ledger.RecordPerson"}
    for service in services().values():
        if service.holder not in keyed:
            continue
        columns = {one.name for one in named[service.holder]._meta.concrete_fields if isinstance(one, PersonValueField)}
        if service.holder != "people.Person":
            assert columns == {name for name, _class in service.fields}
