"""Relations between models keep the direction of imports, also where they are given as strings and no import shows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import models
from django.test.utils import isolate_apps

from .walk import linli_models, order, rank


def relations(model: type[models.Model]) -> Iterator[tuple[str, type[models.Model]]]:
    """The relations that a model itself declares: name and target, and for many-to-many fields the table between."""
    for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
        if field.remote_field is not None and isinstance(field.related_model, type):
            yield field.name, field.related_model
            through = getattr(field.remote_field, "through", None)
            if through is not None and not through._meta.auto_created:
                yield field.name, through


def may_point(source: str, target: str) -> bool:
    """Whether a model in module `source` may point at one in module `target`: inside its area or down."""
    if not target.startswith("linli."):
        return True
    here, there = source.split("."), target.split(".")
    house = order("platform")
    if here[1] != there[1]:
        return rank(house, here[1]) > rank(house, there[1])
    if here[1] not in ("core", "subsystems") or here[2] == there[2]:
        return True
    return here[1] == "core" and rank(order("core-areas"), here[2]) > rank(order("core-areas"), there[2])


def test_every_relation_points_inside_its_area_or_down() -> None:
    pairs = [(model, name, target) for model in linli_models() for name, target in relations(model)]
    assert pairs, "no relation was found, so nothing was looked at"
    wrong = [
        f"{model._meta.label}.{name} points at {target._meta.label}"
        for model, name, target in pairs
        if not may_point(model.__module__, target.__module__)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("source", "target", "allowed"),
    [
        ("linli.core.cases.models", "linli.core.grids.models", True),
        ("linli.core.grids.models", "linli.core.cases.models", False),
        ("linli.core.staff.models", "linli.core.registry.models", False),
        ("linli.core.access.models", "linli.core.areas.models", True),
        ("linli.core.areas.models", "linli.core.access.models", False),
        ("linli.core.cases.models.photos", "linli.core.cases.models.case", True),
        ("linli.subsystems.patrol.models", "linli.core.cases.models", True),
        ("linli.core.cases.models", "linli.subsystems.patrol.models", False),
        ("linli.subsystems.patrol.models", "linli.subsystems.example.models", False),
        ("linli.core.access.models", "django.contrib.auth.models", True),
    ],
)
def test_the_direction_is_the_one_of_the_imports(source: str, target: str, allowed: bool) -> None:
    assert may_point(source, target) is allowed


def test_a_relation_given_as_a_string_is_seen() -> None:
    with isolate_apps("linli.core.grids"):
        meta = type("Meta", (), {"app_label": "grids"})
        words = {"__module__": "linli.core.grids.models", "Meta": meta}
        target = type("Target", (models.Model,), {**words})
        source = type(
            "Source",
            (models.Model,),
            {
                **words,
                "target": models.ForeignKey("grids.Target", models.PROTECT),
                "friends": models.ManyToManyField("grids.Target"),
            },
        )
        assert sorted(name for name, pointed in relations(source) if pointed is target) == ["friends", "target"]
