"""Which services there are, what each may keep, and which table keeps it: read from the descriptors.

A room above that keeps people under its own seal (the ledgers) says by `Elsewhere` how they are found, opened, corrected and forgotten
there, so that whoever looks at them is on record here, and they read it on the page of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from linli.core.people.models import KeyedPerson, Person, ServiceLink
from linli.core.platform.public import Actor, PersonService, parts


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """People whose values another room keeps, under the key of the deployment and not under one of their own.

    `model` has a row for each of them, `service(row)` says in which service. `find(name, text)` gives those who have exactly this value,
    `opened(row, name)` a value in plain text; `correct` and `forget` write, inside the write that calls them.
    """

    model: type[models.Model]
    service: Callable[[Any], str]
    find: Callable[[str, str], Iterable[Any]]
    opened: Callable[[Any, str], str]
    correct: Callable[[Actor, Any, Mapping[str, str]], None]
    forget: Callable[[Actor, Any], None]


_elsewhere: dict[type[models.Model], Elsewhere] = {}


def bring_people(one: Elsewhere) -> None:
    """Makes people of another room known here. Twice is once."""
    _elsewhere[one.model] = one


def elsewhere(row: models.Model) -> Elsewhere | None:
    """The room that keeps a person, None for one who stands here under a key of their own."""
    return _elsewhere.get(type(row))


def keeps(row: Any, name: str) -> bool:
    """Whether a value of this name is kept of a person by what keeps them."""
    return name in dict(services_of(row)[0].fields) if elsewhere(row) else hasattr(row, name)


@cache
def services() -> dict[str, PersonService]:
    """Every service, by its code."""
    return {one.code: one for one in parts(PersonService)}


def service_of(code: str) -> PersonService:
    """The service with a code; raises LookupError for one that no department brings."""
    found = services().get(code)
    if found is None:
        raise LookupError(f"No package brings the service {code!r}; add a PersonService to its descriptor.")
    return found


def links_of(person: Person) -> list[ServiceLink]:
    """By what a person is inside services, the oldest first; no statement where the row was read by `rows_of`."""
    return sorted(person.links.all(), key=lambda link: link.pk)


def services_of(row: KeyedPerson) -> list[PersonService]:
    """The services that a row belongs to: those of its links, or the one whose table it is."""
    other = elsewhere(row)
    if other is not None:
        return [service_of(other.service(row))]
    if isinstance(row, Person):
        return [service_of(code) for code in dict.fromkeys(link.service for link in links_of(row))]
    return [one for one in services().values() if one.holder == row._meta.label]


def holders() -> list[type[KeyedPerson]]:
    """The tables in which persons are kept."""
    labels = dict.fromkeys([Person._meta.label, *(one.holder for one in services().values())])
    return [_holder(label) for label in labels]


def _holder(label: str) -> type[KeyedPerson]:
    model: Any = apps.get_model(label)
    if not issubclass(model, KeyedPerson) and model not in _elsewhere:
        raise LookupError(
            f"{label} is named as a holder; it is not made from KeyedPerson, and no room brings its people."
        )
    return model  # type: ignore[no-any-return]
